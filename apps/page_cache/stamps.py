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

from apps.page_cache.models import TableStamp

TRIGGER = "page_cache_changed"
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
            if model._meta.managed and table in existing - finished and model not in WITHOUT:
                cursor.execute(CREATE.format(trigger=TRIGGER, table=quoted(table), function=FUNCTION))
    stamped_tables.cache_clear()


@cache
def stamped_tables() -> frozenset[str]:
    """Return the tables that have the trigger."""
    with connection.cursor() as cursor:
        cursor.execute(STAMPED, [TRIGGER])
        return frozenset(name.strip('"') for (name,) in cursor.fetchall())


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
