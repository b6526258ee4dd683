"""Small words of display: dates as the city writes them, residents' text, the way to a page."""

import re
from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from apps.core import fiscal

register = template.Library()

# Only what a web address is made of: Japanese text follows an address without a blank between them.
WEB_ADDRESS = re.compile(r"(https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+)")
NOT_OF_THE_ADDRESS = ".,;:!?'"


def _day(value: date | datetime) -> date:
    """The day in Chofu that a moment falls on."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _is_japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


@register.filter
def wareki(value: date | datetime | None) -> str:
    """令和7年12月1日（月）; on English pages the Western date."""
    if not value:
        return ""
    day = _day(value)
    return fiscal.wareki(day) if _is_japanese() else date_format(day, "l, F j, Y")


@register.filter
def jdatetime(value: datetime | None) -> str:
    """2026年11月23日 18:30, the clock in Chofu."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    clock = f"{local.hour}:{local.minute:02}"
    day = f"{local.year}年{local.month}月{local.day}日" if _is_japanese() else date_format(local, "F j, Y")
    return f"{day} {clock}"


@register.filter
def fiscal_label(year: int) -> str:
    """令和5年度（2023年度）; on English pages FY2023."""
    return fiscal.fiscal_label(int(year)) if _is_japanese() else f"FY{int(year)}"


@register.filter
def last_day(closes_at: datetime) -> date:
    """The last day before a closing time: closing at midnight means the day before."""
    return _day(closes_at - timedelta(microseconds=1))


@register.filter
def opening(value: datetime) -> str:
    """When a period begins, as people say it: the day, and the clock only if it is not midnight."""
    local = timezone.localtime(value)
    return wareki(value) if (local.hour, local.minute) == (0, 0) else f"{wareki(value)} {local.hour}:{local.minute:02}"


@register.filter
def closing(value: datetime) -> str:
    """When a period ends, as people say it: its last day, and the clock only if it does not last the whole day."""
    local = timezone.localtime(value)
    whole = (local.hour, local.minute) == (0, 0)
    return wareki(last_day(value)) if whole else f"{wareki(value)} {local.hour}:{local.minute:02}"


@register.filter
def days_left(closes_at: datetime | None) -> int | None:
    """Whole calendar days in Chofu until a closing time, 0 on its own day; nothing once it has passed."""
    if not closes_at or closes_at <= timezone.now():
        return None
    return (last_day(closes_at) - timezone.localdate()).days


def _with_links(line: str) -> SafeString:
    """One line with its web addresses as links that lend no standing to what they point at."""
    pieces = []
    for index, piece in enumerate(WEB_ADDRESS.split(line)):
        address = piece.rstrip(NOT_OF_THE_ADDRESS) if index % 2 else ""
        if address.endswith(")") and "(" not in address:
            address = address.rstrip(")")
        if address:
            pieces.append(format_html('<a href="{}" rel="nofollow ugc">{}</a>', address, address))
        pieces.append(format_html("{}", piece[len(address) :]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _with_breaks(lines: list[str]) -> SafeString:
    first, *others = map(_with_links, lines)
    return format_html("{}{}", first, format_html_join("", "<br>{}", ((line,) for line in others)))


@register.filter
def linebreaks_ja(text: str | None) -> SafeString:
    """A resident's plain text: escaped, an empty line parts paragraphs, web addresses become links."""
    paragraphs = re.split(r"\n[ \t\u3000]*\n\s*", (text or "").replace("\r\n", "\n").strip("\n"))
    parts = ((in_japanese(), _with_breaks(p.split("\n"))) for p in paragraphs if p.strip())
    return format_html_join("", "<p{}>{}</p>", parts)


@register.simple_tag
def in_japanese() -> str:
    """Marks what people and the city wrote on a page in another language: read aloud and broken into lines as Japanese."""
    return "" if _is_japanese() else format_html(' lang="{}"', "ja")


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, list[tuple[str, str]]]:
    """Way to this page: words and address in turn; a last word alone is this page. ホーム comes first by itself."""
    padded = [*parts, ""] if len(parts) % 2 else list(parts)
    return {"crumbs": list(zip(padded[::2], padded[1::2], strict=True))}
