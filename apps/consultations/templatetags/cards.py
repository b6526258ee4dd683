"""Template tag of a voice in a list, which is drawn once for all who see the same."""

from types import SimpleNamespace
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.core.csrf import needs_no_token_now
from apps.core.pure_parts import kept_part

register = template.Library()
CARD = "consultations/_proposal_card.html"
TOKEN = "token-of-the-reader"  # noqa: S105 - stands in a kept card where each reader's own CSRF token goes
FIELD = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'


@register.simple_tag(takes_context=True)
def proposal_card(context: Context, proposal: Any, **choices: bool) -> SafeString:
    """Return the card of a proposal of `for_lists()`.

    choices: show_consultation, show_like, show_stations, as `_proposal_card.html` says.
    """
    is_signed_in = bool(context["user"].is_authenticated)

    def draw() -> str:
        reader = SimpleNamespace(is_authenticated=is_signed_in)
        values = {"proposal": proposal, "user": reader, "csrf_token": TOKEN, **choices}
        return str(get_template(CARD).template.render(Context(values)))  # type: ignore[attr-defined]

    html = kept_part(CARD, draw, proposal, is_signed_in, choices)
    request = context["request"]
    field = "" if needs_no_token_now(request) else format_html(FIELD, get_token(request))
    return mark_safe(html.replace(FIELD.format(TOKEN), field))  # noqa: S308 - a template's own output
