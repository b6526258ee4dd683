"""Back up a running portal into one folder: `script/backup [folder]`.

The folder gets its name when everything in it is complete and on the disk; until then it is hidden and ends in `.part`.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from chofu_cocreation.runtime.backup import programs
from chofu_cocreation.runtime.backup.contents import Contents, connect, copy_file, files_in, hash_file, read_tables
from chofu_cocreation.runtime.backup.programs import BackupError
from chofu_cocreation.runtime.embedded import EmbeddedError, known_urls, var_dir
from chofu_cocreation.runtime.embedded.state import PROJECT, write_json

FORMAT = 1
PREFIX = "chofu-"
LEFT_OVER = 24 * 3600  # seconds after which an unfinished backup is a killed one's


def backups_folder() -> Path:
    """Return where backups lie: BACKUP_DIR, or `backups` beside the data."""
    given = os.environ.get("BACKUP_DIR")
    return Path(given).expanduser().resolve() if given else var_dir() / "backups"


def owner_url() -> str:
    """Return the database to back up, as the role that owns it. Raise BackupError where none is known."""
    url = os.environ.get("DATABASE_OWNER_URL", "")
    if os.environ.get("DATABASE_URL") and not url:
        raise BackupError(
            "DATABASE_OWNER_URL が指定されていません。控えは、表を持つ役割（chofu_owner）で作ります。\n"
            "Set DATABASE_OWNER_URL: a backup is made as the role that owns the tables."
        )
    url = url or known_urls().get("DATABASE_OWNER_URL", "")
    if not url:
        raise BackupError(
            f"{var_dir()} には、動いたことのあるデータベースがありません。CHOFU_VAR を確かめてください。\n"
            f"No database has ever run in {var_dir()}: check CHOFU_VAR."
        )
    return url


def make(target: Path, url: str, var: Path) -> tuple[Path, Contents]:
    """Write a backup into a new folder below `target`. Return the folder and what it holds.

    Raise BackupError, psycopg.Error or OSError; nothing that looks like a backup is left then.
    """
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_left_over(target)
    now = datetime.now(UTC)
    name = f"{PREFIX}{now:%Y%m%d-%H%M%S}"
    unfinished = target / f".{name}.{os.getpid()}.part"
    unfinished.mkdir(mode=0o700)
    try:
        contents, versions = write_database(url, unfinished / "database.dump")
        contents.media = copy_media(var / "media", unfinished / "media")
        with_key = not os.environ.get("SECRET_KEY") and (var / "secret_key").exists()
        if with_key:
            copy_file(var / "secret_key", unfinished / "secret_key", 0o600)
        manifest = {
            "format": FORMAT, "made_at": now.isoformat(timespec="seconds"), "portal": portal_version(), **versions,
            "database_sha256": hash_file(unfinished / "database.dump"), "secret_key": with_key,
            "tables": contents.tables, "sequences": contents.sequences, "media": contents.media,
        }  # fmt: skip
        write_json(unfinished / "manifest.json", manifest)
        sync_folders(unfinished)
        finished = target / name
        if finished.exists():
            raise BackupError(f"{finished} は、もうあります。/ {finished} exists already.")
        unfinished.rename(finished)
        sync_folder(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return finished, contents


def write_database(url: str, file: Path) -> tuple[Contents, dict[str, Any]]:
    """Dump the database and read its checksums, both in one snapshot. Return them and the versions.

    The values of sequences are those in the dump: a sequence goes on counting beside every snapshot.
    """
    with connect(url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot(), current_setting('server_version')").fetchone()
        snapshot, version = row or ("", "")
        programs.dump(url, file, snapshot)
        contents = Contents(tables=read_tables(connection))
        migrations = connection.execute("SELECT app, max(name) FROM django_migrations GROUP BY app").fetchall()
        connection.execute("COMMIT")
    file.chmod(0o600)
    with open(file, "rb") as dumped:
        os.fsync(dumped.fileno())
    contents.sequences = programs.sequences_in(file)
    return contents, {"postgres": version, "migrations": dict(sorted(migrations))}


def copy_media(source: Path, target: Path) -> dict[str, str]:
    """Copy uploaded files. Return {path: SHA-256}.

    Called after the snapshot was taken, so that every file is there that a row in it names; what is deleted meanwhile is
    left out.
    """
    target.mkdir(mode=0o700)
    copied = {}
    for name in files_in(source):
        (target / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            copied[name] = copy_file(source / name, target / name, 0o600)
        except FileNotFoundError:
            continue
    return copied


def portal_version() -> dict[str, str]:
    """Return version and commit of the portal's code; the commit is empty outside a git checkout."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    git = shutil.which("git")
    commit = ""
    if git and (PROJECT / ".git").exists():
        asked = subprocess.run(  # noqa: S603 - git, with fixed words
            [git, "rev-parse", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False, timeout=10
        )
        commit = asked.stdout.strip() if asked.returncode == 0 else ""
    return {"version": project["version"], "commit": commit}


def sync_folders(top: Path) -> None:
    """Write a folder's names, and those of all folders in it, through to the disk."""
    for path, _folders, _names in os.walk(top):
        sync_folder(Path(path))


def sync_folder(folder: Path) -> None:
    """Write a folder's names through to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_left_over(target: Path) -> None:
    """Remove what killed backups have left in the folder."""
    for path in target.glob(f".{PREFIX}*.part"):
        if time.time() - path.stat().st_mtime > LEFT_OVER:
            shutil.rmtree(path, ignore_errors=True)


def main() -> int:
    """Run from the command line. Return the exit code."""
    parser = argparse.ArgumentParser(prog="script/backup", description="ポータルの控えを、フォルダに一つ作ります。")
    parser.add_argument(
        "folder", nargs="?", type=Path, help="控えを置くフォルダ（省くと BACKUP_DIR、なければ var/backups）"
    )
    target = parser.parse_args().folder or backups_folder()
    began = time.monotonic()
    try:
        finished, contents = make(target.resolve(), owner_url(), var_dir())
    except (BackupError, EmbeddedError, psycopg.Error, OSError) as error:
        print(f"控えを作れませんでした。/ No backup was made.\n{error}", file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in finished.rglob("*") if path.is_file())
    print(f"控えを作りました: {finished}")
    print(f"  {contents.summary()}、{size / 1_000_000:,.1f} MB、{time.monotonic() - began:.1f} 秒")
    if not json.loads((finished / "manifest.json").read_text(encoding="utf-8"))["secret_key"]:
        print("  SECRET_KEY は環境変数で与えられているため、控えに入っていません。別に保管してください。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
