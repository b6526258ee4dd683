"""Template tags of a voice in a list, which is drawn once for all who see the same, and of its イイネ！ button."""

from types import SimpleNamespace
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString, mark_safe

from apps.consultations.models import Consultation
from apps.core.csrf import FIELD
from apps.core.pure_parts import kept_part
from apps.core.two_phase import choose, part_for_reader

register = template.Library()
CARD = "consultations/_proposal_card.html"
LIKE = "consultations/_like.html"
TOKEN = "token-of-the-reader"  # noqa: S105 - stands in a kept card where each reader's own CSRF token goes
FOLLOW = "consultations/_follow.html"
LIKED = "liked"  # fact: the reader likes this proposal


@register.simple_tag(takes_context=True)
def proposal_card(context: Context, proposal: Any, **choices: bool) -> SafeString:
    """Return the card of a proposal of `for_lists()`.

    choices: show_consultation, show_like, show_stations, as `_proposal_card.html` says.
    """
    return _with_like(context, CARD, proposal, choices)


@register.simple_tag(takes_context=True)
def like_button(context: Context, proposal: Any) -> SafeString:
    """Return the イイネ！ button of a proposal of `with_liked_by()`."""
    return _with_like(context, LIKE, proposal, {})


@register.simple_tag(takes_context=True)
def follow_form(context: Context, consultation: Consultation, follows: bool) -> SafeString:
    """Return the button that follows a consultation for somebody signed in, or stops it. follows: whether they do."""
    token = part_for_reader(context["request"], "csrf_token")

    def draw(follows: bool) -> str:
        return render_to_string(FOLLOW, {"consultation": consultation, "follows": follows, "token": token})

    return choose("follows", consultation.pk, draw, holds=follows)


def _with_like(context: Context, name: str, proposal: Any, choices: dict[str, bool]) -> SafeString:
    """Return a template that shows a proposal, and whether its reader likes it."""
    is_signed_in = bool(context["user"].is_authenticated)
    field = str(part_for_reader(context["request"], "csrf_token"))

    def draw(liked: bool) -> str:
        proposal.liked = liked

        def render() -> str:
            reader = SimpleNamespace(is_authenticated=is_signed_in)
            values = {"proposal": proposal, "user": reader, "csrf_token": TOKEN, **choices}
            return str(get_template(name).template.render(Context(values)))  # type: ignore[attr-defined]

        return kept_part(name, render, proposal, is_signed_in, choices).replace(FIELD.format(TOKEN), field)

    if choices.get("show_like") is False:
        return mark_safe(draw(False))  # noqa: S308 - a template's own output
    return choose(LIKED, proposal.pk, draw, holds=bool(proposal.liked))
