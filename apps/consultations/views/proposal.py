"""One voice: writing it, reading it, changing it, taking it back."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import Restricted
from apps.consultations import actions
from apps.consultations.forms import CommentForm, CommentOrderForm, ProposalEditForm, ProposalForm
from apps.consultations.models import ActionRefused, Comment, Consultation, Decision, Proposal, State
from apps.consultations.models.guest import require_guest_may_write
from apps.consultations.services.timeline import replies_about, way_of
from apps.consultations.views.guest_identity import guest_handle
from apps.consultations.views.helpers import consent_needed, consultation_for, hints_for, note_consent
from apps.core.pagination import Order, read_page
from apps.core.text import as_number

ATTRIBUTES = ("age_band", "district", "relation")


@require_safe
def proposal(request: HttpRequest, code: str) -> HttpResponse:
    """A voice, its comments, and what can be done with it; a placeholder (410) for one that is no longer public."""
    return proposal_page(request, code)


def proposal_page(request: HttpRequest, code: str, form: CommentForm | None = None, status: int = 200) -> HttpResponse:
    """The page of a voice, with a comment form that came back if there is one."""
    everyone = Proposal.objects.for_lists().with_reason().with_liked_by(request.user, guest_handle(request))
    shown = everyone.visible_to(request.user).get_by_code_or_none(code)
    if shown is None or (not shown.is_public and not shown.is_by(request.user) and not request.user.is_staff):
        return gone(request, code)
    own, replies = shown.is_by(request.user), replies_about(shown)
    context = {
        "proposal": shown,
        "is_own": own,
        "decision": Decision.objects.hiding(shown) if shown.state == State.HIDDEN else None,
        "revisions": shown.revisions.all() if own else [],
        "replies": replies,
        "way": way_of(shown, replies) if shown.published_at else [],
        "form": form or comment_form(request, None),
        **comments_of(request, shown),
    }
    return render(request, "consultations/proposal_detail.html", context, status=status)


def gone(request: HttpRequest, code: str) -> HttpResponse:
    """410 for what was public once, with nothing of its text; 404 for everything else."""
    shown = get_object_or_404(
        Proposal.objects.public_or_placeholder().placeholders().with_reason(), code=as_number(code)
    )
    context = {"when": shown.state_changed_at, "reason": shown.gone_reason, "what": _("この投稿")}
    return render(request, "410.html", context, status=410)


def comment_form(request: HttpRequest, data: Any, **initial: Any) -> CommentForm | None:
    """The form for a comment; None for people who are not signed in."""
    if not request.user.is_authenticated:
        return None
    return CommentForm(data, user=request.user, consent_needed=consent_needed(request.user), initial=initial)


def comments_of(request: HttpRequest, shown: Proposal) -> dict[str, Any]:
    """One page of the thread, oldest or newest first."""
    order_form = CommentOrderForm(request.GET)
    order_form.is_valid()
    order = order_form.cleaned_data.get("order") or "old"
    thread = Comment.objects.on(shown).in_thread(request.user).top_level().with_replies(request.user)
    cursor = order_form.cleaned_data.get("cursor", "")
    name = f"{shown.code}:{order}"
    page = read_page(thread, Order(("pk",), descending=order == "new"), name=name, cursor=cursor, size=50)
    older = f"?order={order}&cursor={page.older}#comments" if page.older else ""
    newer = f"?order={order}&cursor={page.newer}#comments" if page.newer else ""
    return {"comments": page, "order": order, "older_url": older, "newer_url": newer}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Writing a voice in three steps: 入力, 確認 (with similar voices), 完了. Outside the period the page says why."""
    asked = consultation_for(request, slug)
    step = request.POST.get("step", "")
    form = proposal_form(request, asked)
    if request.method != "POST":
        return show_form(request, asked, form, status=200)
    if not form.is_valid():
        return show_form(request, asked, form, status=422)
    if step == "edit":
        return show_form(request, asked, form, status=200)
    if step != "post":
        return show_preview(request, asked, form)
    return post(request, asked, form)


def refusal_of(request: HttpRequest, form: ProposalForm) -> str:
    """Why the chosen question takes no proposal of this person or browser now; nothing when it does."""
    person: Any = request.user
    try:
        form.cleaned_data["question"].require_open()
        if person.is_authenticated:
            person.require_may_write()
        else:
            require_guest_may_write(guest_handle(request))
    except (ActionRefused, Restricted) as refused:
        return str(refused)
    return ""


