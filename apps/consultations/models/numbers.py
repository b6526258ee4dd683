"""The numbers of a proposal: its short code, and its place on the ring from which quiet voices are read."""

import random
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.core.fiscal import fiscal_year

RING = 2**31


def random_place() -> int:
    """A proposal's place on the ring from which まだ声が届いていない is read."""
    return random.randrange(RING)  # noqa: S311 - a shuffle, not a secret


def place_of_day() -> int:
    """Where the ring is read from today: any place, the same for everybody until midnight."""
    return random.Random(timezone.localdate().toordinal()).randrange(RING)  # noqa: S311 - a shuffle, not a secret


def next_codes(count: int = 1, *, on: Any = None) -> list[str]:
    """New short codes (C25-0142): fiscal year and a number from a sequence; gaps are allowed, reuse is impossible."""
    year = fiscal_year(on or timezone.localdate()) % 100
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('proposal_code') FROM generate_series(1, %s)", [count])
        return [f"C{year:02d}-{number:04d}" for (number,) in cursor.fetchall()]
