"""Before and after of a redaction, with the places marked."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.consultations.actions import Change
from apps.core.copies import MARK
from apps.core.text import spans_of

register = template.Library()


@register.simple_tag
def marked_before(change: Change, part: str) -> SafeString:
    """Return the text as it is, each part to be redacted marked."""
    return _marked(change.before, spans_of(part, change.before))


@register.simple_tag
def marked_after(change: Change) -> SafeString:
    """Return the text as it will be, each redaction marked."""
    return _marked(change.after, spans_of(MARK, change.after))


def _marked(text: str, spans: list[tuple[int, int]]) -> SafeString:
    pieces, last = [], 0
    for start, end in spans:
        if start >= last:
            pieces += [format_html("{}<mark>{}</mark>", text[last:start], text[start:end])]
            last = end
    whole = format_html_join("", "{}", [(piece,) for piece in [*pieces, text[last:]]])
    return SafeString(whole.replace("\n", "<br>"))