def proposal_form(request: HttpRequest, asked: Consultation) -> ProposalForm:
    """The form, filled with what was typed."""
    data = request.POST if request.method == "POST" else None
    needed = consent_needed(request.user)
    return ProposalForm(data, consultation=asked, user=request.user, consent_needed=needed)


def show_form(request: HttpRequest, asked: Consultation, form: ProposalForm, *, status: int) -> HttpResponse:
    """The first step; when nothing can be posted the page says what comes next instead, and gives typed text back."""
    context: dict[str, Any] = {"consultation": asked, "form": form, "refusal": ""}
    try:
        asked.require_open()
        cast("Any", request.user).require_may_write()
    except ActionRefused as refused:
        context["refusal"], status = str(refused), 403
    return render(request, "consultations/proposal_form.html", context, status=status)


def show_preview(request: HttpRequest, asked: Consultation, form: ProposalForm) -> HttpResponse:
    """The second step: how it will look, and whether somebody said it already. It promises nothing that will be refused."""
    if refusal := refusal_of(request, form):
        form.add_error(None, refusal)
        return show_form(request, asked, form, status=422)
    body = form.cleaned_data["body"]
    similar = (
        Proposal.objects.public()
        .in_consultation(asked)
        .with_liked_by(request.user, guest_handle(request))
        .resembling(body)
    )
    person: Any = request.user if request.user.is_authenticated else None
    waits = actions.needs_approval(asked, author=person, is_guest=person is None)
    context = {"consultation": asked, "form": form, "similar": similar, "typed": form.cleaned_data, "waits": waits}
    context["hints"] = hints_for(form)
    return render(request, "consultations/proposal_preview.html", context)


def post(request: HttpRequest, asked: Consultation, form: ProposalForm) -> HttpResponse:
    """The third step: the voice is public."""
    typed = form.cleaned_data
    fields = {name: typed[name] for name in ("question", "body", "title", "tags", "submit_key", *ATTRIBUTES)}
    try:
        shown, _is_new = actions.post_proposal(author=request.user, anonymous=form.is_anonymous, **fields)
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return show_form(request, asked, form, status=422)
    note_consent(request.user)
    messages.success(request, posted_sentence(shown))
    return redirect(f"{shown.get_absolute_url()}?posted=1")


def posted_sentence(shown: Proposal) -> str:
    """What is said after posting: that it stands, or that the city reads it first."""
    if shown.is_public:
        return _("投稿しました。番号は %(code)s です。30分以内なら編集できます。") % {"code": shown.code}
    waiting = _(
        "投稿を受け付けました。番号は %(code)s です。市が内容を確認してから公開します。公開したときにお知らせします。"
    )
    return waiting % {"code": shown.code}


@login_required
@require_POST
def similar(request: HttpRequest, slug: str) -> HttpResponse:
    """Voices that resemble the one being written (asked for by htmx while writing)."""
    asked = consultation_for(request, slug)
    body = request.POST.get("body", "")[:4000]
    found = (
        Proposal.objects.public()
        .in_consultation(asked)
        .with_liked_by(request.user, guest_handle(request))
        .resembling(body)
    )
    return render(request, "consultations/_similar.html", {"similar": found, "consultation": asked})


def edited_sentence(edited: Proposal) -> str:
    """What is said after a new wording."""
    if edited.is_public:
        return _("編集しました。「編集済み」と表示されます。")
    return _("編集を受け付けました。市が内容を確認してから公開します。")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Better wording within thirty minutes."""
    shown = get_object_or_404(Proposal.objects.by_author(request.user).for_lists(), code=as_number(code))
    form = ProposalEditForm(request.POST or None, initial={"body": shown.body, "title": shown.title})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            edited = actions.edit_proposal(proposal=shown, by=request.user, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
            status = 403 if isinstance(refused, Restricted) else 422
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, edited_sentence(edited))
            return redirect(shown)
    if form.errors and status == 200:
        status = 422
    context = {"proposal": shown, "form": form}
    return render(request, "consultations/proposal_edit.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Asks, then takes a voice back."""
    shown = get_object_or_404(Proposal.objects.by_author(request.user).for_lists(), code=as_number(code))
    if request.method == "POST":
        actions.withdraw_proposal(proposal=shown, by=request.user)
        messages.success(request, _("%(code)s を取り下げました。") % {"code": shown.code})
        return redirect(shown.consultation)
    return render(request, "consultations/proposal_withdraw.html", {"proposal": shown})
