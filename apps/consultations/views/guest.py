"""Views for people without an account: passphrase, one's own proposal or comment, appeal, attaching it to an account."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import shared_terminal
from apps.accounts.models import Restriction
from apps.accounts.requests import AuthedRequest, client_ip
from apps.consultations import actions
from apps.consultations.forms import AppealForm, PassphraseForm, PassphraseMailForm
from apps.consultations.forms.guest import CODE_MAX
from apps.consultations.models import ActionRefused, Comment, Decision, GuestKey, Proposal
from apps.consultations.views.authors import ask_passphrase, remember_key, with_key
from apps.consultations.views.guest_identity import earlier_handle
from apps.consultations.views.moderation import ask_to_look_again


@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest) -> HttpResponse:
    """Open one's own proposal or comment by its number and passphrase (番号と合言葉)."""
    form = PassphraseForm(request.POST or None, initial={"code": request.GET.get("code", "")[:CODE_MAX]})
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            where = {"ip": client_ip(request), "handle": earlier_handle(request)}
            key = actions.open_with(code=data["code"], typed=data["passphrase"], **where)
        except actions.TooFast as refused:
            form.add_error(None, refused.sentence)
            status = 429
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            remember_key(request, key)
            return redirect(key)
    if form.errors and status == 200:
        status = 422
    return render(request, "consultations/guest_enter.html", {"form": form}, status=status)


def show_passphrase(
    request: HttpRequest,
    text: Proposal | Comment,
    passphrase: str,
    *,
    form: PassphraseMailForm | None = None,
    mailed: str = "",
) -> HttpResponse:
    """Show number and passphrase, to be copied, printed or mailed once; on a shared terminal to be printed only.

    passphrase: in clear, empty when it was shown before; mailed: what became of the mail, if one was asked for.
    """
    may_mail = bool(passphrase) and not mailed and not shared_terminal.is_on(request)
    proposal = text.proposal if isinstance(text, Comment) else text
    is_comment = text is not proposal
    mail_page, args = ("guest_comment_mail", [proposal.code, text.pk]) if is_comment else ("guest_mail", [text.code])
    context = {
        "text": text,
        "is_comment": is_comment,
        "proposal": proposal,
        "consultation": proposal.consultation,
        "mail_url": reverse(f"consultations:{mail_page}", args=args),
        "passphrase": passphrase,
        "mail_form": (form or PassphraseMailForm(initial={"passphrase": passphrase})) if may_mail else None,
        "mailed": mailed,
    }
    status = 422 if form and form.errors else 200
    return render(request, "consultations/guest_done.html", context, status=status)


@never_cache
@require_POST
def guest_mail(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Mail number and passphrase to oneself, once. The answer shows them again, which no redirect could."""
    code = code if pk is None else f"{code}-{pk}"
    form, passphrase = PassphraseMailForm(request.POST), request.POST.get("passphrase", "")[:100]
    ip, handle = client_ip(request), earlier_handle(request)
    try:
        key = actions.open_with(code=code, typed=passphrase, ip=ip, handle=handle)
    except ActionRefused as refused:
        return ask_passphrase(request, code, refused.sentence)
    if shared_terminal.is_on(request) or not form.is_valid():
        return show_passphrase(request, key.text, passphrase, form=form)
    email = form.cleaned_data["email"]
    try:
        is_new = actions.mail_passphrase(key=key, passphrase=passphrase, email=email, ip=ip, handle=handle)
    except ActionRefused as refused:
        form.add_error(None, refused.sentence)
        return show_passphrase(request, key.text, passphrase, form=form)
    mailed = _("番号と合言葉をメールで送りました。") if is_new else _("番号と合言葉は、すでにメールで送りました。")
    return show_passphrase(request, key.text, passphrase, mailed=mailed)


@never_cache
@require_safe
@with_key
def guest_proposal(request: HttpRequest, key: GuestKey) -> HttpResponse:
    """Show a guest's own proposal: its state, and what can be done with it."""
    proposal = Proposal.objects.for_lists().get_by_code_or_none(key.text.code)
    decision = proposal and Decision.objects.hiding(proposal)
    context = {"proposal": proposal, "key": key, "decision": decision, "restriction": key.restriction}
    return render(request, "consultations/guest_proposal.html", context)


@never_cache
@require_safe
@with_key
def guest_comment(request: HttpRequest, key: GuestKey) -> HttpResponse:
    """Show a guest's own comment: its state, and what can be done with it."""
    comment = cast("Comment", key.comment)
    context = {
        "comment": comment,
        "proposal": comment.proposal,
        "key": key,
        "decision": Decision.objects.hiding(comment),
        "restriction": key.restriction,
    }
    return render(request, "consultations/guest_comment.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_key
def guest_appeal(request: HttpRequest, key: GuestKey) -> HttpResponse:
    """Submit the appeal (異議の申立て) of somebody without account: once, as residents do."""
    return ask_to_look_again(request, key.text, by=key, back=key.get_absolute_url())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_key
def guest_restriction(request: HttpRequest, key: GuestKey) -> HttpResponse:
    """Show the restriction (利用の制限) of the browser that wrote the text, and take one objection to it."""
    restriction = key.restriction
    if restriction is None:
        messages.info(request, _("いま、投稿の制限はありません。"))
        return redirect(key)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if Restriction.objects.object_to(restriction, words=form.cleaned_data["words"], by=key):
            messages.success(request, _("申立てを受け付けました。市がもう一度確認し、結果をこのページに表示します。"))
        else:
            messages.info(request, _("申立ては、すでに受け付けています。"))
        return redirect(request.path)
    context = {
        "restriction": restriction,
        "form": form,
        "own_url": key.get_absolute_url(),
        "is_comment": bool(key.comment),
    }
    return render(request, "consultations/guest_restriction.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
@with_key
def guest_attach(request: AuthedRequest, key: GuestKey) -> HttpResponse:
    """Take the text into the account one is signed in with."""
    try:
        text = actions.attach_to_account(key=key, user=request.user)
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("consultations:guest")
    messages.success(request, _("%(code)s をあなたのアカウントに移しました。") % {"code": text.code})
    return redirect(text.get_own_url())
