"""Meetings on a calendar: the weeks of a month for a table, and events for calendar files."""

from calendar import SUNDAY, Calendar
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.calendar_file import Event
from apps.meetings.models import Meeting

FEED_MOST = 300  # the newest meetings of a feed


@dataclass
class Day:
    """A day of the table. is_here: it belongs to the month."""

    day: date
    is_here: bool
    is_today: bool
    meetings: list[Meeting] = field(default_factory=list)


@dataclass(frozen=True)
class Week:
    """A row of the table, from Sunday on."""

    days: list[Day]

    @property
    def has_meetings(self) -> bool:
        """Return whether any of its days has a meeting: a phone shows no others."""
        return any(day.meetings for day in self.days)


@dataclass(frozen=True)
class Month:
    """A month of the calendar: its weeks, how many meetings it has, and the months beside it."""

    first: date
    weeks: list[Week]
    count: int
    before: date
    after: date


def month_after(first: date) -> date:
    """Return the first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def month_of(first: date, meetings: list[Meeting]) -> Month:
    """Return the table of a month with its meetings, which are in the order of their days."""
    today, by_day = timezone.localdate(), dict[date, Day]()
    weeks = []
    for week in Calendar(SUNDAY).monthdatescalendar(first.year, first.month):
        row = [Day(day, day.month == first.month, day == today) for day in week]
        weeks.append(Week(row))
        by_day |= {one.day: one for one in row if one.is_here}
    for meeting in meetings:
        by_day[meeting.day].meetings.append(meeting)
    before = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    return Month(first, weeks, len(meetings), before, month_after(first))


def event_of(meeting: Meeting) -> Event:
    """Return a meeting as an event of a calendar file; one that was called off is marked as cancelled."""
    title = str(meeting) if not meeting.outcome else f"【{meeting.get_outcome_display()}】{meeting}"
    openness = meeting.openness_shown
    return Event(
        uid=f"meeting-{meeting.organ.slug}-{meeting.number}",
        title=title,
        starts=meeting.starts_at,
        ends=meeting.ends_at,
        path=meeting.get_absolute_url(),
        place=meeting.place or meeting.get_form_display(),
        description=_("公開の別：%(words)s") % {"words": openness} if openness else "",
        is_cancelled=bool(meeting.outcome),
    )
