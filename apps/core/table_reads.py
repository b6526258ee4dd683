"""Record which tables the statements of a request read."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.db import connection

NAME = re.compile(r"[a-z_][a-z0-9_]*")
ALL_COLUMNS = re.compile(r"(?<!\()\*")  # SELECT * and t.*, not count(*)
APART = ".counters"  # after the name of a table: its columns that are stamped apart
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY)\b", re.IGNORECASE)


class TableReads:
    """The statements of one request: `tables` that they name, and whether one of them wrote (`has_written`)."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.has_written = False

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Note the statement and run it (a wrapper of `connection.execute_wrapper`)."""
        text = str(sql)
        self.tables |= tables_in(text)
        self.has_written = self.has_written or WRITES.match(text) is not None
        return execute(sql, params, many, context)


@contextmanager
def recorded() -> Iterator[TableReads]:
    """Record the statements of this block."""
    reads = TableReads()
    with connection.execute_wrapper(reads):
        yield reads


def note_tables(tables: Iterable[str]) -> None:
    """Add tables to whatever is being recorded: they were read for something that is used again now."""
    for wrapper in connection.execute_wrappers:
        if isinstance(wrapper, TableReads):
            wrapper.tables |= set(tables)


@lru_cache(maxsize=4096)
def tables_in(sql: str) -> frozenset[str]:
    """Return the tables of our models that a statement names; a word that only looks like one counts too.

    With `t.counters` for a table whose columns that are stamped apart the statement may read.
    """
    words = frozenset(NAME.findall(sql))
    tables = words & all_tables()
    counters = {
        f"{table}{APART}"
        for table in tables & columns_apart().keys()
        if words & columns_apart()[table] or ALL_COLUMNS.search(sql)
    }
    return tables | counters


@cache
def columns_apart() -> dict[str, frozenset[str]]:
    """Return by table the columns whose changes are stamped apart.

    A model names in `stamped_apart` the counters, and what is generated of them alone, that change far more often than
    its words. A page that shows none of them is not touched by them.
    """
    found: dict[str, frozenset[str]] = {}
    for model in apps.get_models():
        if apart := getattr(model, "stamped_apart", ()):
            found[model._meta.db_table] = frozenset(apart)
    return found


@cache
def all_tables() -> frozenset[str]:
    """Return the tables of all models."""
    return frozenset(model._meta.db_table for model in apps.get_models(include_auto_created=True))
