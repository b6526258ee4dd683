"""The page of a proposal with its comments, and the placeholder of one that is no longer public."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.consultations.forms import CommentForm, CommentOrderForm
from apps.consultations.models import Comment, Decision, Proposal, State
from apps.consultations.services.stations import with_stations
from apps.consultations.services.timeline import build_timeline, replies_about
from apps.consultations.views.guest_identity import guest_handle
from apps.consultations.views.helpers import consent_needed
from apps.core.pagination import Order, read_page
from apps.core.text import as_number
from apps.core.two_phase import PARTS, not_if


@require_safe
def proposal(request: HttpRequest, code: str) -> HttpResponse:
    """Show a proposal, its comments, and what can be done with it; a placeholder (410) for one that is no longer public."""
    return proposal_page(request, code)


def proposal_page(request: HttpRequest, code: str, form: CommentForm | None = None, status: int = 200) -> HttpResponse:
    """Render the page of a proposal, with a comment form that came back if there is one."""
    everyone = Proposal.objects.for_lists().with_reason().with_liked_by(request.user, guest_handle(request))
    proposal = with_stations(everyone).visible_to(request.user).get_by_code_or_none(code)
    if proposal is None or (not proposal.is_public and not proposal.is_by(request.user) and not request.user.is_staff):
        return gone(request, code)
    own, replies = proposal.is_by(request.user), replies_about(proposal)
    context = {
        "proposal": proposal,
        "is_own": own,
        "decision": Decision.objects.hiding(proposal) if proposal.state == State.HIDDEN else None,
        "revisions": proposal.revisions.all() if own else [],
        "replies": replies,
        "timeline": build_timeline(proposal, replies) if proposal.published_at else [],
        "form": form,
        **comments_of(request, proposal),
    }
    return render(request, "consultations/proposal_detail.html", context, status=status)


def gone(request: HttpRequest, code: str) -> HttpResponse:
    """Answer 410 for what was public once, with nothing of its text; 404 for everything else."""
    proposal = get_object_or_404(
        Proposal.objects.public_or_placeholder().placeholders().with_reason(), code=as_number(code)
    )
    context = {"when": proposal.state_changed_at, "reason": proposal.gone_reason, "what": _("この投稿")}
    return render(request, "410.html", context, status=410)


def comment_form(request: HttpRequest, data: QueryDict | None, **initial: object) -> CommentForm | None:
    """Return the form for a comment; None for people who are not signed in."""
    if not request.user.is_authenticated:
        return None
    return CommentForm(data, user=request.user, consent_needed=consent_needed(request.user), initial=initial)


def empty_comment_form(request: HttpRequest, code: str) -> str:
    """Return the form for a comment on a proposal, for the reader of a request."""
    return render_to_string(
        "consultations/_comment_form.html", {"form": comment_form(request, None), "code": code}, request
    )


PARTS["comment_form"] = empty_comment_form


def comments_of(request: HttpRequest, proposal: Proposal) -> dict[str, object]:
    """Return one page of the thread, oldest or newest first."""
    order_form = CommentOrderForm(request.GET)
    order_form.is_valid()
    order = order_form.cleaned_data.get("order") or "old"
    not_if("waiting_comment", proposal.pk)
    thread = Comment.objects.for_proposal(proposal).in_thread(request.user).top_level().with_replies(request.user)
    cursor = order_form.cleaned_data.get("cursor", "")
    name = f"{proposal.code}:{order}"
    page = read_page(thread, Order(("pk",), descending=order == "new"), name=name, cursor=cursor, size=50)
    older = f"?order={order}&cursor={page.older}#comments" if page.older else ""
    newer = f"?order={order}&cursor={page.newer}#comments" if page.newer else ""
    return {"comments": page, "order": order, "older_url": older, "newer_url": newer}
