"""The work on opinions as workbooks that staff fill in: what both of them share."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from apps.core.spreadsheet import TableReader, Unreadable

MOST_ROWS = 12_000
R = TypeVar("R")


@dataclass
class Checked(Generic[R]):
    """What a file would change, how many rows change nothing, and what cannot be taken: then nothing of it is saved."""

    rows: list[R] = field(default_factory=list)
    same: int = 0
    empty: int = 0
    problems: list[tuple[int, str, str]] = field(default_factory=list)  # row, column, sentence


def require_columns(reader: TableReader, titles: tuple[str, ...]) -> None:
    """Raise Unreadable for a file without one of these columns."""
    missing = [title for title in titles if title not in reader.header]
    if missing:
        raise reader.missing(missing)


def too_many(most: int) -> Unreadable:
    """Return the error for a file with too many rows."""
    return Unreadable(_("行が多すぎます（%(most)d行まで）。ファイルを分けてください。") % {"most": most})
