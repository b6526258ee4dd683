"""Read what a database and a media folder hold, so that a restored copy can be compared with its original."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]
# Rows are compared as text: whoever asks must ask with the same settings.
SESSION = {
    "TimeZone": "UTC", "DateStyle": "ISO, YMD", "IntervalStyle": "postgres", "extra_float_digits": "1",
    "bytea_output": "hex", "lock_timeout": "30s", "statement_timeout": "1h",
}  # fmt: skip
TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = %s AND n.nspname = 'public'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""
# The sum over all rows does not depend on their order, and a row that stands twice counts twice.
ROWS = "SELECT count(*), coalesce(sum(('x' || left(md5(r::text), 16))::bit(64)::bigint::numeric), 0)::text FROM {} AS r"
BLOCK = 1024 * 1024


@dataclass
class Contents:
    """What a portal holds: rows and checksum of each table, value of each sequence, SHA-256 of each uploaded file."""

    tables: dict[str, list[Any]] = field(default_factory=dict)
    sequences: dict[str, list[Any]] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)

    def differences(self, other: "Contents") -> list[str]:
        """Return a line for each part in which the other one differs; empty when both are equal."""
        found = []
        for kind, word in (("tables", "表"), ("sequences", "連番"), ("media", "ファイル")):
            mine, theirs = getattr(self, kind), getattr(other, kind)
            for name in sorted(mine.keys() | theirs.keys()):
                if mine.get(name) != theirs.get(name):
                    found.append(f"{word} {name}: {mine.get(name, 'なし')} → {theirs.get(name, 'なし')}")
        return found

    def summary(self) -> str:
        """Return how much it is, in one line."""
        rows = sum(row[0] for row in self.tables.values())
        return f"表 {len(self.tables)}、行 {rows:,}、連番 {len(self.sequences)}、アップロードされたファイル {len(self.media):,}"


def connect(url: str) -> Connection:
    """Connect with bounded waits and the settings under which rows are compared."""
    connection = psycopg.connect(url, connect_timeout=5, autocommit=True)
    for name, value in SESSION.items():
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])
    return connection


def read_tables(connection: Connection) -> dict[str, list[Any]]:
    """Return {table: [rows, checksum]} of the portal's schema, in the connection's snapshot."""
    found = {}
    for name in connection.execute(TABLES, ["r"]).fetchall():
        row = connection.execute(sql.SQL(ROWS).format(sql.Identifier(*name))).fetchone()
        found[".".join(name)] = list(row or ())
    return found


def read_sequences(connection: Connection) -> dict[str, list[Any]]:
    """Return {sequence: [last value, whether it was given out]} as they are now: sequences know no snapshot."""
    found = {}
    for name in connection.execute(TABLES, ["S"]).fetchall():
        row = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(*name))
        ).fetchone()
        found[".".join(name)] = list(row or ())
    return found


def is_empty(connection: Connection) -> bool:
    """Return whether the database has no table of a portal."""
    return not connection.execute(TABLES, ["r"]).fetchall()


def files_in(folder: Path) -> Iterator[str]:
    """Yield the path of each file below a folder, relative to it; nothing where there is no such folder."""
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            full = Path(path, name)
            if full.is_file() and not full.is_symlink():
                yield full.relative_to(folder).as_posix()


def copy_file(source: Path, target: Path, mode: int) -> str:
    """Copy a file to a new place, written through to the disk. Return its SHA-256. Raise OSError, and leave nothing then."""
    digest = hashlib.sha256()
    with (
        open(source, "rb") as file,
        open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as copy,
    ):
        while block := file.read(BLOCK):
            digest.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
