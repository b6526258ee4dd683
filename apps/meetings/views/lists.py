"""Views of many meetings: coming and past, a month, a calendar file, meetings that talked about a page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.calendar_file import calendar_response
from apps.core.pagination import Order, read_page
from apps.core.text import as_number
from apps.meetings.forms.filters import WHENS, MeetingFilterForm, MonthForm
from apps.meetings.models import Meeting, SubjectKind
from apps.meetings.services.month import FEED_MOST, event_of, month_after, month_of
from apps.meetings.services.subjects import title_of, url_of

NEXT_FIRST, LAST_FIRST = Order(("starts_at", "pk"), descending=False), Order(("starts_at", "pk"))


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Render the coming meetings, the next one first, or the past ones, the last one first."""
    form = MeetingFilterForm(request.GET)
    values = form.values
    found = Meeting.objects.public().of_organ(values["organ"] or None).in_fiscal_year(values["year"])
    sides = {"coming": found.coming(), "past": found.past()}
    order = NEXT_FIRST if values["when"] == "coming" else LAST_FIRST
    rows = sides[values["when"]].for_lists()
    page = read_page(rows, order, name=f"meetings:{form.query()}", cursor=values["cursor"])
    context = {
        "form": form,
        "page": page,
        "when": values["when"],
        "sides": [
            {
                "label": label,
                "count": sides[key].count(),
                "url": f"?{form.query(when=key)}",
                "is_current": key == values["when"],
            }
            for key, label in WHENS
        ],
        "is_filtered": form.is_filtered,
        **form.page_urls(page),
    }
    return render(request, "meetings/meeting_list.html", context)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Render a month as a table, each day with its meetings."""
    first = MonthForm(request.GET).first
    rows = Meeting.objects.public().between(first, month_after(first)).for_lists().in_order()
    month = month_of(first, list(rows))
    return render(request, "meetings/calendar.html", {"month": month})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Send the newest meetings of all bodies as a calendar file."""
    rows = Meeting.objects.public().for_lists()[:FEED_MOST]
    return calendar_response("meetings.ics", _("調布市 審議会等の会議"), [event_of(row) for row in rows])


@require_safe
def about(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Render the meetings that talked about a page of the portal, the last one first."""
    if kind not in SubjectKind.values:
        raise Http404
    key = as_number(key) if kind == SubjectKind.TOPIC else key
    rows = Meeting.objects.public().about(kind, key).for_lists()
    title = title_of(kind, key)
    if not title and kind not in {SubjectKind.CASE, SubjectKind.PROJECT}:
        raise Http404
    context = {"title": title, "url": url_of(kind, key), "kind": SubjectKind(kind).label, "meetings": rows}
    return render(request, "meetings/about.html", context)
