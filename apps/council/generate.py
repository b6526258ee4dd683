"""The first work in the registry of a demonstration: every row comes by the verb that people use."""

import uuid
from dataclasses import dataclass
from typing import Any

from apps.council import actions
from apps.council.models import Challenge, CheckSheet, Offer, Organization, Project


@dataclass(frozen=True)
class Words:
    """What a challenge or an offer says."""

    title: str
    body: str
    fields: list[Any]
    tags: list[str]
    conditions: str = ""

    @property
    def typed(self) -> dict[str, Any]:
        """The words for the action, as one press of the button."""
        return {**vars(self), "submit_key": uuid.uuid4()}


def state_challenge(words: Words, *, by: Any, publisher: Any, **origin: Any) -> Challenge:
    """Somebody states a challenge and the secretariat publishes it; `origin`: department or proposal."""
    made, _new = actions.state_challenge(by=by, **origin, **words.typed)
    actions.decide_call(call=made, publish=True, note="", by=publisher)
    return made


def make_offer(words: Words, *, by: Any, publisher: Any, organization: Organization) -> Offer:
    """An organization states an offer and the secretariat publishes it."""
    made, _new = actions.make_offer(by=by, organization=organization, **words.typed)
    actions.decide_call(call=made, publish=True, note="", by=publisher)
    return made


def bring_together(challenge: Challenge, offer: Offer, *, asks: Any, agrees: Any) -> None:
    """One side asks, the other says yes."""
    actions.confirm_match(match=actions.propose_match(challenge=challenge, offer=offer, by=asks), by=agrees)


def open_sheet(project: Project, *, kind: str, partner: Organization, by: Any) -> CheckSheet:
    """Begin a check sheet of a project."""
    return actions.open_sheet(project=project, kind=kind, partner=partner, by=by)


def hand_in(sheet: CheckSheet, *, by: Any, answers: dict[str, str], note: str) -> None:
    """One side hands in its answers for good."""
    side = CheckSheet.objects.for_lists().get(pk=sheet.pk).side(sheet.side_of(by))
    actions.answer_sheet(check_side=side, answers=answers, note=note, by=by, submit=True)


def agree(sheet: CheckSheet, *, by: Any) -> None:
    """One side agrees to publication."""
    actions.agree_to_publish(sheet=CheckSheet.objects.for_lists().get(pk=sheet.pk), by=by)
