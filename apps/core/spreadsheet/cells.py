"""Cells of written files: formula-injection guard, control characters, line breaks, maximum length."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from django.utils import timezone

# A spreadsheet program takes a cell that begins so for a formula, those of Japan the full-width signs too; what begins
# with ' is marked as well, so that exactly one ' can be taken off again.
DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'")
LONGEST = 32_767  # UTF-16 units: what one cell of a spreadsheet program holds
CUT_MARK = "…（以下略）"
# No XML and no spreadsheet program takes these: C0 controls but TAB, LF, CR; DEL; lone surrogates; two non-characters.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LINE_BREAKS = re.compile("(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])+")


class Breaks(Enum):
    """What happens to line breaks inside a cell."""

    KEEP = "keep"  # the exchange file: what is written can be read back to the same text
    SPACE = "space"  # the data file: one record is one line, for programs that read line by line


@dataclass(frozen=True)
class Column:
    """A column: its title for people, its key for programs, and its entry in the data dictionary."""

    key: str
    title: str
    meaning: str
    kind: str = "文字列"
    choices: Mapping[str, str] = field(default_factory=dict)  # value in the cells → what it means


@dataclass
class Changes:
    """What a writer had to change, as counts; shown to the person who gets the file."""

    removed: int = 0  # cells from which control characters were taken out
    shortened: list[tuple[int, str]] = field(default_factory=list)  # (row, column) of cells that were too long
    replaced: int = 0  # letters that the encoding does not know, written as 〓
    lost: Counter[str] = field(default_factory=Counter)  # which letters those were, and how often


def escape(text: str) -> str:
    """Return the text, prefixed with ' when a spreadsheet program would read it as a formula (injection guard)."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def unescape(text: str) -> str:
    """Return the text without the ' that `escape` added; any other text unchanged."""
    return text[1:] if text.startswith("'") and text[1:].startswith(DANGEROUS) else text


def plain(value: object) -> str | int | float | date | datetime | None:
    """Return a value as a cell holds it: numbers and dates as they are, datetimes naive in Chofu's time zone, else text.

    None for None and an empty text; booleans become 0 or 1.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, (int, float, date)):
        return value
    return str(value)


def clean(text: str, breaks: Breaks, changes: Changes) -> str:
    """Return a text safe for a file: no control characters (counted in `changes`), line breaks as asked, escaped."""
    kept = ILLEGAL.sub("", text)
    changes.removed += kept != text
    safe = escape(kept)
    if breaks is Breaks.SPACE:
        return LINE_BREAKS.sub(" ", safe)
    return safe.replace("\r\n", "\n").replace("\r", "\n")


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, which spreadsheet programs count."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def shorten(text: str) -> str:
    """Return the text cut to LONGEST UTF-16 units, with CUT_MARK at its end; unchanged when it fits."""
    room, length = LONGEST - len(CUT_MARK), 0
    for place, letter in enumerate(text):
        length += 1 + (letter > "\uffff")
        if length > room:
            return text[:place] + CUT_MARK
    return text


def display_width(text: str) -> int:
    """Return the width of the widest line in half-width columns (a Japanese character takes two)."""
    return max(
        (sum(1 + (unicodedata.east_asian_width(c) in "FWA") for c in line) for line in text[:2000].split("\n")),
        default=0,
    )
