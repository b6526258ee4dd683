"""The database that a restore fills: the embedded server of a folder, or an empty database of an outside server."""

import os
from contextlib import suppress
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from chofu_cocreation.runtime.backup.contents import connect, is_empty
from chofu_cocreation.runtime.backup.programs import BackupError
from chofu_cocreation.runtime.embedded import state
from chofu_cocreation.runtime.embedded.postgres import DATABASE, EXTENSIONS
from chofu_cocreation.runtime.embedded.servers import Servers

FRESH = f"{DATABASE}_restored"  # under this name until everything in it has been compared
OLD = f"{DATABASE}_replaced"
QUEUE, CACHE = 0, 1


class EmbeddedTarget:
    """The embedded servers of a folder, running for the time of a restore.

    The dump goes into a database of another name, which takes the place of the portal's when it is complete.
    """

    may_replace = True

    def __init__(self, var: Path) -> None:
        self.servers = Servers(var)
        self.var = self.servers.var
        self.urls: dict[str, str] = {}

    def open(self) -> None:
        """Start the servers. Raise EmbeddedError where a portal runs in the folder."""
        self.urls = self.servers.start()

    def close(self) -> None:
        """Stop the servers."""
        self.servers.stop()

    def is_empty(self) -> bool:
        """Return whether no portal was ever set up in the database."""
        with connect(self.urls["DATABASE_OWNER_URL"]) as connection:
            return is_empty(connection)

    def prepare(self) -> str:
        """Make an empty database with its extensions. Return its URL as the owner's role."""
        with self._superuser("postgres") as connection:
            self._drop(connection, FRESH)
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER chofu_owner TEMPLATE template0").format(sql.Identifier(FRESH))
            )
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(FRESH)))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO chofu_app").format(sql.Identifier(FRESH)))
        with self._superuser(FRESH) as connection:
            for extension in EXTENSIONS:
                connection.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
            connection.execute("GRANT USAGE ON SCHEMA public TO chofu_owner, chofu_app")
        return self.urls["DATABASE_OWNER_URL"].removesuffix(DATABASE) + FRESH

    def accept(self) -> None:
        """Let the restored database take the portal's name, and drop the one that had it."""
        with self._superuser("postgres") as connection:
            self._drop(connection, OLD)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            with connection.transaction():
                connection.execute(rename.format(sql.Identifier(DATABASE), sql.Identifier(OLD)))
                connection.execute(rename.format(sql.Identifier(FRESH), sql.Identifier(DATABASE)))
            self._drop(connection, OLD)
        forget_cached(self.urls["REDIS_URL"])

    def reject(self) -> None:
        """Drop the half-restored database; the portal's own is as it was."""
        with suppress(psycopg.Error), self._superuser("postgres") as connection:
            self._drop(connection, FRESH)

    def _drop(self, connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _superuser(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        port = state.read_json(self.var / "embedded.json")["ports"]["postgres"]
        return psycopg.connect(
            host="127.0.0.1", port=port, dbname=database, user="postgres",
            password=state.passwords(self.var)["postgres"], connect_timeout=5, autocommit=True,
        )  # fmt: skip


class OutsideTarget:
    """An empty database of an outside server, made by its administrator with roles and extensions (docker/roles.sh)."""

    may_replace = False

    def __init__(self, owner_url: str, redis_url: str) -> None:
        self.owner_url, self.redis_url = owner_url, redis_url

    def open(self) -> None:
        """Do nothing: the server runs."""

    def close(self) -> None:
        """Do nothing: the server goes on running."""

    def is_empty(self) -> bool:
        """Return whether the database has no table of a portal."""
        with connect(self.owner_url) as connection:
            return is_empty(connection)

    def prepare(self) -> str:
        """Return the URL of the database: it is filled in one transaction."""
        return self.owner_url

    def accept(self) -> None:
        """Forget what a portal of former times has put into the cache."""
        forget_cached(self.redis_url)

    def reject(self) -> None:
        """Do nothing: a failed restore has been rolled back, and a database that differs is left to be looked at."""


Target = EmbeddedTarget | OutsideTarget


def choose_target(var: Path) -> Target:
    """Return where the environment says that the portal's database is. Raise BackupError when it says half of it."""
    app, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if not app and not owner:
        return EmbeddedTarget(var)
    if not owner:
        raise BackupError(
            "DATABASE_OWNER_URL が指定されていません。控えは、表を持つ役割（chofu_owner）で戻します。\n"
            "Set DATABASE_OWNER_URL: a backup is restored as the role that owns the tables."
        )
    return OutsideTarget(owner, os.environ.get("REDIS_URL", ""))


def forget_cached(url: str) -> None:
    """Empty the portal's queue and cache: what they hold belongs to the database of before. They may be away."""
    for number in (QUEUE, CACHE) if url else ():
        with suppress(redis.RedisError, OSError):
            redis.Redis.from_url(f"{url.rstrip('/')}/{number}", socket_connect_timeout=3, socket_timeout=5).flushdb()
