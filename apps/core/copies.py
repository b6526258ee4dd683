"""Where words of residents may stand a second time: said beside the columns that hold them, found by asking every model.

A report quotes what it reports, a note repeats a name, the city's reply cites a sentence. A model with such a column says
so in `copied_words`, and its manager answers `repeating(text)`: the rows that may repeat a proposal or a comment.
`tests/house/test_copies.py` asks every model that leads to a text, and has a typed column, for one or the other.
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
    """A column that may repeat a text.

    instead: what stands there once the text is erased; None for words in their own right (the city's reply), which
    stay, and from which only what they repeat is struck out.
    """

    column: str
    instead: str | None = None


def copies_of(text: models.Model) -> Iterator[tuple[Any, Copied]]:
    """Every set of rows, in whichever app, that may repeat a text, with each column that may."""
    for model in apps.get_models():
        for copied in getattr(model, "copied_words", ()):
            yield model._default_manager.repeating(text), copied  # type: ignore[attr-defined]


def strike_row(row: Any, column: str, parts: Iterable[str]) -> int:
    """Replace these parts in one column of a row; 1 if one stood there."""
    after = struck(row, column, parts)
    if after == getattr(row, column):
        return 0
    setattr(row, column, after)
    row.save(update_fields=[column])
    return 1


def struck(row: Any, column: str, parts: Iterable[str]) -> Any:
    """What a column of a row would say without these parts; one that would grow too long is the mark alone."""
    after = getattr(row, column)
    for part in parts:
        after = replaced(after, partial(_struck, part=part))
    limit = getattr(row._meta.get_field(column), "max_length", None)
    is_long = limit and isinstance(after, str) and len(after) > limit
    return MARK if is_long else after


def empty_copies(text: models.Model, parts: Iterable[str]) -> None:
    """A text is erased: what was said about it goes; in words in their own right these parts are struck out."""
    wanted = list(parts)
    for rows, copied in copies_of(text):
        if copied.instead is not None:
            rows.order_by().update(**{copied.column: copied.instead})
            continue
        for row in rows:
            strike_row(row, copied.column, wanted)


def _struck(words: str, *, part: str) -> str:
    return replace_part(part, words, MARK)[0]


def replaced(value: Any, change: Callable[[str], str]) -> Any:
    """A plain value (text, list, dictionary) with every text in it changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [replaced(item, change) for item in value]
    if isinstance(value, dict):
        return {key: replaced(item, change) for key, item in value.items()}
    return value
