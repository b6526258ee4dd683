"""Generate demonstration rows of the council by the same actions that people use."""

import uuid
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import User
from apps.council import actions
from apps.council.models import Challenge, CheckSheet, Offer, Organization, Project
from apps.vision.models import Field


@dataclass(frozen=True)
class CallText:
    """The texts of a challenge or an offer."""

    title: str
    body: str
    fields: list[Field]
    tags: list[str]
    conditions: str = ""

    @property
    def as_arguments(self) -> dict[str, Any]:
        """Return the arguments of the action, with a new submit key."""
        return {**vars(self), "submit_key": uuid.uuid4()}


def state_challenge(text: CallText, *, by: User, publisher: User, **origin: Any) -> Challenge:
    """Submit a challenge and publish it; `origin`: department or proposal."""
    challenge, _new = actions.state_challenge(by=by, **origin, **text.as_arguments)
    actions.decide_call(call=challenge, publish=True, note="", by=publisher)
    return challenge


def make_offer(text: CallText, *, by: User, publisher: User, organization: Organization) -> Offer:
    """Submit an offer and publish it."""
    offer, _new = actions.make_offer(by=by, organization=organization, **text.as_arguments)
    actions.decide_call(call=offer, publish=True, note="", by=publisher)
    return offer


def bring_together(challenge: Challenge, offer: Offer, *, asks: User, agrees: User) -> None:
    """Propose a match as one side and confirm it as the other."""
    actions.confirm_match(match=actions.propose_match(challenge=challenge, offer=offer, by=asks), by=agrees)


def open_sheet(project: Project, *, kind: str, partner: Organization, by: User) -> CheckSheet:
    """Open a check sheet of a project."""
    return actions.open_sheet(project=project, kind=kind, partner=partner, by=by)


def hand_in(sheet: CheckSheet, *, by: User, answers: dict[str, str], note: str) -> None:
    """Submit the answers of the person's side."""
    side = CheckSheet.objects.for_lists().get(pk=sheet.pk).side(sheet.side_of(by))
    actions.answer_sheet(check_side=side, answers=answers, note=note, by=by, submit=True)


def agree(sheet: CheckSheet, *, by: User) -> None:
    """Agree to publication for the person's side."""
    actions.agree_to_publish(sheet=CheckSheet.objects.for_lists().get(pk=sheet.pk), by=by)
