"""Views of one body and of one meeting: page, calendar file, papers, minutes."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.core.calendar_file import calendar_response
from apps.core.uploads import send_upload
from apps.meetings.forms.filters import DayForm, EditionForm
from apps.meetings.models import Meeting, MeetingPaper, Minutes, Organ
from apps.meetings.services.meeting_page import page_of
from apps.meetings.services.month import FEED_MOST, event_of

LISTED = 12  # past meetings on the page of a body; the list has all of them


@require_safe
def organs(request: HttpRequest) -> HttpResponse:
    """Render all public bodies, dissolved ones last."""
    return render(request, "meetings/organ_list.html", {"organs": Organ.objects.public().for_lists().with_counts()})


def organ_for(request: HttpRequest, slug: str) -> Organ:
    """Return the body of a URL; raise Http404 if the reader may not see it."""
    return get_object_or_404(Organ.objects.visible_to(request.user).for_lists(), slug=slug)


def meeting_for(request: HttpRequest, slug: str, number: int) -> Meeting:
    """Return the meeting of a URL; raise Http404 if the reader may not see it."""
    if number > 2**31 - 1:
        raise Http404
    rows = Meeting.objects.visible_to(request.user).for_lists()
    return get_object_or_404(rows, organ__slug=slug, number=number)


@require_safe
def organ(request: HttpRequest, slug: str) -> HttpResponse:
    """Render a body: what it is for, its members on a day, its coming and last meetings."""
    organ = organ_for(request, slug)
    form = DayForm(request.GET)
    public = Meeting.objects.public().of_organ(organ).for_lists()
    context = {
        "organ": organ,
        "form": form,
        "day": form.day,
        "seats": organ.seats.on_day(form.day),
        "compositions": organ.compositions.all()[:LISTED],
        "coming": public.coming().in_order(),
        "past": public.past()[:LISTED],
    }
    return render(request, "meetings/organ_detail.html", context)


@require_safe
def organ_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the meetings of a body as a calendar file."""
    organ = organ_for(request, slug)
    rows = Meeting.objects.public().of_organ(organ).for_lists()[:FEED_MOST]
    return calendar_response(f"{organ.slug}.ics", organ.name, [event_of(row) for row in rows])


@require_safe
def meeting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Render a meeting: when and where, how to listen, the agenda, papers, changes after the notice, minutes."""
    return render(request, "meetings/meeting_detail.html", page_of(meeting_for(request, slug, number)))


@require_safe
def meeting_ics(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Send a meeting as a calendar file."""
    meeting = meeting_for(request, slug, number)
    return calendar_response(f"{meeting.organ.slug}-{meeting.number}.ics", str(meeting), [event_of(meeting)])


@require_safe
def paper(request: HttpRequest, slug: str, number: int, paper: int) -> FileResponse:
    """Send a paper to those who may see the meeting."""
    if paper > 2**15 - 1:
        raise Http404
    found = get_object_or_404(MeetingPaper, meeting=meeting_for(request, slug, number), number=paper)
    return send_upload(found.file, filename=f"{found.title}.pdf")


@require_safe
def minutes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Render the minutes of a meeting: the newest public edition, or the one in the query string."""
    meeting = meeting_for(request, slug, number)
    editions = list(Minutes.objects.public().filter(meeting=meeting).order_by("-edition"))
    wanted = EditionForm(request.GET).values["edition"]
    found = next((one for one in editions if not wanted or one.edition == wanted), None)
    if found is None:
        raise Http404
    context = {"meeting": meeting, "minutes": found, "editions": editions, "is_newest": found == editions[0]}
    return render(request, "meetings/minutes.html", context)
