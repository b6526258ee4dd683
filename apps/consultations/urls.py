from django.contrib.auth.decorators import login_required
from django.urls import path

from apps.consultations.views import (
    consultation,
    feeds_and_downloads,
    guest,
    guest_comment,
    likes_and_comments,
    moderation,
    proposal,
    propose,
    share_images,
)
from apps.consultations.views.answers import reply_deadlines, result, topic
from apps.consultations.views.authors import by_account, by_passphrase, comment_by_account, comment_by_passphrase

app_name = "consultations"
urlpatterns = [
    path("consultations/", consultation.consultation_list, name="list"),
    path("consultations/<slug:slug>/", consultation.consultation, name="consultation"),
    path("consultations/<slug:slug>/propose/", login_required(propose.propose), name="propose"),
    path("consultations/<slug:slug>/propose/guest/", propose.propose, {"as_guest": True}, name="propose_guest"),
    path("guest/", guest.guest, name="guest"),
    path("proposals/<str:code>/guest/", guest.guest_proposal, name="guest_proposal"),
    path("proposals/<str:code>/guest/mail/", guest.guest_mail, name="guest_mail"),
    path("proposals/<str:code>/guest/edit/", by_passphrase(propose.proposal_edit), name="guest_edit"),
    path("proposals/<str:code>/guest/withdraw/", by_passphrase(propose.proposal_withdraw), name="guest_withdraw"),
    path(
        "proposals/<str:code>/guest/withdraw/undo/", by_passphrase(propose.withdrawal_undo), name="guest_withdraw_undo"
    ),
    path("proposals/<str:code>/guest/appeal/", guest.guest_appeal, name="guest_appeal"),
    path("proposals/<str:code>/guest/restriction/", guest.guest_restriction, name="guest_restriction"),
    path("proposals/<str:code>/guest/attach/", guest.guest_attach, name="guest_attach"),
    path("consultations/<slug:slug>/similar/", propose.similar, name="similar"),
    path("consultations/<slug:slug>/follow/", likes_and_comments.consultation_follow, name="follow"),
    path("consultations/<slug:slug>/files/<int:pk>/", consultation.attachment, name="attachment"),
    path("consultations/<slug:slug>/feed.atom", feeds_and_downloads.ProposalFeed(), name="feed"),
    path("consultations/<slug:slug>/calendar.ics", feeds_and_downloads.calendar, name="calendar"),
    path("consultations/<slug:slug>/qr.svg", feeds_and_downloads.qr, name="qr"),
    path("consultations/<slug:slug>/og.png", share_images.consultation_image, name="consultation_image"),
    path("consultations/<slug:slug>/poster.pdf", feeds_and_downloads.poster, name="poster"),
    path("consultations/<slug:slug>/result/", result.result, name="result"),
    path("consultations/<slug:slug>/result.pdf", result.result_pdf, name="result_pdf"),
    path("proposals/<str:code>/", proposal.proposal, name="proposal"),
    path("proposals/<str:code>/og.png", share_images.proposal_image, name="proposal_image"),
    path("proposals/<str:code>/edit/", by_account(propose.proposal_edit), name="proposal_edit"),
    path("proposals/<str:code>/withdraw/", by_account(propose.proposal_withdraw), name="proposal_withdraw"),
    path("proposals/<str:code>/withdraw/undo/", by_account(propose.withdrawal_undo), name="proposal_withdraw_undo"),
    path("proposals/<str:code>/like/", likes_and_comments.proposal_like, name="proposal_like"),
    path("proposals/<str:code>/report/", likes_and_comments.report, name="proposal_report"),
    path("proposals/<str:code>/comments/", likes_and_comments.comment_create, name="comment_create"),
    path("proposals/<str:code>/comments/guest/", guest_comment.comment_guest, name="comment_guest"),
    path("proposals/<str:code>/comments/<int:pk>/reply/", likes_and_comments.comment_reply, name="comment_reply"),
    path(
        "proposals/<str:code>/comments/<int:pk>/reply/guest/", guest_comment.comment_guest, name="comment_reply_guest"
    ),
    path(
        "proposals/<str:code>/comments/<int:pk>/withdraw/",
        comment_by_account(likes_and_comments.comment_withdraw),
        name="comment_withdraw",
    ),
    path(
        "proposals/<str:code>/comments/<int:pk>/withdraw/undo/",
        comment_by_account(likes_and_comments.comment_withdraw_undo),
        name="comment_withdraw_undo",
    ),
    path("proposals/<str:code>/comments/<int:pk>/guest/", guest.guest_comment, name="guest_comment"),
    path("proposals/<str:code>/comments/<int:pk>/guest/mail/", guest.guest_mail, name="guest_comment_mail"),
    path(
        "proposals/<str:code>/comments/<int:pk>/guest/withdraw/",
        comment_by_passphrase(likes_and_comments.comment_withdraw),
        name="guest_comment_withdraw",
    ),
    path(
        "proposals/<str:code>/comments/<int:pk>/guest/withdraw/undo/",
        comment_by_passphrase(likes_and_comments.comment_withdraw_undo),
        name="guest_comment_withdraw_undo",
    ),
    path("proposals/<str:code>/comments/<int:pk>/guest/appeal/", guest.guest_appeal, name="guest_comment_appeal"),
    path(
        "proposals/<str:code>/comments/<int:pk>/guest/restriction/",
        guest.guest_restriction,
        name="guest_comment_restriction",
    ),
    path("proposals/<str:code>/comments/<int:pk>/guest/attach/", guest.guest_attach, name="guest_comment_attach"),
    path("proposals/<str:code>/comments/<int:pk>/report/", likes_and_comments.report, name="comment_report"),
    path("topics/<str:code>/", topic.topic, name="topic"),
    path("answers/", reply_deadlines.answers, name="answers"),
    path("answers.csv", reply_deadlines.answers_csv, name="answers_csv"),
    path("proposals/<str:code>/appeal/", moderation.appeal, name="proposal_appeal"),
    path("proposals/<str:code>/comments/<int:pk>/", moderation.comment_own, name="comment_own"),
    path("proposals/<str:code>/comments/<int:pk>/appeal/", moderation.appeal, name="comment_appeal"),
    path("takedown/", moderation.takedown, name="takedown"),
    path("takedown/done/", moderation.takedown_done, name="takedown_done"),
    path("policy/figures/", moderation.policy_figures, name="policy_figures"),
    path("policy/figures.csv", moderation.policy_figures_csv, name="policy_figures_csv"),
    path("tags/<str:slug>/", consultation.tag, name="tag"),
]
