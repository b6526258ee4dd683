"""Calendar files (iCalendar, RFC 5545): days that people take over into their own calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from icalendar import Calendar
from icalendar import Event as Entry

QUARTER_OF_AN_HOUR = timedelta(minutes=15)


@dataclass(frozen=True)
class Event:
    """One entry. uid: unique and lasting within the site; starts: a moment, or a date for a whole day; path: of its page.

    ends: of a moment that lasts; is_cancelled: it does not take place, and calendars strike it out.
    """

    uid: str
    title: str
    starts: datetime | date
    path: str
    description: str = ""
    ends: datetime | None = None
    place: str = ""
    is_cancelled: bool = False


def calendar_response(file_name: str, name: str, events: list[Event]) -> HttpResponse:
    """Return a calendar file with these events. name: what calendar programs call it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Chofu City//Civic participation portal//JA")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(_entry(event))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _entry(event: Event) -> Entry:
    """Return an event as a component; a moment takes a quarter of an hour, so that no calendar hides it."""
    entry = Entry()
    entry.add("uid", f"{event.uid}@{settings.SITE_URL.split('://')[-1]}")
    entry.add("dtstamp", timezone.now())
    entry.add("summary", event.title)
    entry.add("dtstart", event.starts)
    is_moment = isinstance(event.starts, datetime)
    entry.add("dtend", event.ends or event.starts + (QUARTER_OF_AN_HOUR if is_moment else timedelta(days=1)))
    entry.add("url", f"{settings.SITE_URL}{event.path}")
    if event.description:
        entry.add("description", event.description)
    if event.place:
        entry.add("location", event.place)
    if event.is_cancelled:
        entry.add("status", "CANCELLED")
    return entry
