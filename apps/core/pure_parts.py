"""Parts of a page that depend on the rows they are given and on nothing else: drawn once, and again when a row differs."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.files.base import File
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language

from apps.core.table_reads import recorded

MOST = 2_000  # parts of one process; a card takes about eight kilobytes
PLAIN = {str, int, bool, type(None), float}
# Other values that their repr tells apart; a part that shows a value of any other type is not kept.
TOLD_BY_REPR = (str, int, float, date, time, timedelta, Decimal, UUID, File)
Key = tuple[object, ...]

_kept: dict[bytes, str] = {}


class UnknownValueError(Exception):
    """A part shows a value of which nothing says when it is another."""


def kept_part(name: str, draw: Callable[[], str], *values: object) -> str:
    """Return the HTML that `draw` made of these values before, or makes now.

    name: of the template; values: everything that it shows, model instances with all that was loaded with them. What
    it shows must not depend on anything else, but for the language and the day. A part for which a statement was run
    while it was drawn is not kept: what it read could change.
    """
    now = timezone.now()
    try:
        shown = (name, get_language(), timezone.localdate(now), *(_value(value, now) for value in values))
    except UnknownValueError:
        return draw()
    key = hashlib.sha256(repr(shown).encode()).digest()
    html = _kept.get(key)
    if html is None:
        with recorded() as reads:
            html = draw()
        if not reads.tables:
            if len(_kept) >= MOST:
                _kept.clear()
            _kept[key] = html
    return html


def forget() -> None:
    """Drop all kept parts."""
    _kept.clear()


def fingerprint(row: models.Model, now: datetime, inside: tuple[int, ...] = ()) -> Key:
    """Return all values that were loaded of a row, and of the rows loaded with it; of a moment also whether it is past.

    inside: ids of the objects that hold this one: rows may lead back to where they were loaded from.
    """
    if id(row) in inside:
        return (type(row), row.pk)
    inside = (*inside, id(row))
    own = tuple(
        (name, value if type(value) in PLAIN else _value(value, now, inside))
        for name, value in row.__dict__.items()
        if name not in {"_state", "_prefetched_objects_cache"}
    )
    related = tuple((name, _value(other, now, inside)) for name, other in row._state.fields_cache.items())
    fetched = getattr(row, "_prefetched_objects_cache", {})
    many = tuple((name, _value(list(others), now, inside)) for name, others in fetched.items())
    return (type(row), own, related, many)


def _value(value: object, now: datetime, inside: tuple[int, ...] = ()) -> object:
    if isinstance(value, models.Model):
        return fingerprint(value, now, inside)
    if isinstance(value, list | tuple):
        return tuple(_value(one, now, inside) for one in value)
    if isinstance(value, dict):
        return tuple((name, _value(one, now, inside)) for name, one in value.items())
    if isinstance(value, datetime):
        return (value, timezone.is_aware(value) and value <= now)
    if value is None or isinstance(value, TOLD_BY_REPR):
        return value
    raise UnknownValueError(type(value))
