"""The numbers of a proposal: its short code, and its place on the ring from which quiet voices are read."""

import random
from typing import Any

from django.utils import timezone

from apps.core.numbered import next_numbers

RING = 2**31


def random_place() -> int:
    """A proposal's place on the ring from which まだ声が届いていない is read."""
    return random.randrange(RING)  # noqa: S311 - a shuffle, not a secret


def place_of_day() -> int:
    """Where the ring is read from today: any place, the same for everybody until midnight."""
    return random.Random(timezone.localdate().toordinal()).randrange(RING)  # noqa: S311 - a shuffle, not a secret


def next_codes(count: int = 1, *, on: Any = None) -> list[str]:
    """New short codes (C25-0142): fiscal year and a number from a sequence; gaps are allowed, reuse is impossible."""
    return next_numbers("C", sequence="proposal_code", count=count, on=on)
