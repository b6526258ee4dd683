"""The rows of matches of which the table of visibility speaks: offers made to a challenge, and what the sides write."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone

from apps.core.submission import new_content_key
from apps.council.models import Match, MatchMessage
from tests.council.factories import published_challenge, published_offer

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


MAKERS: dict[str, Callable[[Any], Rows]] = {"council.Match": matches, "council.MatchMessage": messages}
