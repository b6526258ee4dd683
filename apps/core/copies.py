"""Erase and redact copies of residents' texts: registry of the columns, in any app, that may quote a text.

A report quotes what it reports, a note repeats a name, the city's reply cites a sentence. A model with such a column
lists it in `copied_words`, and its manager has `repeating(text)`: the rows that may quote a proposal or a comment.
`tests/house/test_copies.py` demands this of every model that refers to a text and has a typed column.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.db import models

from apps.core.text import replace_part

MARK = "●●（個人情報のため）"


@dataclass(frozen=True)
class Copied:
    """A column that may quote a text.

    instead: the value that replaces the column when the text is erased; None for a text of its own (the city's reply),
    which stays and from which only the quoted parts are redacted.
    """

    column: str
    instead: str | None = None


def copies_of(text: models.Model) -> Iterator[tuple[models.QuerySet[models.Model], Copied]]:
    """Yield (queryset, column) for all rows of all apps that may quote a text."""
    for model in apps.get_models():
        for copied in getattr(model, "copied_words", ()):
            yield model._default_manager.repeating(text), copied  # type: ignore[attr-defined]


def strike_row(row: models.Model, column: str, parts: Iterable[str]) -> int:
    """Redact these parts in one column of a row and save it. Return 1 if anything changed, else 0."""
    after = struck(row, column, parts)
    if after == getattr(row, column):
        return 0
    setattr(row, column, after)
    row.save(update_fields=[column])
    return 1


def struck(row: models.Model, column: str, parts: Iterable[str]) -> Any:
    """Return the value of a column with these parts replaced by MARK; MARK alone when the result exceeds `max_length`."""
    after = getattr(row, column)
    for part in parts:
        after = replaced(after, partial(_struck, part=part))
    limit = getattr(row._meta.get_field(column), "max_length", None)
    is_long = limit and isinstance(after, str) and len(after) > limit
    return MARK if is_long else after


def empty_copies(text: models.Model, parts: Iterable[str]) -> None:
    """Erase the copies of an erased text: set columns to their `instead`, redact these parts in columns without one."""
    wanted = list(parts)
    for rows, copied in copies_of(text):
        if copied.instead is not None:
            rows.order_by().update(**{copied.column: copied.instead})
            continue
        for row in rows:
            strike_row(row, copied.column, wanted)


def _struck(words: str, *, part: str) -> str:
    """Return the words with MARK for every place of the part."""
    return replace_part(part, words, MARK)[0]


def replaced(value: Any, change: Callable[[str], str]) -> Any:
    """Return a JSON value (text, list, dictionary) with `change` applied to every text in it; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [replaced(item, change) for item in value]
    if isinstance(value, dict):
        return {key: replaced(item, change) for key, item in value.items()}
    return value
