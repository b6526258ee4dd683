"""Badges of a consultation: kind (its colour) and label of each."""

from django import template
from django.utils.translation import gettext as _

from apps.consultations.models import Consultation
from apps.consultations.models.answers.reply_deadline import Outcome

register = template.Library()

OUTCOME_KINDS = {Outcome.KEPT: "answered", Outcome.LATE: "late"}


@register.simple_tag
def state_badges(consultation: Consultation) -> list[tuple[str, str]]:
    """Return kind and label of the badge for the state, and of one more when the city's answer is late."""
    badges = {
        "open": ("open", _("受付中")),
        "upcoming": ("announced", _("予告")),
        "counting": ("counting", _("集計中")),
        "answered": ("answered", _("回答済")),
    }
    state = badges.get(consultation.state, ("draft", _("下書き")))
    return [state, ("late", _("遅れ"))] if consultation.is_late else [state]


@register.simple_tag
def outcome_badge(outcome: str) -> tuple[str, str]:
    """Return kind and label of the badge for what became of a promised reply date."""
    member = Outcome(outcome)
    return OUTCOME_KINDS.get(member, "counting"), str(member.label)


@register.filter
def in_words_of(official: str, shown: dict[str, str]) -> str:
    """Return a frozen name in the reader's language, as far as there is one."""
    return shown.get(official, official)
