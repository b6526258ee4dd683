"""Markdown of staff on a page."""

from django import template
from django.utils.safestring import SafeString

from apps.core import markdown

register = template.Library()


@register.filter
def richtext(source: str | None) -> SafeString:
    """Staff's Markdown as safe HTML."""
    return markdown.render(source or "")
