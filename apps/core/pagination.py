"""Cursor pagination (keyset): the 2,000th page costs what the first one costs. Cursors are signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.db import models
from django.db.models import F, Func, Value

SALT = "apps.core.pagination"
SIGNER = signing.Signer(salt=f"{SALT}.place")
PAGE_SIZE = 20

RowT = TypeVar("RowT", bound=models.Model)


@dataclass(frozen=True)
class Order:
    """A total order of rows: columns that are unique together, all ascending or all descending.

    Sorting and the keyset condition use the same columns, so that one index serves both.
    """

    columns: tuple[str, ...]
    descending: bool = True

    def apply(self, rows: "models.QuerySet[RowT]", *, backwards: bool = False) -> "models.QuerySet[RowT]":
        """Return the rows in this order, or in the reverse one."""
        falling = self.descending != backwards
        return rows.order_by(*(f"-{column}" if falling else column for column in self.columns))

    def beyond(
        self, rows: "models.QuerySet[RowT]", values: Sequence[object], *, backwards: bool = False
    ) -> "models.QuerySet[RowT]":
        """Return the rows after (backwards: before) the row with these values, by row comparison in SQL."""
        sign = "<" if self.descending != backwards else ">"
        here = Func(*(F(column) for column in self.columns), function="ROW")
        there = Func(*(Value(value) for value in values), function="ROW")
        both = Func(
            here, there, arg_joiner=f" {sign} ", template="(%(expressions)s)", output_field=models.BooleanField()
        )
        return rows.filter(both)


@dataclass
class Page:
    """One page: its rows, and the cursors of the older and newer page (empty where there is none)."""

    rows: list[Any]
    older: str = ""
    newer: str = ""
    was_broken: bool = False  # the cursor in the URL was not ours: this is the first page, and the page says so

    def urls(self, kept: Mapping[str, object]) -> dict[str, str]:
        """Return the relative URLs of the pages beside this one: `older_url` and `newer_url`, empty where there is none.

        kept: the parameters of the list's filter, which both URLs repeat.
        """
        return {
            f"{side}_url": f"?{urlencode({**kept, 'cursor': cursor})}" if cursor else ""
            for side, cursor in (("older", self.older), ("newer", self.newer))
        }


def read_page(rows: models.QuerySet[Any], order: Order, *, name: str, cursor: str = "", size: int = PAGE_SIZE) -> Page:
    """Return the page of `rows` that a cursor names, the first one without (or with a broken) cursor.

    name: identifies the list with its filter; a cursor of another list is not accepted. size: rows of a page.
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


def _in_order(rows: "models.QuerySet[RowT]", wanted: "models.QuerySet[RowT]", number: int) -> list[RowT]:
    """Return the first rows of `wanted`, in two queries: the keys by the order's index, then the rows with their joins.

    In one query PostgreSQL may join everything first and sort afterwards: it cannot estimate a row comparison.
    """
    keys = list(wanted.select_related(None).prefetch_related(None).values_list("pk", flat=True)[:number])
    by_key = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [by_key[key] for key in keys if key in by_key]


def _close(direction: str, row: models.Model, name: str, order: Order) -> str:
    """Return the signed cursor of a row: deterministic, so that URLs of pages stay the same."""
    values = [getattr(row, column) for column in order.columns]
    plain = [["t", value.isoformat()] if isinstance(value, datetime) else ["v", value] for value in values]
    return SIGNER.sign_object([name, direction, plain])


def _open(cursor: str, name: str, order: Order) -> tuple[str, list[object]] | None:
    """Return (direction, values) of a cursor; None when it is forged or belongs to another list."""
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
