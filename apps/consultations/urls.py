from django.urls import path

from apps.consultations.views import acts, answers, consultation, guest, moderation, outside, proposal, result, topic

app_name = "consultations"
urlpatterns = [
    path("consultations/", consultation.consultation_list, name="list"),
    path("consultations/<slug:slug>/", consultation.consultation, name="consultation"),
    path("consultations/<slug:slug>/propose/", proposal.propose, name="propose"),
    path("consultations/<slug:slug>/propose/guest/", guest.propose_guest, name="propose_guest"),
    path("guest/", guest.guest, name="guest"),
    path("proposals/<str:code>/guest/", guest.guest_proposal, name="guest_proposal"),
    path("proposals/<str:code>/guest/edit/", guest.guest_edit, name="guest_edit"),
    path("proposals/<str:code>/guest/withdraw/", guest.guest_withdraw, name="guest_withdraw"),
    path("proposals/<str:code>/guest/appeal/", guest.guest_appeal, name="guest_appeal"),
    path("proposals/<str:code>/guest/attach/", guest.guest_attach, name="guest_attach"),
    path("consultations/<slug:slug>/similar/", proposal.similar, name="similar"),
    path("consultations/<slug:slug>/follow/", acts.consultation_follow, name="follow"),
    path("consultations/<slug:slug>/files/<int:pk>/", consultation.attachment, name="attachment"),
    path("consultations/<slug:slug>/proposals.csv", outside.proposals_csv, name="proposals_csv"),
    path(
        "consultations/<slug:slug>/proposals-dictionary.csv", outside.proposals_dictionary, name="proposals_dictionary"
    ),
    path("consultations/<slug:slug>/feed.atom", outside.ProposalFeed(), name="feed"),
    path("consultations/<slug:slug>/qr.svg", outside.qr, name="qr"),
    path("consultations/<slug:slug>/poster.pdf", outside.poster, name="poster"),
    path("consultations/<slug:slug>/result/", result.result, name="result"),
    path("consultations/<slug:slug>/result.pdf", result.result_pdf, name="result_pdf"),
    path("proposals/<str:code>/", proposal.proposal, name="proposal"),
    path("proposals/<str:code>/edit/", proposal.proposal_edit, name="proposal_edit"),
    path("proposals/<str:code>/withdraw/", proposal.proposal_withdraw, name="proposal_withdraw"),
    path("proposals/<str:code>/like/", acts.proposal_like, name="proposal_like"),
    path("proposals/<str:code>/report/", acts.report, name="proposal_report"),
    path("proposals/<str:code>/comments/", acts.comment_create, name="comment_create"),
    path("proposals/<str:code>/comments/<int:pk>/reply/", acts.comment_reply, name="comment_reply"),
    path("proposals/<str:code>/comments/<int:pk>/withdraw/", acts.comment_withdraw, name="comment_withdraw"),
    path("proposals/<str:code>/comments/<int:pk>/report/", acts.report, name="comment_report"),
    path("topics/<str:code>/", topic.topic, name="topic"),
    path("answers/", answers.answers, name="answers"),
    path("answers.csv", answers.answers_csv, name="answers_csv"),
    path("proposals/<str:code>/appeal/", moderation.appeal, name="proposal_appeal"),
    path("proposals/<str:code>/comments/<int:pk>/", moderation.comment_own, name="comment_own"),
    path("proposals/<str:code>/comments/<int:pk>/appeal/", moderation.appeal, name="comment_appeal"),
    path("takedown/", moderation.takedown, name="takedown"),
    path("takedown/done/", moderation.takedown_done, name="takedown_done"),
    path("policy/figures/", moderation.policy_figures, name="policy_figures"),
    path("policy/figures.csv", moderation.policy_figures_csv, name="policy_figures_csv"),
    path("tags/<str:slug>/", consultation.tag, name="tag"),
]
