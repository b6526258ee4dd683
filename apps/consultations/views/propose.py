"""Write a proposal, change its wording, withdraw it: one view each for people with an account and for guests.

The addresses differ, and so do the limits (`actions.authors`); urls.py says which address is whose.
"""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import Restricted
from apps.accounts.requests import AuthedRequest, client_ip
from apps.consultations import actions
from apps.consultations.forms import AccountProposalForm, GuestProposalForm, ProposalEditForm, ProposalForm
from apps.consultations.models import ActionRefused, Consultation, ModerationCase, Proposal
from apps.consultations.services.similar import SimilarProposal, similar_to
from apps.consultations.views.authors import OwnProposal
from apps.consultations.views.guest import show_passphrase
from apps.consultations.views.guest_identity import guest_handle, guest_identity, remember_guest
from apps.consultations.views.helpers import TERMS, consent_needed, consultation_for, hints_for, note_consent
from apps.core.date_formats import duration
from apps.core.form_steps import form_step
from apps.operations.models import SitePage

FIELDS = ("question", "body", "title", "tags", "submit_key", "age_band", "district", "relation")


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, slug: str, *, as_guest: bool = False) -> HttpResponse:
    """Write a proposal in three steps: 入力, 確認 (with similar proposals), 完了. Outside the period the page says why.

    as_guest: without an account; 404 where the consultation does not ask guests.
    """
    consultation = consultation_for(request, slug)
    if as_guest and not consultation.allows_guests:
        raise Http404
    if as_guest and request.user.is_authenticated:
        return redirect("consultations:propose", slug=slug)
    form = proposal_form(request, consultation)
    step = form_step(request, form, save="post")
    if step == "input":
        return show_form(request, consultation, form)
    if step == "preview":
        return show_preview(request, consultation, form)
    if isinstance(form, AccountProposalForm):
        return save_by_account(cast("AuthedRequest", request), consultation, form)
    return save_by_guest(request, consultation, form)


def author_of(request: HttpRequest) -> actions.Author:
    """Return who is writing, as far as it is known before posting."""
    if request.user.is_authenticated:
        return actions.AccountAuthor(request.user)
    return actions.GuestAuthor(guest_handle(request))


def proposal_form(request: HttpRequest, consultation: Consultation) -> ProposalForm:
    """Return the form for who is writing, filled with what was typed."""
    data = request.POST if request.method == "POST" else None
    user = request.user
    if not user.is_authenticated:
        return GuestProposalForm(data, consultation=consultation)
    return AccountProposalForm(data, consultation=consultation, user=user, consent_needed=consent_needed(user))


def page_context(request: HttpRequest, consultation: Consultation, form: ProposalForm) -> dict[str, object]:
    """Return what the pages of both steps show."""
    is_guest = not request.user.is_authenticated
    heading = _("登録せずに意見を書く") if is_guest else _("意見を書く")
    context = {"consultation": consultation, "form": form, "is_guest": is_guest, "heading": heading}
    return {**context, **guest_expectations(consultation)} if is_guest else context


def guest_expectations(consultation: Consultation) -> dict[str, object]:
    """Return what a guest is told before writing: whether the text will wait for the city, and how long that usually takes."""
    waits = actions.needs_approval(consultation, is_guest=True)
    usual = ModerationCase.objects.usual_wait() if waits else None
    return {"waits": waits, "usual_wait": duration(usual) if usual else ""}


def show_form(request: HttpRequest, consultation: Consultation, form: ProposalForm) -> HttpResponse:
    """Show the first step; when nothing can be posted the page says why instead (403), and gives typed text back.

    A restricted person is refused here; a restricted guest at the preview, with the form still there (422).
    """
    refusal, status = "", 422 if form.errors else 200
    try:
        consultation.require_open()
        if request.user.is_authenticated:
            request.user.require_may_write()
    except ActionRefused as refused:
        refusal, status = str(refused), 403
    context = {**page_context(request, consultation, form), "refusal": refusal}
    return render(request, "consultations/proposal_form.html", context, status=status)


def show_preview(request: HttpRequest, consultation: Consultation, form: ProposalForm) -> HttpResponse:
    """Show the second step: how it will look, and similar proposals. It promises nothing that will be refused."""
    try:
        form.cleaned_data["question"].require_open()
        author = author_of(request)
        author.require_may_write()
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return show_form(request, consultation, form)
    context = {
        **page_context(request, consultation, form),
        "cleaned_data": form.cleaned_data,
        "similar": similar_proposals(request, consultation, form.cleaned_data["body"]),
        "waits": actions.needs_approval(consultation, author=author.user, is_guest=author.is_guest),
        "hints": hints_for(form),
    }
    return render(request, "consultations/proposal_preview.html", context)


