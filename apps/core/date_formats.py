"""Format dates and times for pages: 和暦 in Japanese, the Western calendar in English, always in Chofu's time zone."""

import math
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext

from apps.core import fiscal


def _day(value: date | datetime) -> date:
    """Return the date in Chofu on which a moment falls."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def is_japanese() -> bool:
    """Return whether the active language is Japanese."""
    return (get_language() or "ja").startswith("ja")


def wareki(value: date | datetime | None) -> str:
    """Return a date as 令和7年12月1日（月）, on English pages as Western date; an empty string for None."""
    if not value:
        return ""
    day = _day(value)
    return fiscal.wareki(day) if is_japanese() else date_format(day, "l, F j, Y")


def era_day(value: date | datetime | None) -> str:
    """Return a date as 令和7年12月1日, for an as-of date beside a figure; an empty string for None."""
    if not value:
        return ""
    day = _day(value)
    return fiscal.era_day(day) if is_japanese() else date_format(day, "M j, Y")


def month_name(value: date) -> str:
    """Return the month of a day as 令和8年12月, on English pages as December 2026."""
    return f"{fiscal.era_year(value)}{value.month}月" if is_japanese() else date_format(value, "F Y")


def jdatetime(value: datetime | None) -> str:
    """Return a moment as 令和8年11月23日 18:30 in Chofu's time zone; an empty string for None."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    clock = f"{local.hour}:{local.minute:02}"
    day = fiscal.era_day(local.date()) if is_japanese() else date_format(local, "F j, Y")
    return f"{day} {clock}"


def fiscal_label(year: int) -> str:
    """Return a fiscal year as 令和5年度（2023年度）, on English pages as FY2023."""
    return fiscal.fiscal_label(int(year)) if is_japanese() else f"FY{int(year)}"


def last_day(closes_at: datetime) -> date:
    """Return the last day of a period that ends at this moment: an end at midnight means the day before."""
    return _day(closes_at - timedelta(microseconds=1))


def opening(value: datetime) -> str:
    """Return the beginning of a period as a person says it: the date, with the time only if it is not midnight."""
    local = timezone.localtime(value)
    return wareki(value) if (local.hour, local.minute) == (0, 0) else f"{wareki(value)} {local.hour}:{local.minute:02}"


def closing(value: datetime) -> str:
    """Return the end of a period as a person says it: its last day, with the time only if it does not end at midnight."""
    local = timezone.localtime(value)
    whole = (local.hour, local.minute) == (0, 0)
    return wareki(last_day(value)) if whole else f"{wareki(value)} {local.hour}:{local.minute:02}"


def days_left(closes_at: datetime | None) -> int | None:
    """Return the calendar days in Chofu until the last day of a period, 0 on that day; None once it has ended."""
    if not closes_at or closes_at <= timezone.now():
        return None
    return (last_day(closes_at) - timezone.localdate()).days


def duration(wait: timedelta) -> str:
    """Return a duration in whole hours up to a day, in whole days above, rounded up: 「3時間」, 「2日」."""
    hours = max(1, math.ceil(wait.total_seconds() / 3600))
    if hours <= 24:
        return ngettext("%(n)d時間", "%(n)d時間", hours) % {"n": hours}
    days = math.ceil(hours / 24)
    return ngettext("%(n)d日", "%(n)d日", days) % {"n": days}
