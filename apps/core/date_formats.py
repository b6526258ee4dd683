"""Days and moments as a page writes them: the city's calendar in Japanese, the Western one in English, always in Chofu."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from apps.core import fiscal


def _day(value: date | datetime) -> date:
    """The day in Chofu that a moment falls on."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def is_japanese() -> bool:
    """Whether the page is read in Japanese."""
    return (get_language() or "ja").startswith("ja")


def wareki(value: date | datetime | None) -> str:
    """令和7年12月1日（月）; on English pages the Western date."""
    if not value:
        return ""
    day = _day(value)
    return fiscal.wareki(day) if is_japanese() else date_format(day, "l, F j, Y")


def jdatetime(value: datetime | None) -> str:
    """2026年11月23日 18:30, the clock in Chofu."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    clock = f"{local.hour}:{local.minute:02}"
    day = f"{local.year}年{local.month}月{local.day}日" if is_japanese() else date_format(local, "F j, Y")
    return f"{day} {clock}"


def fiscal_label(year: int) -> str:
    """令和5年度（2023年度）; on English pages FY2023."""
    return fiscal.fiscal_label(int(year)) if is_japanese() else f"FY{int(year)}"


def last_day(closes_at: datetime) -> date:
    """The last day before a closing time: closing at midnight means the day before."""
    return _day(closes_at - timedelta(microseconds=1))


def opening(value: datetime) -> str:
    """When a period begins, as people say it: the day, and the clock only if it is not midnight."""
    local = timezone.localtime(value)
    return wareki(value) if (local.hour, local.minute) == (0, 0) else f"{wareki(value)} {local.hour}:{local.minute:02}"


def closing(value: datetime) -> str:
    """When a period ends, as people say it: its last day, and the clock only if it does not last the whole day."""
    local = timezone.localtime(value)
    whole = (local.hour, local.minute) == (0, 0)
    return wareki(last_day(value)) if whole else f"{wareki(value)} {local.hour}:{local.minute:02}"


def days_left(closes_at: datetime | None) -> int | None:
    """Whole calendar days in Chofu until a closing time, 0 on its own day; nothing once it has passed."""
    if not closes_at or closes_at <= timezone.now():
        return None
    return (last_day(closes_at) - timezone.localdate()).days
