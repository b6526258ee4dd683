"""Lists that are read on from where one stopped (keyset pages): the 2,000th page costs what the first one costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db import models
from django.db.models import F, Func, Value

SALT = "apps.core.pagination"
SIGNER = signing.Signer(salt=f"{SALT}.place")
PAGE_SIZE = 20


@dataclass(frozen=True)
class Order:
    """An order of rows: columns that together tell every row apart, all rising or all falling.

    Sorting and reading on use the same columns, so an index over them serves both.
    """

    columns: tuple[str, ...]
    descending: bool = True

    def apply(self, rows: models.QuerySet, *, backwards: bool = False) -> models.QuerySet:
        """The rows in this order, or in the opposite one."""
        falling = self.descending != backwards
        return rows.order_by(*(f"-{column}" if falling else column for column in self.columns))

    def beyond(self, rows: models.QuerySet, values: Sequence[Any], *, backwards: bool = False) -> models.QuerySet:
        """The rows that come after (or before) the one with these values."""
        sign = "<" if self.descending != backwards else ">"
        here = Func(*(F(column) for column in self.columns), function="ROW")
        there = Func(*(Value(value) for value in values), function="ROW")
        both = Func(
            here, there, arg_joiner=f" {sign} ", template="(%(expressions)s)", output_field=models.BooleanField()
        )
        return rows.filter(both)


@dataclass
class Page:
    """One page of a list: its rows, and cursors to the pages beside it (empty where there is none)."""

    rows: list[Any]
    older: str = ""
    newer: str = ""
    was_broken: bool = False  # the cursor in the URL was not ours: this is the first page, and the page says so

    def urls(self, kept: Mapping[str, Any]) -> dict[str, str]:
        """Return the relative URLs of the pages beside this one: `older_url` and `newer_url`, empty where there is none.

        kept: the parameters of the list's filter, which both URLs repeat.
        """
        return {
            f"{side}_url": f"?{urlencode({**kept, 'cursor': cursor})}" if cursor else ""
            for side, cursor in (("older", self.older), ("newer", self.newer))
        }


def read_page(rows: models.QuerySet, order: Order, *, name: str, cursor: str = "", size: int = PAGE_SIZE) -> Page:
    """The page of `rows` that a cursor names, the first one without.

    name: what the list is (its address and filter): a cursor of another list is not accepted.
    """
    place = _open(cursor, name, order) if cursor else None
    backwards = bool(place and place[0] == "newer")
    wanted = order.beyond(rows, place[1], backwards=backwards) if place else rows
    found = _in_order(rows, order.apply(wanted, backwards=backwards), size + 1)
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    page = Page(found, was_broken=bool(cursor) and place is None)
    if found:
        has_older, has_newer = (True, more) if backwards else (more, place is not None)
        page.older = _close("older", found[-1], name, order) if has_older else ""
        page.newer = _close("newer", found[0], name, order) if has_newer else ""
    return page


def _in_order(rows: models.QuerySet, wanted: models.QuerySet, number: int) -> list[Any]:
    """The first rows of `wanted`: which ones is asked of the order's index alone, then they are read with all they need.

    In one query PostgreSQL may join everything first and sort afterwards: it cannot estimate a comparison of rows.
    """
    keys = list(wanted.select_related(None).prefetch_related(None).values_list("pk", flat=True)[:number])
    by_key = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [by_key[key] for key in keys if key in by_key]


def _close(direction: str, row: Any, name: str, order: Order) -> str:
    """A signed cursor that stands at this row: the same row has the same one, whenever the page is asked."""
    values = [getattr(row, column) for column in order.columns]
    plain = [["t", value.isoformat()] if isinstance(value, datetime) else ["v", value] for value in values]
    return SIGNER.sign_object([name, direction, plain])


def _open(cursor: str, name: str, order: Order) -> tuple[str, list[Any]] | None:
    """What a cursor says; None when it is broken or belongs to another list."""
    try:
        of, direction, plain = SIGNER.unsign_object(cursor)
    except signing.BadSignature:
        try:  # one of before, which carried the moment of its making
            of, direction, plain = signing.loads(cursor, salt=SALT)
        except signing.BadSignature:
            return None
    if of != name or len(plain) != len(order.columns):
        return None
    return direction, [datetime.fromisoformat(value) if kind == "t" else value for kind, value in plain]
