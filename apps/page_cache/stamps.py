"""Table stamps: which version of each table a page was made of, and whether it is still the present one.

PostgreSQL draws a table's stamp anew in the transaction of each change (statement triggers on every table, installed after
each `migrate`), whoever makes it: a view, a task, the admin site, a migration or psql.
"""

from functools import cache, reduce
from operator import xor
from typing import Any

from django.apps import AppConfig
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection, connections, models

from apps.core.table_reads import APART
from apps.page_cache.models import TableStamp

TRIGGER = "page_cache_changed"
TRIGGER_APART = "page_cache_counters"
FUNCTION = "page_cache_change_stamp"
# Written with nearly every request of somebody signed in, and on no page for others.
WITHOUT: tuple[type[models.Model], ...] = (Session, LogEntry, TableStamp)
ALL = f"SELECT table_name, bit_xor(value) FROM {TableStamp._meta.db_table} GROUP BY table_name"  # noqa: S608
SOME = f"SELECT bit_xor(value) FROM {TableStamp._meta.db_table} WHERE table_name = ANY(%s)"  # noqa: S608
STAMPED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s"
CREATE = (
    "CREATE TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
)


# Of a model with `stamped_apart`: one trigger for these columns, one for all others.
COLUMNS = """
SELECT coalesce(array_agg(a.attname::text ORDER BY a.attname), '{}') FROM pg_trigger t
JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY(t.tgattr) WHERE t.tgrelid = %s::regclass AND t.tgname = %s
"""
CREATE_FOR = (
    "CREATE TRIGGER {trigger} AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF {columns} ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION {function}({name})"
)


def install_triggers(sender: AppConfig, using: str, **_signal: Any) -> None:
    """Create the trigger on every table of an app that has none yet (receiver of `post_migrate`)."""
    database = connections[using]
    quoted = database.ops.quote_name
    with database.cursor() as cursor:
        cursor.execute("SELECT to_regproc(%s)", [FUNCTION])
        if cursor.fetchone()[0] is None:  # a database that was migrated only as far as a time before the page cache
            return
        cursor.execute(STAMPED, [TRIGGER])
        finished = {name.strip('"') for (name,) in cursor.fetchall()}
        existing = set(database.introspection.table_names(cursor))
        for model in sender.get_models(include_auto_created=True):
            table = model._meta.db_table
            if getattr(model, "stamped_apart", ()):
                if table in existing:
                    _install_apart(cursor, model)
            elif model._meta.managed and table in existing - finished and model not in WITHOUT:
                cursor.execute(CREATE.format(trigger=TRIGGER, table=quoted(table), function=FUNCTION))
    stamped_tables.cache_clear()


def _install_apart(cursor: Any, model: type[models.Model]) -> None:
    """Create the two triggers of a model with columns that are stamped apart, anew when its columns have changed."""
    table = model._meta.db_table
    written = {str(field.column) for field in model._meta.concrete_fields if not field.generated}
    apart = written & set(model.stamped_apart)  # type: ignore[attr-defined]
    others = written - apart
    for trigger, columns, name in ((TRIGGER, others, ""), (TRIGGER_APART, apart, f"'{table}{APART}'")):
        cursor.execute(COLUMNS, [table, trigger])
        if set(cursor.fetchone()[0]) == columns:
            continue
        cursor.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
        listed = ", ".join(sorted(columns))
        facts = {"table": table, "function": FUNCTION, "name": name}
        cursor.execute(CREATE_FOR.format(trigger=trigger, columns=listed, **facts))


@cache
def stamped_tables() -> frozenset[str]:
    """Return the tables that have the trigger, and `t.counters` for those with columns that are stamped apart."""
    with connection.cursor() as cursor:
        cursor.execute(STAMPED, [TRIGGER])
        tables = {name.strip('"') for (name,) in cursor.fetchall()}
        cursor.execute(STAMPED, [TRIGGER_APART])
        return frozenset(tables | {name.strip('"') + APART for (name,) in cursor.fetchall()})


def read_stamps() -> dict[str, int]:
    """Return the stamp of every table that changed since the portal began."""
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        return dict(cursor.fetchall())


def read_stamp(tables: list[str]) -> int:
    """Return the stamp of these tables together."""
    with connection.cursor() as cursor:
        cursor.execute(SOME, [tables])
        row = cursor.fetchone()
    return (row and row[0]) or 0


def combine(stamps: dict[str, int], tables: list[str]) -> int:
    """Return the stamp of some tables together, from those of all tables."""
    return reduce(xor, (stamps.get(table, 0) for table in tables), 0)
