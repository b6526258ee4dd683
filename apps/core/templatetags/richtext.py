"""Template filter for Markdown written by staff."""

from django import template
from django.utils.safestring import SafeString

from apps.core import markdown

register = template.Library()


@register.filter
def richtext(source: str | None) -> SafeString:
    """Return staff's Markdown as sanitised HTML."""
    return markdown.render(source or "")
