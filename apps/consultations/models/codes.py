"""Identifiers of a proposal: its public code, its random place in the list of quiet ones, its import key."""

import hashlib
import random
import re
from datetime import date
from pathlib import PurePath

from django.utils import timezone

from apps.core.code_lookup import next_numbers, parse_number
from apps.core.text import fold

RING = 2**31
DASHES = re.compile("[−‐‑‒–—―ー]")
COPY = re.compile(r"\s*\(\d+\)$")  # what a browser adds to the name of a file that it saves a second time


def random_place() -> int:
    """Return a random place on the ring from which まだ声が届いていない is read."""
    return random.randrange(RING)  # noqa: S311 - a shuffle, not a secret


def place_of_day() -> int:
    """Return where the ring is read from today: any place, the same for everybody until midnight."""
    return random.Random(timezone.localdate().toordinal()).randrange(RING)  # noqa: S311 - a shuffle, not a secret


def next_codes(count: int = 1, *, on: date | None = None) -> list[str]:
    """Return new codes (C25-0142): fiscal year and a number from a sequence; gaps are allowed, reuse is impossible."""
    return next_numbers("C", sequence="proposal_code", count=count, on=on)


def code_in(number: str) -> str:
    """Return the portal's code that a number in a file is, in whatever width or case; empty for any other number."""
    code = parse_number(number)
    return code if code.startswith("C") else ""


def list_of(*, event: str, held_on: date | None, file_name: str) -> str:
    """Return the list that a number belongs to: its event, or the file where no event is named.

    Two workshops both number their voices 1, 2, 3; a file saved anew (also as CSV instead of XLSX) stays the same list.
    """
    if event:
        return f"event\x1f{fold(event)}\x1f{held_on or ''}"
    return f"file\x1f{COPY.sub('', fold(PurePath(file_name).stem))}"


def import_key(of_list: str, number: str) -> str:
    """Return the key by which a row is recognised: its list and its number there, in one column of fixed length."""
    return hashlib.sha256(f"{of_list}\x1e{fold(DASHES.sub('-', number))}".encode()).hexdigest()[:40]
