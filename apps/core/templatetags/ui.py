"""Template filters and tags: dates, residents' text as HTML, titles, breadcrumbs, search by code."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypeAlias
from urllib.parse import urlencode

from django import forms, template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.functional import LazyObject
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.code_lookup import Numbered, find_numbered
from apps.core.date_formats import (
    closing,
    days_left,
    era_day,
    fiscal_label,
    is_japanese,
    jdatetime,
    month_name,
    opening,
    wareki,
)
from apps.core.icons import draw_icon

AnyForm: TypeAlias = "forms.BaseForm | forms.BaseFormSet[forms.BaseForm]"

register = template.Library()
for filter_of_days in (closing, days_left, era_day, fiscal_label, jdatetime, month_name, opening, wareki):
    register.filter(filter_of_days)

# Only ASCII characters of URLs: Japanese text follows a URL without a blank between them.
WEB_URL = re.compile(r"(https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+)")
NOT_OF_THE_URL = ".,;:!?'"


def _with_links(line: str) -> SafeString:
    """Return one line, escaped, with its URLs as links (rel="nofollow ugc")."""
    pieces = []
    for index, piece in enumerate(WEB_URL.split(line)):
        url = piece.rstrip(NOT_OF_THE_URL) if index % 2 else ""
        if url.endswith(")") and "(" not in url:
            url = url.rstrip(")")
        if url:
            pieces.append(format_html('<a href="{}" rel="nofollow ugc">{}</a>', url, url))
        pieces.append(format_html("{}", piece[len(url) :]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _with_breaks(lines: list[str]) -> SafeString:
    """Return lines as HTML with links, joined by <br>."""
    first, *others = map(_with_links, lines)
    return format_html("{}{}", first, format_html_join("", "<br>{}", ((line,) for line in others)))


@register.filter
def linebreaks_ja(text: str | None) -> SafeString:
    """Return plain text as HTML: escaped, paragraphs at empty lines, URLs as links.

    Each paragraph has dir="auto": people write Arabic and Hebrew too.
    """
    paragraphs = re.split(r"\n[ \t\u3000]*\n\s*", (text or "").replace("\r\n", "\n").strip("\n"))
    parts = ((in_japanese(), _with_breaks(p.split("\n"))) for p in paragraphs if p.strip())
    return format_html_join("", '<p{} dir="auto">{}</p>', parts)


@register.filter
def machine_time(moment: datetime | date | None) -> str:
    """Return a moment or date for <time datetime="…">: ISO format to the second, with Chofu's offset."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment).isoformat(timespec="seconds")
    return moment.isoformat() if moment else ""


def _forms_in(values: Iterable[object]) -> Iterator[AnyForm]:
    """Yield the forms and formsets in a template context, also those in lists."""
    for value in values:
        if isinstance(value, LazyObject):  # the CSRF token, which sets a cookie when it is evaluated
            continue
        if isinstance(value, forms.BaseForm | forms.BaseFormSet):
            yield value
        elif isinstance(value, list | tuple):
            yield from _forms_in(value)


def _has_errors(form: AnyForm) -> bool:
    """Return whether a bound form or formset has errors."""
    if isinstance(form, forms.BaseFormSet):
        return form.is_bound and bool(form.total_error_count())
    return form.is_bound and bool(form.errors)


@register.filter
def notice_word(kind: str | None) -> str:
    """Return the word that a notice of this kind begins with, so that colour is never alone."""
    return {"success": _("完了"), "warning": _("ご注意"), "error": _("エラー")}.get(kind or "", _("お知らせ"))


@register.simple_tag(takes_context=True)
def title_mark(context: Context) -> str:
    """Return the prefix of the page title, which screen readers read first: エラー：, or the message of what was done."""
    request = context.get("request")
    if (
        request is not None
        and request.method == "POST"
        and any(map(_has_errors, _forms_in(context.flatten().values())))
    ):
        return _("エラー：")
    for message in context.get("messages") or ():
        return f"{notice_word(message.level_tag)}：{message} | "
    return ""


@register.simple_tag
def in_japanese() -> str:
    """Return the attribute lang="ja" on pages in another language, for texts of residents and the city; else nothing."""
    return "" if is_japanese() else format_html(' lang="{}"', "ja")


@register.simple_tag(takes_context=True)
def later_page(context: Context) -> str:
    """Return robots and canonical tags for later pages of a list, so that search engines index its first page only."""
    request = context.get("request")
    if request is None or "cursor" not in request.GET:
        return ""
    query = request.GET.copy()
    del query["cursor"]
    url = f"{settings.SITE_URL}{request.path}{'?' if query else ''}{query.urlencode()}"
    return format_html('<meta name="robots" content="noindex, follow"><link rel="canonical" href="{}">', url)


@register.simple_tag
def icon(name: str, label: str = "", size: int = 24, kind: str = "") -> SafeString:
    """Return an icon of `static/img/icons.svg` inline. Without a label it is decoration beside words that say the same."""
    return draw_icon(name, label=label, size=size, kind=kind)


@register.simple_tag
def share_urls(path: str, title: str) -> dict[str, str]:
    """Return the absolute URL of a page, and the addresses at which LINE and X take it over."""
    page = f"{settings.SITE_URL}{path}"
    line = f"https://social-plugins.line.me/lineit/share?{urlencode({'url': page})}"
    return {"page": page, "line": line, "x": f"https://x.com/intent/post?{urlencode({'text': title, 'url': page})}"}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, list[tuple[str, str]]]:
    """Render breadcrumbs. parts: label and URL in turn; a last label alone is this page. ホーム is added in front."""
    padded = [*parts, ""] if len(parts) % 2 else list(parts)
    return {"crumbs": list(zip(padded[::2], padded[1::2], strict=True))}


@register.inclusion_tag("components/numbered.html")
def numbered(query: str | None) -> dict[str, list[Numbered]]:
    """Render the public rows whose code the search query is; nothing for other queries."""
    return {"found": find_numbered(query or "")}
