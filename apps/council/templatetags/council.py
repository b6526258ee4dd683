"""Badges of what the council publishes: kind (its colour) and label of each."""

from django import template
from django.utils.translation import gettext as _

from apps.council.models import Challenge, CheckSheet, Match, Offer, Stage

register = template.Library()

STAGE_KINDS = {"idea": "announced", "trial": "counting", "running": "open", "closed": "answered"}


@register.simple_tag
def stage_badge(stage: str) -> tuple[str, str]:
    """Return kind and label of the badge for a stage (段階), of a project or of its preview."""
    return STAGE_KINDS.get(stage, "draft"), str(dict(Stage.choices).get(stage, stage))


@register.simple_tag
def check_badge(sheet: CheckSheet) -> tuple[str, str]:
    """Return kind and label of the badge for a check sheet: 公開, 双方提出済み or 記入中."""
    if sheet.is_public:
        return "answered", _("公開")
    return ("open", _("双方提出済み")) if sheet.is_complete else ("counting", _("記入中"))


@register.simple_tag
def call_badge(call: Challenge | Offer) -> tuple[str, str]:
    """Return kind and label of the badge for a challenge or an offer: 募集中, 募集終了 or, unpublished, its state."""
    if call.is_open:
        return "open", _("募集中")
    return "counting", _("募集終了") if call.published_at else call.get_state_display()


@register.simple_tag
def match_badge(match: Match) -> tuple[str, str]:
    """Return kind and label of the badge for a match: 成立, 見送り or 確認待ち."""
    if match.is_declined:
        return "draft", _("見送り")
    return ("answered", _("成立")) if match.is_confirmed else ("counting", _("確認待ち"))
