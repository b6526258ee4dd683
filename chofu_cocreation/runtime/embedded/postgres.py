"""Run PostgreSQL from the wheel, on 127.0.0.1 only, every connection by password."""

import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from chofu_cocreation.runtime.embedded.home import Home
from chofu_cocreation.runtime.embedded.process import Log, choose_port, find, spawn, stop
from chofu_cocreation.runtime.embedded.state import EmbeddedError

DATABASE = "chofu"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist", "pg_stat_statements")
START_LIMIT = 120.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may be 107 bytes long, a project's folder longer
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",  # short queries: compiling costs more than it saves
    "max_parallel_workers_per_gather": "0",  # two cores serve the web; and containers give 64 MB of /dev/shm
    "timezone": "Asia/Tokyo",
    "log_timezone": "Asia/Tokyo",
    # What residents typed does not go into a log: no statement (values stand in them), no row of an error's DETAIL. Slow
    # statements are seen in pg_stat_statements, without their values.
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "lc_messages": "C",
    "shared_preload_libraries": "pg_stat_statements",
}
# What a test writes may be lost with the machine; what a resident wrote may not.
TEST_SETTINGS = {
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "300",
    "shared_preload_libraries": "", "autovacuum_naptime": "10min",
}  # fmt: skip


class Postgres:
    """The PostgreSQL server of one home."""

    def __init__(self, home: Home, log: Path, passwords: dict[str, str], *, for_tests: bool) -> None:
        self.home = home
        self.log_path = log
        self.passwords = passwords
        self.for_tests = for_tests
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid_file(self) -> Path:
        return self.home.postgres / "postmaster.pid"

    def start(self, kept_port: int | None) -> int:
        """Start it, with roles and database, and return its port.

        A server left over from a killed supervisor is stopped first: the new one then has today's settings and ends
        with its supervisor.
        """
        deadline = time.monotonic() + START_LIMIT
        if not (self.home.postgres / "PG_VERSION").exists():
            self._make_cluster()
        self._check_version()
        self.stop()
        self.pid_file.unlink(missing_ok=True)  # whoever it names is not our server; PostgreSQL would believe it
        port = self._start_and_wait(kept_port, deadline)
        try:
            self._make_roles(port)
        except BaseException:
            self.stop()
            raise
        return port

    def stop(self) -> None:
        """Shut down fast, or immediately when that takes too long (the next start recovers from the log)."""
        running = find("postgres", self.home.postgres, self.pid_file)
        if running is None and self.process is not None and self.process.poll() is None:
            running = psutil.Process(self.process.pid)
        if running is not None:
            stop(running, [(signal.SIGINT, 10.0), (signal.SIGQUIT, 4.0)])
        if self.process is not None:
            self.process.poll()

    def _make_cluster(self) -> None:
        """Run initdb in a folder beside the final one and rename it when complete (atomic: a kill leaves nothing half made)."""
        unfinished = self.home.postgres.with_name("postgres.new")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        self.home.own_folder(unfinished)
        # Beside the cluster: initdb wants its own folder empty, and reads this as the servers' account.
        folder = self.home.postgres.with_name("initdb")
        self.home.own_folder(folder)
        password_file = folder / "password"
        self.home.own_file(password_file, self.passwords["postgres"] + "\n")
        log = Log.open(self.log_path)
        try:
            process = spawn(
                [
                    self.home.postgres_bin / "initdb", "--pgdata", unfinished, "--username=postgres",
                    "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--pwfile", password_file,
                    *(["--no-sync"] if self.for_tests else []),
                ],
                folder=folder, log=log, user=self.home.user, death_signal=signal.SIGTERM,
            )  # fmt: skip
            if process.wait(START_LIMIT) != 0:
                raise EmbeddedError(
                    f"データベースを用意できませんでした。/ initdb failed. {self.log_path}:\n{log.tail()}"
                )
        finally:
            password_file.unlink()
            folder.rmdir()
        if self.home.postgres.exists():
            self.home.postgres.rmdir()  # empty, or this refuses
        unfinished.rename(self.home.postgres)

    def _check_version(self) -> None:
        data = (self.home.postgres / "PG_VERSION").read_text(encoding="ascii").strip()
        program = subprocess.run(  # noqa: S603 - our own program
            [self.home.postgres_bin / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[2]
        if program.split(".")[0] != data:
            raise EmbeddedError(
                f"データは PostgreSQL {data} のもので、プログラムは {program} です。"
                "docs/operations.md の手順で移してください。\n"
                f"The data is of PostgreSQL {data}, the program is {program}: see docs/operations.md for the upgrade."
            )

    def _start_and_wait(self, kept_port: int | None, deadline: float) -> int:
        """Start until it answers.

        Two failures pass by themselves: the port was taken between our look and its bind, and the children of a killed
        postmaster still hold its shared memory for a moment.
        """
        settings = {**SETTINGS, **(TEST_SETTINGS if self.for_tests else {})}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        while True:
            port = choose_port(kept_port)
            log = Log.open(self.log_path)
            self.process = spawn(
                [self.home.postgres_bin / "postgres", "-D", self.home.postgres.resolve(), "-p", str(port), *options],
                folder=self.home.postgres, log=log, user=self.home.user, death_signal=signal.SIGINT,
            )  # fmt: skip
            if self._answers(port, deadline):
                return port
            ended, tail = self.process.poll() is not None, log.tail()
            if not (ended and "in use" in tail and time.monotonic() < deadline):
                self.stop()
                raise EmbeddedError(
                    f"データベースを起動できませんでした。/ PostgreSQL did not start within {START_LIMIT:.0f} s. "
                    f"{self.log_path}:\n{tail}"
                )
            time.sleep(0.5)

    def _answers(self, port: int, deadline: float) -> bool:
        """Wait until a connection with our password succeeds. Return False when the server ended or took too long."""
        while self.process is not None and self.process.poll() is None and time.monotonic() < deadline:
            try:
                self._connect(port, "postgres").close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    self.stop()
                    raise EmbeddedError(
                        "データベースのパスワードが合いません。var/passwords.json を元に戻してください。\n"
                        "PostgreSQL refuses the password: restore var/passwords.json from where it was."
                    ) from error
                time.sleep(0.05)
            else:
                return True
        return False

    def _connect(self, port: int, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1", port=port, dbname=database, user="postgres", password=self.passwords["postgres"],
            connect_timeout=5, autocommit=True,
        )  # fmt: skip

    def _make_roles(self, port: int) -> None:
        """Create owner and application role, database and extensions. Idempotent."""
        with self._connect(port, "postgres") as connection:
            for role in ("chofu_owner", "chofu_app"):
                self._make_role(connection, role)
            if self.for_tests:
                # The tests make their own databases, and prove under SET ROLE what the application may not do.
                connection.execute("ALTER ROLE chofu_owner CREATEDB")
                connection.execute("GRANT chofu_app TO chofu_owner")
            name = sql.Identifier(DATABASE)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER chofu_owner").format(name))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO chofu_app").format(name))
        for database in [DATABASE, *(["template1"] if self.for_tests else [])]:
            with self._connect(port, database) as connection:
                self._make_extensions(connection)

    def _make_role(self, connection: psycopg.Connection[tuple[object, ...]], role: str) -> None:
        """Create a role with LOGIN only. Send the password as a SCRAM hash, so that no log can hold it. Idempotent."""
        name = sql.Identifier(role)
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {}").format(name))
        hashed = connection.pgconn.encrypt_password(self.passwords[role].encode(), role.encode(), b"scram-sha-256")
        connection.execute(
            sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD {}").format(
                name, sql.Literal(hashed.decode())
            )
        )

    def _make_extensions(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        connection.execute("SET client_min_messages = warning")
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        connection.execute("GRANT USAGE ON SCHEMA public TO chofu_owner, chofu_app")
        found = connection.execute("SELECT cardinality(show_trgm('公園で遊ぶ'))").fetchone()
        if not found or not found[0]:
            raise EmbeddedError(
                "このデータベースでは、日本語の検索ができません（ロケール C.UTF-8 が使われていません）。\n"
                "This database cannot search Japanese text: its locale is not C.UTF-8."
            )
