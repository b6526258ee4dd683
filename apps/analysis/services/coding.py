"""Sort the voices of a theme by the coding rules of its staff."""

from dataclasses import dataclass

from apps.analysis.models import CodingRule
from apps.analysis.services.scope import Scope
from apps.consultations.models import Consultation, Proposal
from apps.consultations.models.answers.topic import GROUPED_AT_ONCE
from apps.consultations.models.proposal_queryset import ProposalQuerySet


@dataclass(frozen=True)
class Coded:
    """A rule, how many voices it finds, and those in no topic yet: how many, and the first GROUPED_AT_ONCE of them."""

    rule: CodingRule
    found: int
    ungrouped: int
    voices: list[Proposal]

    @property
    def codes(self) -> str:
        """Return the numbers of its voices, as the form of a topic takes them."""
        return " ".join(voice.code for voice in self.voices)


def coded_by(rule: CodingRule) -> Coded:
    """Return what a rule finds among the public voices of its theme."""
    rows = rule.voices()
    ungrouped = rows.filter(topic_items=None)
    return Coded(rule, rows.count(), ungrouped.count(), list(ungrouped.order_by("pk")[:GROUPED_AT_ONCE]))


def coded_voices(consultation: Consultation) -> list[Coded]:
    """Return what each rule of a theme finds, the one with most voices to group first."""
    found = [coded_by(rule) for rule in CodingRule.objects.of_theme(consultation).select_related("consultation")]
    return sorted(found, key=lambda coded: (-coded.ungrouped, coded.rule.title))


def found_by_none(scope: Scope, rules: list[CodingRule]) -> ProposalQuerySet:
    """Return the public voices of a theme in no topic that no rule finds."""
    rows = scope.proposals().filter(topic_items=None)
    for rule in rules:
        rows = rows.exclude(pk__in=rule.apply(rows).order_by().values("pk"))
    return rows