def post(form: ProposalForm, author: actions.Author) -> actions.Posted | None:
    """Post what was typed; None when it is refused, with the reason on the form."""
    fields = {name: form.cleaned_data[name] for name in FIELDS}
    try:
        return actions.post_proposal(author=author, public_name=form.public_name, **fields)
    except ActionRefused as refused:
        form.add_error(None, str(refused))
    return None


def save_by_account(request: AuthedRequest, consultation: Consultation, form: AccountProposalForm) -> HttpResponse:
    """Answer the third step of a person: to the page of the new proposal."""
    posted = post(form, actions.AccountAuthor(request.user, nickname=form.new_nickname))
    if posted is None:
        return show_form(request, consultation, form)
    note_consent(request.user, digest=form.wants_digest)
    messages.success(request, posted_sentence(posted.proposal))
    return redirect(f"{posted.proposal.get_absolute_url()}?posted=1")


@never_cache
def save_by_guest(request: HttpRequest, consultation: Consultation, form: ProposalForm) -> HttpResponse:
    """Answer the third step of a guest with the passphrase: never in the session, never behind a redirect."""
    identity, handle = guest_identity(request)
    version = SitePage.objects.current_version(TERMS)
    posted = post(form, actions.GuestAuthor(handle, ip=client_ip(request), consent_version=version))
    if posted is None:
        return show_form(request, consultation, form)
    response = show_passphrase(request, posted.proposal, posted.passphrase)
    remember_guest(request, response, identity)
    return response


def posted_sentence(proposal: Proposal) -> str:
    """Return what is said after posting: that it stands, or that the city reads it first."""
    if proposal.is_public:
        return _("投稿しました。番号は %(code)s です。30分以内なら編集できます。") % {"code": proposal.code}
    sentence = _(
        "投稿を受け付けました。番号は %(code)s です。市が内容を確認してから公開します。公開したときにお知らせします。"
    )
    return sentence % {"code": proposal.code}


def similar_proposals(request: HttpRequest, consultation: Consultation, body: str) -> list[SimilarProposal]:
    """Return public proposals of the consultation that are like a text."""
    everyone = Proposal.objects.public().in_consultation(consultation)
    return similar_to(everyone.with_liked_by(request.user, guest_handle(request)), body)


@login_required
@require_POST
def similar(request: HttpRequest, slug: str) -> HttpResponse:
    """Show proposals that resemble the one being written (asked for by htmx while writing)."""
    consultation = consultation_for(request, slug)
    proposals = similar_proposals(request, consultation, request.POST.get("body", "")[:4000])
    return render(request, "consultations/_similar.html", {"similar": proposals, "consultation": consultation})


def proposal_edit(request: HttpRequest, own: OwnProposal) -> HttpResponse:
    """Change the wording within thirty minutes. A restricted person gets 403, a restricted guest 422."""
    proposal, status = own.proposal, 422
    form = ProposalEditForm(request.POST or None, initial={"body": proposal.body, "title": proposal.title})
    if request.method == "POST" and form.is_valid():
        try:
            words = {name: form.cleaned_data[name] for name in ("body", "title")}
            edited = actions.edit_proposal(proposal=proposal, by=own.by, **words)
        except ActionRefused as refused:
            form.add_error(None, str(refused.sentence))
            status = 403 if isinstance(refused, Restricted) and not own.is_guest else 422
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, edited_sentence(edited))
            return redirect(own.url)
    context = {"proposal": proposal, "form": form, "own_url": own.url}
    return render(request, "consultations/proposal_edit.html", context, status=status if form.errors else 200)


def edited_sentence(proposal: Proposal) -> str:
    """Return what is said after a new wording: that it stands, or that the city reads it first."""
    if proposal.is_public:
        return _("編集しました。「編集済み」と表示されます。")
    return _("編集を受け付けました。市が内容を確認してから公開します。")


def proposal_withdraw(request: HttpRequest, own: OwnProposal) -> HttpResponse:
    """Ask, then withdraw the proposal."""
    proposal = own.proposal
    if request.method == "POST":
        actions.withdraw_proposal(proposal=proposal, by=own.by)
        messages.success(request, _("%(code)s を取り下げました。") % {"code": proposal.code})
        return redirect(own.url)
    return render(request, "consultations/proposal_withdraw.html", {"proposal": proposal, "own_url": own.url})


def withdrawal_undo(request: HttpRequest, own: OwnProposal) -> HttpResponse:
    """Undo the withdrawal within ten minutes; the page of the text says what it is now."""
    if request.method == "POST":
        try:
            actions.undo_withdrawal(text=own.proposal, by=own.by)
        except Restricted:
            raise
        except ActionRefused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("%(code)s を元に戻しました。") % {"code": own.proposal.code})
    return redirect(own.url)
