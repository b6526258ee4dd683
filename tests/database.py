"""The tests' database: as the migrations leave it, at the start of a run and again after every test that commits.

`script/test --fast` keeps a copy of the database as the migrations made it, and starts from that: nothing of an earlier
run can be in it. The copy's name holds a fingerprint of all that the migrations are made of, so another one is made
when they change. Rows that migrations insert are read at the start, whatever they are, and put back after each test
that commits (Django empties all tables then).
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone

from apps.page_cache.models import TableStamp
from apps.portal import demo

FAST = "TEST_FAST"
KEPT = "migrated_"  # a kept copy's name begins so
OUR_IMPORT = re.compile(r"^\s*(?:from|import)\s+((?:apps|chofu_cocreation)(?:\.\w+)+)", re.MULTILINE)


def fingerprint() -> str:
    """Change whenever the migrations have changed, or what those import that make rows, a package, or what is installed."""
    asked = (
        settings.INSTALLED_APPS,
        settings.AUTH_USER_MODEL,
        settings.DEFAULT_AUTO_FIELD,
        settings.CACHES["database"],
    )
    digest = hashlib.sha256(repr(asked).encode())
    files = {
        settings.BASE_DIR / "requirements-dev.lock",
        settings.BASE_DIR / "chofu_cocreation/runtime/embedded/postgres.py",
    }
    for path in settings.BASE_DIR.glob("apps/*/migrations/*.py"):
        text = path.read_text(encoding="utf-8")
        files |= {path, *map(module_file, OUR_IMPORT.findall(text) if "RunPython" in text else [])}
    for path in sorted(files):
        digest.update(f"{path} ".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def module_file(name: str) -> Path:
    """Where a module of ours stands; the name may end in something that the module defines."""
    path = settings.BASE_DIR / name.replace(".", "/")
    while not (found := path.with_suffix(".py")).exists():
        if (found := path / "__init__.py").exists():
            break
        path = path.parent
    return found


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Let parallel test processes do something one after the other."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with open(settings.VAR_DIR / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_fast() -> bool:
    return os.environ.get(FAST) == "1"


class KeptCopy:
    """The copy of the migrated database that `--fast` starts from, beside the test database of this process."""

    def __init__(self) -> None:
        self.name = KEPT + fingerprint()

    def _run(self, statement: str, *names: str) -> list[tuple[str, ...]]:
        """Run a statement beside the test database: no database is copied while somebody is in it."""
        connection.close()
        quoted = [connection.ops.quote_name(name) for name in names]
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement.format(*quoted))
            return cursor.fetchall() if cursor.description else []

    def exists(self) -> bool:
        return bool(self._run(f"SELECT 1 FROM pg_database WHERE datname = '{self.name}'"))

    def drop(self, name: str) -> None:
        """Take a database away, whoever a killed run may have left in it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def use(self) -> None:
        """Make the test database anew from the copy."""
        name = connection.creation._get_test_db_name()
        self.drop(name)
        self._run("CREATE DATABASE {} TEMPLATE {}", name, self.name)
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name

    def make(self) -> None:
        """Copy the test database as the migrations have just left it, and drop the copies of other migrations."""
        for (old,) in self._run(f"SELECT datname FROM pg_database WHERE starts_with(datname, '{KEPT}')"):
            self.drop(old)
        self._run("CREATE DATABASE {} TEMPLATE {}", self.name, connection.settings_dict["NAME"])


class MigratedRows:
    """The rows that stand in the database when its migrations have run, but for those that triggers write."""

    def __init__(self) -> None:
        self.tables: dict[str, bytes] = {}
        with connection.cursor() as cursor:
            tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
            for table in tables - {TableStamp._meta.db_table}:
                with cursor.copy(f"COPY {connection.ops.quote_name(table)} TO STDOUT") as copy:
                    rows = b"".join(map(bytes, copy))
                if rows:
                    self.tables[table] = rows

    def put_back(self) -> None:
        """Insert them into empty tables; foreign keys are looked at when all are in."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table, rows in self.tables.items():
                with cursor.copy(f"COPY {connection.ops.quote_name(table)} FROM STDIN") as copy:
                    copy.write(rows)


class FirstDay:
    """A portal on its first day: loaded once in a process, its rows copied into the transaction of every further test.

    What loads them makes every row by the portal's own actions, which takes seconds; the copy takes a tenth of that. A
    test with another clock, or with other settings that the load asks for, has a copy of its own.
    """

    def __init__(self) -> None:
        self.made: dict[Any, tuple[dict[str, bytes], list[tuple[str, int]]]] = {}

    def load(self) -> None:
        key = (timezone.now(), settings.IS_DEMO, settings.SITE_URL)
        if key in self.made:
            self._copy_in(*self.made[key])
        else:
            assert demo.load()
            self.made[key] = self._copy_out()

    def _copy_out(self) -> tuple[dict[str, bytes], list[tuple[str, int]]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL")
            sequences = cursor.fetchall()
        return MigratedRows().tables, sequences

    def _copy_in(self, tables: dict[str, bytes], sequences: list[tuple[str, int]]) -> None:
        """Replace all rows, without the triggers that would write them once more; foreign keys are looked at at the end."""
        standing = [connection.ops.quote_name(table) for table in tables.keys() | MigratedRows().tables.keys()]
        with connection.cursor() as cursor:
            for table in standing:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table in standing:
                cursor.execute(f"DELETE FROM {table}")
            for table, rows in tables.items():
                with cursor.copy(f"COPY {connection.ops.quote_name(table)} FROM STDIN") as copy:
                    copy.write(rows)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in standing:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for sequence, value in sequences:
                cursor.execute("SELECT setval(%s::regclass, %s)", [sequence, value])


def keep_migrated_rows() -> None:
    """See to it that emptying the tables after a test that commits leaves what the migrations had put in."""
    migrated = MigratedRows()

    def empty(_test: TransactionTestCase) -> None:
        # Not what Django does after migrations: content types and permissions come back with the rows, numbers and all.
        with connection.cursor() as cursor:  # a busy machine may take longer than a page has
            cursor.execute("SET statement_timeout = 0")
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
            migrated.put_back()
            cursor.execute("RESET statement_timeout")

    TransactionTestCase._fixture_teardown = empty


def make() -> list[Any]:
    """Make the test database of this process; the answer is for `remove`."""
    if not is_fast():
        made = setup_databases(verbosity=0, interactive=False)
    else:
        made = []
        with one_at_a_time("database"):
            kept = KeptCopy()
            if not kept.exists():
                kept.drop(connection.creation._get_test_db_name())
                setup_databases(verbosity=0, interactive=False)
                kept.make()
            kept.use()
    keep_migrated_rows()
    return made


first_day = FirstDay()


def remove(made: list[Any]) -> None:
    """Take it away at the end of a run. A fast run leaves it: the next one makes it anew."""
    if made:
        teardown_databases(made, verbosity=0)
