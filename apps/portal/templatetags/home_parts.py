"""The parts of the home page that are kept, each until a table that it reads has changed (`page_cache.parts`)."""

from collections.abc import Callable
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from apps.consultations.models import Consultation, Proposal, Reply
from apps.page_cache.parts import stamped_part
from apps.portal.services.featured_voice import followed_voice
from apps.portal.services.way_numbers import way_numbers

register = template.Library()


@register.simple_tag(takes_context=True)
def home_part(context: Context, name: str, featured: int | None = None) -> SafeString:
    """Return a part of the home page by its name. featured: id of the theme that stands above, None without one."""
    path = f"portal/_{name}.html" if name == "numbers" else f"portal/_home_{name}.html"

    def draw() -> str:
        return render_to_string(path, PARTS[name](featured))

    return mark_safe(stamped_part(context["request"], path, draw, featured))  # noqa: S308 - a template's output


def _themes(featured: int | None) -> dict[str, Any]:
    """Return the open themes but the featured one, and those that open soon."""
    public = Consultation.objects.public().for_cards()
    open_now = [theme for theme in public.open()[:7] if theme.pk != featured]
    return {"featured": featured, "open": open_now[:6], "upcoming": public.upcoming()[:3]}


def _answers(_featured: int | None) -> dict[str, Any]:
    """Return what was answered lately, and the themes whose answer is being prepared."""
    public = Consultation.objects.public().for_cards()
    replies = Reply.objects.public().by_latest_change()[:3]
    return {"replies": replies, "answered": public.answered()[:3], "counting": public.counting()[:3]}


PARTS: dict[str, Callable[[int | None], dict[str, Any]]] = {
    "numbers": lambda _featured: {"numbers": way_numbers()},
    "themes": _themes,
    "quiet": lambda _featured: {"quiet": Proposal.objects.quiet_today(limit=3)},
    "answers": _answers,
    "followed": lambda _featured: {"followed": followed_voice()},
}
