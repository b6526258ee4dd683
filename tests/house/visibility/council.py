"""The rows of matches of which the table of visibility speaks: offers made to a challenge, and what the sides write."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone

from apps.core.submission import new_content_key
from apps.council.models import Agreement, AgreementSignature, Match, MatchMessage
from tests.council.factories import OrganizationFactory, ProjectFactory, published_challenge, published_offer

Rows = Iterator[tuple[str, Any]]


def match(world: Any, offered: str = "waiting", *, yes: str = "offerer", called: str = "published", **of: Any) -> Match:
    """A match of an own challenge and an offer of the own organization. yes: the sides that have confirmed it."""
    now, key = timezone.now(), new_content_key()
    offer = {"state": offered, "organization": of.pop("organization", world.organization), "submit_key": key}
    return Match.objects.create(
        challenge=published_challenge(state=called, submit_key=key, **(of or {"department": world.department})),
        offer=published_offer(**offer),
        challenger_confirmed_at=now if "challenger" in yes else None,
        offerer_confirmed_at=now if "offerer" in yes else None,
    )


def of_the_author(world: Any) -> Match:
    """A match of a resident's challenge."""
    return match(world, proposal=world.voice(), written_by=world.author)


def offers_to_challenges(world: Any) -> Rows:
    yield "waiting, made to a challenge of the department", match(world).offer
    yield "waiting, made to a challenge of the author", of_the_author(world).offer


def matches(world: Any) -> Rows:
    both = "challenger offerer"
    yield "confirmed", match(world, "published", yes=both)
    yield "confirmed by the challenger only", match(world, "published", yes="challenger")
    yield "confirmed by the offerer only", match(world, "published")
    yield "confirmed, the challenge returned", match(world, "published", yes=both, called="returned")
    yield "confirmed, the offer returned", match(world, "returned", yes=both)
    row = match(world, "published")
    row.declined_at, row.declined_side, row.decline_reason = timezone.now(), "challenger", "予算がない"
    row.save()
    yield "declined by the challenger", row


def messages(world: Any) -> Rows:
    others = match(world, department=world.elsewhere, organization=world.other_organization)
    for name, of in (
        ("of a match that waits", match(world)),
        ("of a public match", match(world, "published", yes="challenger offerer")),
        ("of a match with the author's challenge", of_the_author(world)),
        ("of a match of others", others),
    ):
        words = {"side": "offerer", "body": "見積り", "submit_key": new_content_key()}
        yield name, MatchMessage.objects.create(match=of, **words)


def agreement(project: Any, *, signed: bool = True, agrees: bool | None = None) -> Agreement:
    """One version, signed by one organization unless `agrees` is None: then it was signed on paper, or not at all."""
    day = timezone.localdate() if signed else None
    row = Agreement.objects.create(project=project, version=1, clauses={}, signed_on=day)
    if agrees is not None:
        signature(row, agrees_to_publish=agrees)
    return row


def signature(of: Agreement, **fields: Any) -> AgreementSignature:
    return of.signatures.create(organization=OrganizationFactory(), signed_on=timezone.localdate(), **fields)


def agreements(_world: Any) -> Rows:
    closed = {"stage": "closed", "result": "結果", "lesson": "学び"}
    yield "draft that nobody signed", agreement(ProjectFactory(), signed=False)
    yield "signed, every party agreed", agreement(ProjectFactory(), agrees=True)
    yield "signed, a party did not agree", agreement(ProjectFactory(), agrees=False)
    yield "signed on paper, of a closed project", agreement(ProjectFactory(**closed))
    yield "signed, a party did not agree, project closed", agreement(ProjectFactory(**closed), agrees=False)
    yield "signed, every party agreed, of a draft project", agreement(ProjectFactory(published_at=None), agrees=True)


def signatures(world: Any) -> Rows:
    others = ProjectFactory.by(world.other_organization, department=world.elsewhere)
    for name, project in (
        ("of the own organization's project", ProjectFactory.by(world.organization)),
        ("of a project of the own department", ProjectFactory(department=world.department)),
        ("of a project of others", others),
    ):
        yield name, signature(agreement(project, signed=False))


MAKERS: dict[str, Callable[[Any], Rows]] = {
    "council.Agreement": agreements,
    "council.AgreementSignature": signatures,
    "council.Match": matches,
    "council.MatchMessage": messages,
}
