"""Taking part without an account: writing, coming back with the passphrase, taking the proposal into an account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import Restriction
from apps.consultations import actions
from apps.consultations.forms import AppealForm, GuestProposalForm, PassphraseForm, ProposalEditForm
from apps.consultations.models import ActionRefused, Consultation, Decision, GuestKey, Proposal
from apps.consultations.views.guest_identity import (
    address_of,
    earlier_handle,
    guest_handle,
    guest_identity,
    remember_guest,
)
from apps.consultations.views.helpers import TERMS, consultation_for, hints_for
from apps.consultations.views.moderation import ask_to_look_again
from apps.consultations.views.proposal import edited_sentence, refusal_of
from apps.core.text import as_number
from apps.operations.models import SitePage

SESSION = "guest_keys"
OPEN_SECONDS = 3600
FIELDS = ("question", "body", "title", "nickname", "tags", "submit_key", "age_band", "district", "relation")


@require_http_methods(["GET", "HEAD", "POST"])
def propose_guest(request: HttpRequest, slug: str) -> HttpResponse:
    """Writing a voice in three steps, as residents do. Where guests are not asked there is no such page."""
    asked = consultation_for(request, slug)
    if not asked.allows_guests:
        raise Http404
    if request.user.is_authenticated:
        return redirect("consultations:propose", slug=slug)
    form = GuestProposalForm(request.POST if request.method == "POST" else None, consultation=asked)
    step = request.POST.get("step", "")
    if request.method != "POST" or not form.is_valid() or step == "edit":
        return show_form(request, asked, form, status=422 if form.errors else 200)
    if step != "post":
        if refusal := refusal_of(request, form):
            form.add_error(None, refusal)
            return show_form(request, asked, form, status=422)
        similar = Proposal.objects.public().in_consultation(asked).with_liked_by(request.user, guest_handle(request))
        context = {"consultation": asked, "form": form, "typed": form.cleaned_data}
        context["similar"] = similar.resembling(form.cleaned_data["body"])
        context["hints"] = hints_for(form)
        return render(request, "consultations/guest_preview.html", context)
    return post(request, asked, form)


def show_form(request: HttpRequest, asked: Consultation, form: GuestProposalForm, *, status: int) -> HttpResponse:
    """The first step; when nothing can be posted the page says what comes next instead, and gives typed text back."""
    context: dict[str, Any] = {"consultation": asked, "form": form, "refusal": ""}
    try:
        asked.require_open()
    except ActionRefused as refused:
        context["refusal"], status = str(refused.sentence), 403
    return render(request, "consultations/guest_form.html", context, status=status)


@never_cache
def post(request: HttpRequest, asked: Consultation, form: GuestProposalForm) -> HttpResponse:
    """The third step. The passphrase stands on this answer and nowhere else: not in the session, not behind a redirect."""
    identity, handle = guest_identity(request)
    fields = {name: form.cleaned_data[name] for name in FIELDS}
    version = SitePage.objects.current_version(TERMS)
    try:
        key, words = actions.post_as_guest(
            handle=handle, address=address_of(request), consent_version=version, **fields
        )
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return show_form(request, asked, form, status=422)
    context = {"proposal": key.proposal, "consultation": asked, "passphrase": words}
    response = render(request, "consultations/guest_done.html", context)
    remember_guest(request, response, identity)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest) -> HttpResponse:
    """番号と合言葉: the way back to one's proposal."""
    form = PassphraseForm(request.POST or None, initial={"code": request.GET.get("code", "")[:12]})
    status = 200
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            where = {"address": address_of(request), "handle": earlier_handle(request)}
            key = actions.open_with(code=typed["code"], typed=typed["passphrase"], **where)
        except actions.TooFast as refused:
            form.add_error(None, refused.sentence)
            status = 429
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            now = int(timezone.now().timestamp())
            request.session[SESSION] = {**request.session.get(SESSION, {}), str(key.pk): now}
            return redirect("consultations:guest_proposal", code=key.proposal.code)
    if form.errors and status == 200:
        status = 422
    return render(request, "consultations/guest_enter.html", {"form": form}, status=status)


