"""Template tags of what differs between the readers of a page (`core.two_phase`)."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from apps.core import two_phase

register = template.Library()


@register.simple_tag(takes_context=True)
def reader_part(context: Context, name: str, *args: object) -> SafeString:
    """Return a part that is made for each reader. name: in `two_phase.PARTS`; args: numbers and words that it is given."""
    request = context.get("request")
    return two_phase.part_for_reader(request, name, *args) if request is not None else SafeString("")


@register.simple_tag
def reads_as(user: Any, key: int | None) -> bool:
    """Return whether the reader is the user with this id: `{% reads_as user comment.author_id as own %}`."""
    return two_phase.reads_as(user, key)
