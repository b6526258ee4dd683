"""Template filter for Markdown written by staff."""

import re
from html import unescape

from django import template
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from apps.core import markdown

register = template.Library()
HEADING = re.compile(r"<h[1-6]>.*?</h[1-6]>", re.DOTALL)


@register.filter
def opening_words(source: str | None, letters: int) -> str:
    """Return the beginning of staff's Markdown as plain text without its headings, cut at so many letters."""
    words = " ".join(strip_tags(HEADING.sub("", richtext(source))).split())
    return Truncator(unescape(words)).chars(letters)


@register.filter
def richtext(source: str | None) -> SafeString:
    """Return staff's Markdown as sanitised HTML."""
    return markdown.render(source or "")