def key_for(request: HttpRequest, code: str) -> GuestKey | None:
    """The key of a proposal that was opened in this browser within the hour."""
    key = GuestKey.objects.of(code)
    opened = request.session.get(SESSION, {}).get(str(key.pk), 0) if key else 0
    return key if timezone.now().timestamp() - opened < OPEN_SECONDS else None


def ask_again(request: HttpRequest, code: str) -> HttpResponse:
    """To the passphrase."""
    messages.info(request, _("番号と合言葉を入れてください。"))
    response = redirect("consultations:guest")
    response["Location"] += f"?code={as_number(code)[:12]}"
    return response


@never_cache
@require_safe
def guest_proposal(request: HttpRequest, code: str) -> HttpResponse:
    """One's own proposal: where it stands, and what can be done with it."""
    key = key_for(request, code)
    if key is None:
        return ask_again(request, code)
    shown = Proposal.objects.for_lists().get_by_code_or_none(code)
    decision = shown and Decision.objects.hiding(shown)
    context = {"proposal": shown, "key": key, "decision": decision, "restriction": key.restriction}
    return render(request, "consultations/guest_proposal.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_appeal(request: HttpRequest, code: str) -> HttpResponse:
    """異議の申立て by somebody without account: once, as residents do."""
    key = key_for(request, code)
    if key is None:
        return ask_again(request, code)
    back = reverse("consultations:guest_proposal", args=[key.proposal.code])
    return ask_to_look_again(request, key.proposal, by=key, back=back)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_restriction(request: HttpRequest, code: str) -> HttpResponse:
    """利用の制限 of the browser that wrote the proposal: why, until when, and the objection, once."""
    key = key_for(request, code)
    if key is None:
        return ask_again(request, code)
    found = key.restriction
    if found is None:
        messages.info(request, _("いま、利用の制限はありません。"))
        return redirect("consultations:guest_proposal", code=key.proposal.code)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if Restriction.objects.object_to(found, words=form.cleaned_data["words"], by=key):
            messages.success(request, _("申立てを受け付けました。市がもう一度確認し、結果をこのページに表示します。"))
        else:
            messages.info(request, _("申立ては、すでに受け付けています。"))
        return redirect("consultations:guest_restriction", code=key.proposal.code)
    context = {"restriction": found, "form": form, "proposal": key.proposal}
    return render(request, "consultations/guest_restriction.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Better wording within thirty minutes."""
    key = key_for(request, code)
    if key is None:
        return ask_again(request, code)
    shown = key.proposal
    form = ProposalEditForm(request.POST or None, initial={"body": shown.body, "title": shown.title})
    if request.method == "POST" and form.is_valid():
        try:
            edited = actions.edit_proposal(proposal=shown, by=key, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, edited_sentence(edited))
            return redirect("consultations:guest_proposal", code=shown.code)
    context = {"proposal": shown, "form": form}
    return render(request, "consultations/guest_edit.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Asks, then takes the voice back."""
    key = key_for(request, code)
    if key is None:
        return ask_again(request, code)
    if request.method == "POST":
        actions.withdraw_proposal(proposal=key.proposal, by=key)
        messages.success(request, _("%(code)s を取り下げました。") % {"code": key.proposal.code})
        return redirect("consultations:guest_proposal", code=key.proposal.code)
    return render(request, "consultations/guest_withdraw.html", {"proposal": key.proposal})


@login_required
@require_POST
def guest_attach(request: HttpRequest, code: str) -> HttpResponse:
    """Take the proposal into the account one is signed in with."""
    key = key_for(request, code)
    if key is None:
        return ask_again(request, code)
    try:
        shown = actions.attach_to_account(key=key, user=request.user)
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("consultations:guest")
    messages.success(request, _("%(code)s をあなたのアカウントに移しました。") % {"code": shown.code})
    return redirect(shown)
