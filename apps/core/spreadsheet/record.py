"""What the CSV and XLSX readers have in common: limits, records, and the exception Unreadable."""

from dataclasses import dataclass, field
from enum import Enum

from apps.core.types import StrOrPromise

MEGABYTE = 1024 * 1024
MOST_BYTES = 50 * MEGABYTE  # of a CSV file, and of all that an XLSX file unpacks to
MOST_ROWS = 200_000
MOST_COLUMNS = 100
MOST_LETTERS = 200_000


class Unreadable(Exception):
    """The file cannot be read; the sentence says why and what to do."""

    def __init__(self, sentence: StrOrPromise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Odd(Enum):
    """A warning about a cell, besides its text."""

    DAY = "day"  # stored as a day: what was typed (1-2) may have become one
    UNSAVED = "unsaved"  # a formula of which the file holds no result
    HIDDEN = "hidden"  # a value that its format or its white letters do not show


@dataclass
class Record:
    """A raw row: its number as the spreadsheet program shows it, its cells from the left, warnings by index."""

    number: int
    cells: list[str]
    odd: dict[int, Odd] = field(default_factory=dict)
