"""Views of likes (イイネ！), comments, follows and reports: plain forms; htmx only swaps the part that changed."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import Restricted
from apps.accounts.requests import AuthedRequest, client_ip
from apps.consultations import actions
from apps.consultations.forms import ReportForm, WantedForm
from apps.consultations.models import ActionRefused, Comment, Proposal
from apps.consultations.views.authors import OwnComment
from apps.consultations.views.guest_identity import (
    earlier_handle,
    guest_identity,
    is_first_press,
    remember_guest,
    send_again_with_cookie,
)
from apps.consultations.views.helpers import back, consultation_for, note_consent, public_proposal, refuse
from apps.consultations.views.proposal import comment_form, proposal_page
from apps.core.htmx_parts import is_part_wanted
from apps.core.safe_redirect import current_page_url

HELD = gettext_lazy("コメントを受け付けました。市が内容を確認してから公開します。")


@require_POST
def proposal_like(request: HttpRequest, code: str) -> HttpResponse:
    """Like a proposal or remove the like (イイネ！)."""
    proposal = public_proposal(code)
    user = request.user
    if not user.is_authenticated and not proposal.consultation.allows_guests:
        return sign_in_first(request, proposal)
    form = WantedForm(request.POST)
    if not form.is_valid():
        return refuse(request, _("もう一度「イイネ！」を押してください。"), proposal.get_absolute_url())
    wanted = form.cleaned_data["wanted"]
    if not user.is_authenticated:
        return guest_like(request, proposal, wanted=wanted)
    actions.set_like(user=user, proposal=proposal, wanted=wanted, guest=earlier_handle(request))
    return like_answer(request, proposal, wanted=wanted)


def guest_like(request: HttpRequest, proposal: Proposal, *, wanted: bool) -> HttpResponse:
    """Like a proposal as a guest (イイネ！); from the first like on the browser has a number."""
    if is_first_press(request):
        return send_again_with_cookie(request)
    identity, handle = guest_identity(request)
    try:
        actions.set_guest_like(handle=handle, ip=client_ip(request), proposal=proposal, wanted=wanted)
    except Restricted:
        raise
    except ActionRefused as refused:
        if is_part_wanted(request):
            raise PermissionDenied(str(refused.sentence)) from refused
        return refuse(request, refused.sentence, proposal.get_absolute_url())
    response = like_answer(request, proposal, wanted=wanted)
    remember_guest(request, response, identity)
    return response


def like_answer(request: HttpRequest, proposal: Proposal, *, wanted: bool) -> HttpResponse:
    """Answer with the button as it is now, or redirect to the page."""
    if not is_part_wanted(request):
        messages.success(request, _("イイネ！しました。") if wanted else _("イイネ！を取り消しました。"))
        return back(request, proposal.get_absolute_url())
    proposal.refresh_like_counts(liked=wanted)
    return render(request, "consultations/_like.html", {"proposal": proposal})


def sign_in_first(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Redirect to the sign-in, and back to the proposal afterwards."""
    messages.info(request, _("イイネ！をするには、ログインまたは新規登録をしてください。"))
    url = f"{_login_url()}?{urlencode({'next': current_page_url(request)}, safe='/')}"
    if is_part_wanted(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)


def _login_url() -> str:
    return redirect("account_login").url


@login_required
@require_POST
def comment_create(request: AuthedRequest, code: str) -> HttpResponse:
    """Post a comment or a reply; on a refusal show the form again with what was typed and the reason."""
    proposal = public_proposal(code)
    form = comment_form(request, request.POST)
    if form is not None and form.is_valid():
        data = form.cleaned_data
        parent = (
            get_object_or_404(Comment.objects.for_proposal(proposal).top_level(), pk=data["parent"])
            if data["parent"]
            else None
        )
        try:
            comment, is_new, _passphrase = actions.post_comment(
                proposal=proposal,
                author=actions.AccountAuthor(request.user, nickname=form.new_nickname),
                body=data["body"],
                public_name=form.public_name,
                parent=parent,
                submit_key=data["submit_key"],
            )
        except ActionRefused as refused:
            form.add_error(None, str(refused))
            return proposal_page(request, code, form=form, status=403 if isinstance(refused, Restricted) else 422)
        note_consent(request.user, digest=form.wants_digest)
        if is_new:
            messages.success(request, _("コメントを投稿しました。") if comment.is_public else HELD)
        return redirect(f"{proposal.get_absolute_url()}?commented=1#comment-{comment.pk}")
    return proposal_page(request, code, form=form, status=422)


@login_required
@require_http_methods(["GET", "HEAD"])
def comment_reply(request: AuthedRequest, code: str, pk: int) -> HttpResponse:
    """Show the form for a reply to one comment, on a page of its own."""
    proposal = public_proposal(code)
    parent = get_object_or_404(Comment.objects.for_proposal(proposal).published().top_level(), pk=pk)
    context = {"proposal": proposal, "parent": parent, "form": comment_form(request, None, parent=parent.pk)}
    return render(request, "consultations/comment_reply.html", context)


def comment_withdraw(request: HttpRequest, own: OwnComment) -> HttpResponse:
    """Confirm, then withdraw a comment."""
    comment = own.comment
    if request.method == "POST":
        actions.withdraw_comment(comment=comment, by=own.by)
        messages.success(request, _("コメントを取り下げました。"))
        return redirect(own.url)
    back = own.url if own.is_guest else comment.proposal.get_absolute_url()
    context = {"comment": comment, "proposal": comment.proposal, "back": back}
    return render(request, "consultations/comment_withdraw.html", context)


def comment_withdraw_undo(request: HttpRequest, own: OwnComment) -> HttpResponse:
    """Undo the withdrawal of a comment within ten minutes."""
    if request.method != "POST":
        return redirect(own.url)
    try:
        restored = actions.undo_withdrawal(text=own.comment, by=own.by)
    except Restricted:
        raise
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return redirect(own.url)
    messages.success(request, _("コメントを元に戻しました。"))
    return redirect(own.url if own.is_guest else restored.get_own_url())


@login_required
@require_POST
def consultation_follow(request: AuthedRequest, slug: str) -> HttpResponse:
    """Follow a consultation, or stop."""
    consultation = consultation_for(request, slug)
    form = WantedForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data["wanted"]
        actions.follow(user=request.user, consultation=consultation, wanted=wanted)
        sentence = _("フォローしました。動きがあったときにお知らせします。") if wanted else _("フォローをやめました。")
        messages.success(request, sentence)
    return back(request, consultation.get_absolute_url())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AuthedRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Report a proposal, or a comment on it (通報)."""
    proposal = public_proposal(code)
    comment = get_object_or_404(Comment.objects.for_proposal(proposal).published(), pk=pk) if pk else None
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.report(text=comment or proposal, by=request.user, reason=data["reason"], words=data["text"])
        except ActionRefused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("通報を受け付けました。市の担当者が内容を確認します。"))
            return redirect(comment or proposal)
    context = {"proposal": proposal, "comment": comment, "form": form}
    return render(request, "consultations/report_form.html", context, status=422 if form.errors else 200)
