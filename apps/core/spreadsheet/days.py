"""Parse dates and times as people, spreadsheet programs and web forms write them, 和暦 included."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

from django.utils import timezone as django_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fiscal import WEEKDAYS
from apps.core.spreadsheet.parse import CellError, squeezed

# An era's first year is this number plus one. Its name is whole, one letter, or one sign (㋿).
ERAS = {
    "令和": 2018, "令": 2018, "R": 2018, "平成": 1988, "平": 1988, "H": 1988, "昭和": 1925, "昭": 1925, "S": 1925,
}  # fmt: skip
SIGNS = str.maketrans({"㋿": "令和", "㍻": "平成", "㍼": "昭和"})
DASHES = re.compile("(?<=[0-9])[−‐‑‒–—―ー](?=[0-9])")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SERIALS = range(36526, 73051)  # how spreadsheet programs count the days of 2000 to 2099
YEAR_FIRST = re.compile(r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?!\d)\s*日?")
JOINED = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?!\d)")
ERA_NAME = "(?P<era>令和|平成|昭和|令|平|昭|R|H|S)"
IN_ERA = re.compile(
    ERA_NAME + r"\s*(?P<year>元|\d{1,2})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?!\d)\s*日?", re.I
)
MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?!\d)")
ENGLISH = re.compile(r"(?P<day>\d{1,2})[- ](?P<month>[a-z]{3})[a-z]*[- ,]+(?P<year>\d{4}|\d{2})(?!\d)", re.I)
SHAPES = (YEAR_FIRST, JOINED, IN_ERA, MONTH_FIRST, ENGLISH)
YEAR_ONLY = re.compile(rf"({ERA_NAME}\s*(元|\d{{1,2}})|\d{{4}})\s*年度?(\s*\d{{1,2}}\s*月)?", re.I)
WITHOUT_YEAR = re.compile(r"\d{1,2}\s*[/月.]\s*\d{1,2}\s*日?")
WEEKDAY = re.compile(
    r"\(?([月火水木金土日])(?:曜日?)?(?:[・･、,]?(?:祝日?|休日?|振替|振休))?\)|([月火水木金土日])曜日?"
)
HALF = "(午前|午後|am|pm)"
CLOCK = re.compile(
    rf"{HALF}?\s*(\d{{1,2}})(?:\s*時|\s*[:時]\s*(\d{{1,2}})(?:\s*[:分]\s*(\d{{1,2}})(?:\.(\d{{1,6}}))?)?\s*[分秒]?)\s*{HALF}?",
    re.I,
)
ZONE = re.compile(r"\s*(?:(JST|日本標準時)|(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d{2}))?|(GMT|UTC|Z))$", re.I)
JAPAN = timezone(timedelta(hours=9))
NO_DAY = gettext_lazy("日付（例：2025-11-10、令和7年11月10日）で書いてください。")
NO_CLOCK = gettext_lazy("時刻は 18:30 のように書いてください。")


class _Read(NamedTuple):
    """A parsed date, its time if one was written, and the time zone that it names."""

    day: date
    clock: time | None
    zone: timezone | None


def day(text: str) -> date:
    """Return a date: 2025-11-10, R7.11.10, 令和7年11月10日（月）, 20251110, 10-Nov-25; with a zone, the day in Chofu.

    Raises CellError, as all functions of this module.
    """
    read = _read(text)
    return _moment(read).astimezone(JAPAN).date() if read.zone else read.day


def moment(text: str) -> datetime:
    """Return a date with optional time as aware datetime, in Chofu's time zone unless the text names one."""
    return _moment(_read(text))


def only_day(text: str) -> date:
    """Return a date without time, for form fields; spellings as in `day`."""
    return _read(text, may_have_clock=False).day


def clock(text: str) -> time:
    """Return a time of day: 18:30, 18時30分, 18時, 午後6時30分."""
    return _clock(squeezed(text))


