"""Look up rows by their public code (C25-0142), whichever search box it is typed into; issue new codes.

Proposals, topics and projects have codes of one form: a letter for the kind, two digits of the fiscal year, a running
number. People read them from paper and type them into any search box.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from apps.core.fiscal import fiscal_year
from apps.core.text import DASH, fold
from apps.core.types import StrOrPromise

# A dash (folding makes one of all), a blank or nothing between year and number; what else is typed is no number.
NUMBER = re.compile(rf"([a-z])(\d{{2}})[{DASH} ]?(\d{{4,9}})", re.ASCII)


@dataclass(frozen=True)
class Numbered:
    """A public row found by its code: the code, the name of its model, how a search calls it, its URL."""

    number: str
    kind: StrOrPromise
    words: str
    url: str


def next_numbers(letter: str, *, sequence: str, count: int = 1, on: date | None = None) -> list[str]:
    """Return `count` new codes of one kind, from a database sequence: unique under concurrency, gaps are possible.

    letter: the kind (C, T, P); sequence: name of the database sequence; on: the day whose fiscal year the code carries,
    today by default.
    """
    year = fiscal_year(on or timezone.localdate()) % 100
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return [f"{letter}{year:02d}-{number:04d}" for (number,) in cursor.fetchall()]


def parse_number(query: str) -> str:
    """Return the code that a search query consists of, as it is stored (`C25-0142`); an empty string if it is none.

    Width, case, the kind of dash and blanks at the ends do not matter: `ｃ２５ー０１４２` is `C25-0142`.
    """
    found = NUMBER.fullmatch(fold(query))
    return f"{found[1].upper()}{found[2]}-{found[3]}" if found else ""


def numbered_models() -> list[type[Model]]:
    """Return every model with codes: those that name the column in `number_field`."""
    return [model for model in apps.get_models() if getattr(model, "number_field", "")]


def find_numbered(query: str) -> list[Numbered]:
    """Return the public rows with the code that a search query consists of; one database query for each model.

    Return an empty list, without a database query, when the search query is no code.
    """
    number = parse_number(query)
    if not number:
        return []
    found: list[Numbered] = []
    for model in numbered_models():
        kind = model._meta.verbose_name or ""
        rows = model.objects.public().filter(**{model.number_field: number})  # type: ignore[attr-defined]
        found += [Numbered(number, kind, row.words_of_number, row.get_absolute_url()) for row in rows]
    return found
