"""List of consultations, page of a consultation with its proposals, tags, attachments."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.consultations.forms import SORTS, ConsultationFilterForm, ProposalFilterForm
from apps.consultations.models import Attachment, Consultation, Proposal, ProposalCount, Reply, Tag, Topic
from apps.consultations.models.codes import place_of_day
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.consultations.services.stations import with_stations
from apps.consultations.views.guest_identity import guest_handle
from apps.consultations.views.helpers import consultation_for
from apps.core.htmx_parts import is_part_wanted
from apps.core.pagination import PAGE_SIZE, Order, Page, read_page
from apps.core.uploads import send_upload

BY_NEARNESS = Order(("nearness", "opens_at", "pk"))
BY_OPENING = Order(("opens_at", "pk"))
FILTERS = ("q", "sort", "question", "tag", "channel", "reply")
NEWEST = Order(("published_at", "pk"))


@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    """List announced consultations, by state and search words."""
    form = ConsultationFilterForm(request.GET)
    state, q = form.values["state"], form.values["q"]
    consultations = Consultation.objects.public().in_state(state).search(q).with_nearness().for_cards()
    page = read_page(
        consultations, BY_NEARNESS, name=f"consultations:{state}:{q}", cursor=request.GET.get("cursor", "")[:400]
    )
    context = {"form": form, "page": page, "q": q, "state": state, **form.page_urls(page)}
    return render(request, "consultations/consultation_list.html", context)


@require_safe
def consultation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a consultation with its questions, topics and proposals."""
    consultation = consultation_for(request, slug, "viewpoints")
    form = ProposalFilterForm(request.GET, consultation=consultation)
    channels = ProposalCount.objects.in_consultation(consultation).by_channel()
    context = {
        "consultation": consultation,
        "channels": channels,
        "total": sum(number for _label, number in channels),
        "write_url": consultation.write_url_for(request.user),
        "topics": topics_of(consultation),
        "result": consultation.result_reports.exists(),
        "follows": request.user.is_authenticated and consultation.is_followed_by(request.user),
        "form": form,
        "filter_values": form.values,
        **proposals_of(request, consultation, form),
    }
    template = (
        "consultations/_proposals.html"
        if is_part_wanted(request, "proposals")
        else "consultations/consultation_detail.html"
    )
    return render(request, template, context)


def topics_of(consultation: Consultation) -> list[Topic]:
    """Return the public topics of a consultation, each with its public replies as `answers`."""
    topics = list(with_stations(Topic.objects.public().in_consultation(consultation).for_lists()))
    replies = list(Reply.objects.public().to_topics_of(consultation).for_pages()) if topics else []
    for topic in topics:
        topic.answers = [reply for reply in replies if reply.topic_id == topic.pk]
    return topics


def proposals_of(request: HttpRequest, consultation: Consultation, form: ProposalFilterForm) -> dict[str, object]:
    """Return one page of the proposals of a consultation, as filtered and sorted."""
    filter_values = form.values
    rows = (
        Proposal.objects.public()
        .in_consultation(consultation)
        .apply_filter(filter_values)
        .for_lists()
        .with_liked_by(request.user, guest_handle(request))
    )
    rows = with_stations(rows)
    name = f"{consultation.slug}:" + ":".join(str(filter_values[key] or "") for key in FILTERS)
    if filter_values["sort"] == "quiet":
        page = quiet_page(rows, name=f"{name}:{timezone.localdate()}", cursor=filter_values["cursor"])
    else:
        page = read_page(rows, SORTS[filter_values["sort"]][1], name=name, cursor=filter_values["cursor"])
    is_filtered = bool(set(form.kept) - {"sort"})
    return {
        "page": page,
        "is_filtered": is_filtered,
        "sort_label": SORTS[filter_values["sort"]][0],
        "proposal_count": rows.count() if is_filtered else None,
        **form.page_urls(page),
    }


def quiet_page(rows: ProposalQuerySet, *, name: str, cursor: str) -> Page:
    """Return a page of proposals with few reactions, in an order that starts elsewhere each day.

    The order is a ring: from the day's place to the end (lap 0), then the rest (lap 1). The cursor begins with the lap.
    """
    order, place = SORTS["quiet"][1], place_of_day()
    laps = {"0": rows.from_place(place), "1": rows.before_place(place)}
    lap, rest = (cursor[0], cursor[2:]) if cursor[:2] in {"0.", "1."} else ("0", cursor)
    page = read_page(laps[lap], order, name=f"{name}:{lap}", cursor=rest)
    if page.was_broken and lap == "1":
        return quiet_page(rows, name=name, cursor="broken")
    if lap == "0" and not page.older:
        missing = PAGE_SIZE - len(page.rows)
        begun = read_page(laps["1"], order, name=f"{name}:1", size=missing or 1)
        page.rows += begun.rows if missing else []
        lap, page.older = "1", begun.older if missing else ("." if begun.rows else "")
    elif lap == "1":
        page.newer = page.newer or "0."
    page.older = page.older and f"{lap}.{page.older.strip('.')}"
    page.newer = page.newer if page.newer in {"", "0."} else f"{cursor[:1] or '0'}.{page.newer}"
    return page


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """Show consultations and proposals with a tag."""
    tag = Tag.objects.public().at(slug)
    if tag is None:
        raise Http404
    if tag.slug != slug:
        return redirect("consultations:tag", slug=tag.slug)
    rows = with_stations(Proposal.objects.public().tagged(tag).for_lists())
    rows = rows.with_liked_by(request.user, guest_handle(request))
    page = read_page(rows, NEWEST, name=f"tag:{slug}", cursor=request.GET.get("cursor", "")[:400])
    consultations = Consultation.objects.public().tagged(tag).for_cards()[:20]
    context = {"tag": tag, "page": page, "consultations": consultations, **page.urls({})}
    return render(request, "consultations/tag_detail.html", context)


@require_safe
def attachment(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """Send an attachment to those who may see the consultation."""
    consultation = consultation_for(request, slug)
    attachment = get_object_or_404(Attachment.objects.all(), consultation=consultation, pk=pk)
    return send_upload(attachment.file, filename=attachment.file_name)