def is_month_first(text: str) -> bool:
    """Return whether the date is ambiguous (11/10/2025: month or day first), so that the reader says how it was read."""
    found = MONTH_FIRST.match(squeezed(text))
    if found is None:
        return False
    month, number = int(found["month"]), int(found["day"])
    return month <= 12 and number <= 12 and month != number


def _read(text: str, *, may_have_clock: bool = True) -> _Read:
    """Parse a date with optional weekday, time and zone; raises CellError for anything else behind the date."""
    written = DASHES.sub("-", squeezed(text.translate(SIGNS)))
    if re.fullmatch(r"\d{5}(\.\d+)?", written) and int(float(written)) in SERIALS:
        serial = datetime(1899, 12, 30) + timedelta(days=float(written))
        rounded = (serial + timedelta(milliseconds=500)).replace(microsecond=0)
        return _Read(rounded.date(), rounded.time() if "." in written else None, None)
    found = next((found for shape in SHAPES if (found := shape.match(written))), None)
    if found is None:
        raise CellError(_why_no_day(written))
    read = _date(found)
    rest = written[found.end() :].lstrip(" T,")
    if weekday := WEEKDAY.match(rest):
        if (weekday[1] or weekday[2]) != WEEKDAYS[read.weekday()]:
            raise CellError(_("曜日が日付と合いません。"))
        rest = rest[weekday.end() :].lstrip(" T,")
    if not rest:
        return _Read(read, None, None)
    if not may_have_clock:
        raise CellError(NO_DAY)
    zone = ZONE.search(rest)
    return _Read(read, _clock(rest[: zone.start()] if zone else rest), _zone(zone) if zone else None)


def _why_no_day(written: str) -> str:
    """Return the error message, with the missing part of the date where that can be told."""
    if YEAR_ONLY.fullmatch(written):
        return _("日まで書いてください（例：令和7年11月10日）。年や年度だけでは、日付になりません。")
    if WITHOUT_YEAR.match(written):
        return _("年から書いてください（例：令和7年11月10日）。")
    return str(NO_DAY)


def _date(found: re.Match[str]) -> date:
    """Return the date of a match of SHAPES; raises CellError when it does not exist."""
    parts = found.groupdict()
    month = parts["month"]
    year = 1 if parts["year"] == "元" else int(parts["year"])
    if era := parts.get("era"):
        year += ERAS[era.upper()]
    elif year < 100:
        year += 2000
    number = int(month) if month.isdigit() else MONTHS.index(month.lower()) + 1 if month.lower() in MONTHS else 0
    if found.re is MONTH_FIRST and number > 12:
        raise CellError(_("年・月・日の順で書いてください（例：2025-11-10）。"))
    try:
        return date(year, number, int(parts["day"]))
    except ValueError as error:
        raise CellError(_("暦にない日付です。")) from error


def _clock(written: str) -> time:
    """Return the time, with 午前/午後 or am/pm before or behind it; 午後3時 and 午後15時 are both 15:00."""
    found = CLOCK.fullmatch(written.strip())
    if found is None:
        raise CellError(NO_CLOCK)
    before, *digits, after = found.groups()
    hour, minute, second, micro = (part or "0" for part in digits)
    half, number = (before or after or "").lower(), int(hour)
    if half and number == 12:
        number = 0
    if half in {"午後", "pm"} and number < 12:
        number += 12
    try:
        return time(number, int(minute), int(second), int(micro.ljust(6, "0")))
    except ValueError as error:
        raise CellError(NO_CLOCK) from error


def _zone(found: re.Match[str]) -> timezone:
    """Return the time zone of a match of ZONE; raises CellError for an offset over 14 hours."""
    japan, sign, hours, minutes, _none = found.groups()
    if japan:
        return JAPAN
    if not sign:
        return UTC
    shift = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if shift > timedelta(hours=14):
        raise CellError(NO_CLOCK)
    return timezone(shift if sign == "+" else -shift)


def _moment(read: _Read) -> datetime:
    """Return the aware datetime of a parsed text; midnight without a time."""
    together = datetime.combine(read.day, read.clock or time())
    return together.replace(tzinfo=read.zone) if read.zone else django_timezone.make_aware(together)
