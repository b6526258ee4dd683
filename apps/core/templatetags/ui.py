"""Small words of display: dates as the city writes them, residents' text, the way to a page."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.code_lookup import Numbered, find_numbered
from apps.core.date_formats import closing, days_left, fiscal_label, is_japanese, jdatetime, opening, wareki

register = template.Library()
for filter_of_days in (closing, days_left, fiscal_label, jdatetime, opening, wareki):
    register.filter(filter_of_days)

# Only what a web address is made of: Japanese text follows an address without a blank between them.
WEB_ADDRESS = re.compile(r"(https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+)")
NOT_OF_THE_ADDRESS = ".,;:!?'"


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
    """A resident's plain text: escaped, an empty line parts paragraphs, web addresses become links.

    Each paragraph finds its own direction: people write Arabic and Hebrew too.
    """
    paragraphs = re.split(r"\n[ \t\u3000]*\n\s*", (text or "").replace("\r\n", "\n").strip("\n"))
    parts = ((in_japanese(), _with_breaks(p.split("\n"))) for p in paragraphs if p.strip())
    return format_html_join("", '<p{} dir="auto">{}</p>', parts)


@register.filter
def machine_time(moment: datetime | date | None) -> str:
    """A moment as programs read it in <time datetime="…">: to the second, with the city's offset."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment).isoformat(timespec="seconds")
    return moment.isoformat() if moment else ""


def _forms_in(values: Iterable[Any]) -> Iterator[Any]:
    """The forms that a page is made of, also those in its lists."""
    for value in values:
        if isinstance(value, forms.BaseForm | forms.BaseFormSet):
            yield value
        elif isinstance(value, list | tuple):
            yield from _forms_in(value)


def _has_errors(form: Any) -> bool:
    if isinstance(form, forms.BaseFormSet):
        return form.is_bound and bool(form.total_error_count())
    return form.is_bound and bool(form.errors)


@register.filter
def notice_word(kind: str | None) -> str:
    """Return the word that a notice of this kind begins with, so that colour is never alone."""
    return {"success": _("完了"), "warning": _("ご注意"), "error": _("エラー")}.get(kind or "", _("お知らせ"))


@register.simple_tag(takes_context=True)
def title_mark(context: Context) -> str:
    """What a title begins with, for those who hear it first: エラー： on a form that came back, or what was just done."""
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
    """Marks what people and the city wrote on a page in another language: read aloud and broken into lines as Japanese."""
    return "" if is_japanese() else format_html(' lang="{}"', "ja")


@register.simple_tag(takes_context=True)
def later_page(context: dict[str, Any]) -> str:
    """On a later page of a list: what search engines are told of it. They index the list, not each of its pages."""
    request = context.get("request")
    if request is None or "cursor" not in request.GET:
        return ""
    query = request.GET.copy()
    del query["cursor"]
    address = f"{settings.SITE_URL}{request.path}{'?' if query else ''}{query.urlencode()}"
    return format_html('<meta name="robots" content="noindex, follow"><link rel="canonical" href="{}">', address)


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, list[tuple[str, str]]]:
    """Way to this page: words and address in turn; a last word alone is this page. ホーム comes first by itself."""
    padded = [*parts, ""] if len(parts) % 2 else list(parts)
    return {"crumbs": list(zip(padded[::2], padded[1::2], strict=True))}


@register.inclusion_tag("components/numbered.html")
def numbered(query: str | None) -> dict[str, list[Numbered]]:
    """Show what everyone may read under the number that a search consists of; nothing for words."""
    return {"found": find_numbered(query or "")}
