"""Restore a backup into an empty folder or machine, and compare every part of it: `script/restore <backup> [--replace]`."""

import argparse
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

from chofu_cocreation.runtime.backup import programs
from chofu_cocreation.runtime.backup.contents import (
    Contents,
    connect,
    copy_file,
    files_in,
    hash_file,
    read_sequences,
    read_tables,
)
from chofu_cocreation.runtime.backup.make import FORMAT, sync_folders
from chofu_cocreation.runtime.backup.programs import BackupError
from chofu_cocreation.runtime.backup.target import Target, choose_target
from chofu_cocreation.runtime.embedded import EmbeddedError, var_dir
from chofu_cocreation.runtime.embedded.state import write_private

ANSWER = "置き換える"


def read_manifest(backup: Path) -> dict[str, Any]:
    """Return the manifest of a complete, undamaged backup. Raise BackupError with a sentence otherwise."""
    try:
        manifest = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupError(
            f"{backup} は、控えのフォルダではありません（manifest.json を読めません）。\n"
            f"{backup} is no backup: its manifest.json cannot be read."
        ) from error
    if manifest.get("format") != FORMAT:
        raise BackupError(
            f"この控えの形式（{manifest.get('format')}）を、このポータルは知りません。新しい版で戻してください。\n"
            f"Format {manifest.get('format')} is unknown here: restore it with a newer version of the portal."
        )
    check_files(backup, manifest)
    return dict(manifest)


def check_files(backup: Path, manifest: dict[str, Any]) -> None:
    """Raise BackupError when a file of the backup is missing or not the one that was written."""
    expected = {"database.dump": manifest["database_sha256"]}
    expected |= {f"media/{name}": digest for name, digest in manifest["media"].items()}
    damaged = [
        name for name, digest in expected.items()
        if not (backup / name).is_file() or hash_file(backup / name) != digest
    ]  # fmt: skip
    if manifest["secret_key"] and not (backup / "secret_key").is_file():
        damaged.append("secret_key")
    if damaged:
        raise BackupError(
            f"控えの中のファイルが、ないか、壊れています。別の控えを使ってください: {'、'.join(damaged[:5])}\n"
            f"{len(damaged)} files of the backup are missing or damaged: use another one."
        )


def require_empty(target: Target, var: Path, *, replace: bool) -> None:
    """Refuse a place that holds a portal, unless it is to be replaced and somebody confirms it."""
    if target.is_empty() and not any(files_in(var / "media")):
        return
    if not target.may_replace:
        raise BackupError(
            "このデータベースには、すでに表があります。空のデータベースを用意してください（docs/operations.md）。\n"
            "This database is not empty, or there are files in media: make an empty one (docs/operations.md)."
        )
    if not replace:
        raise BackupError(
            f"{var} には、すでにポータルのデータがあります。別のフォルダを CHOFU_VAR に指定してください。"
            "そのデータを捨てて控えに置き換えるときは、--replace を付けてください。\n"
            f"{var} holds a portal: set CHOFU_VAR to an empty folder, or give --replace to throw that data away."
        )
    print(f"{var} のデータベースとファイルは、控えの内容に置き換えられ、元に戻せません。", flush=True)
    if input(f"続けるには「{ANSWER}」と入力してください: ").strip() != ANSWER:
        raise BackupError("取りやめました。何も変わっていません。/ Nothing was changed.")


def restore(backup: Path, var: Path, *, replace: bool = False) -> tuple[Contents, list[str]]:
    """Restore a backup. Return what is in it, and the differences between it and what is now there (none).

    Database and files take their place only when they have been compared. Raise BackupError, EmbeddedError,
    psycopg.Error or OSError.
    """
    manifest = read_manifest(backup)
    expected = Contents(manifest["tables"], manifest["sequences"], manifest["media"])
    target = choose_target(var)
    target.open()
    try:
        require_empty(target, var, replace=replace)
        fresh = var / "media.restored"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            url = target.prepare()
            programs.restore(backup / "database.dump", url)
            found = Contents(media=bring_media(backup / "media", fresh))
            with connect(url) as connection:
                found.tables, found.sequences = read_tables(connection), read_sequences(connection)
                connection.execute("ANALYZE")
            differences = expected.differences(found)
            if differences:
                target.reject()
                shutil.rmtree(fresh)
                return expected, differences
        except BaseException:
            target.reject()
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        target.accept()
        put_files(backup, fresh, var, with_key=manifest["secret_key"])
        return expected, []
    finally:
        target.close()


def bring_media(source: Path, fresh: Path) -> dict[str, str]:
    """Copy the uploaded files beside the portal's own. Return {path: SHA-256}."""
    fresh.mkdir(parents=True)
    found = {}
    for name in files_in(source):
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        found[name] = copy_file(source / name, fresh / name, 0o644)
    sync_folders(fresh)
    return found


def put_files(backup: Path, fresh: Path, var: Path, *, with_key: bool) -> None:
    """Put the uploaded files and the signing key in their place, and remove what was made from the data of before."""
    old = var / "media.replaced"
    shutil.rmtree(old, ignore_errors=True)
    if (var / "media").exists():
        (var / "media").rename(old)
    fresh.rename(var / "media")
    if with_key:
        write_private(var / "secret_key", (backup / "secret_key").read_text(encoding="utf-8"))
    for path in (old, var / "made"):
        shutil.rmtree(path, ignore_errors=True)


def main() -> int:
    """Run from the command line. Return the exit code: 0 when everything is there and equal."""
    parser = argparse.ArgumentParser(prog="script/restore", description="控えを、空のフォルダに戻します。")
    parser.add_argument("backup", type=Path, help="控えのフォルダ（chofu-…）")
    parser.add_argument("--replace", action="store_true", help="今あるデータを捨てて置き換えます（確かめてから）")
    given = parser.parse_args()
    began, var = time.monotonic(), var_dir()
    try:
        expected, differences = restore(given.backup.resolve(), var, replace=given.replace)
    except (BackupError, EmbeddedError, psycopg.Error, OSError, EOFError) as error:
        print(f"控えを戻せませんでした。/ Nothing was restored.\n{error}", file=sys.stderr)
        return 1
    if differences:
        print("戻した内容が、控えと違います。使わないでください。/ Differs from the backup:", file=sys.stderr)
        print("\n".join(differences[:50]), file=sys.stderr)
        return 1
    print(f"控えを戻しました: {given.backup} → {var}")
    print(f"  控えと同じことを確かめました: {expected.summary()}（{time.monotonic() - began:.1f} 秒）")
    print("  控えを作ったあとに伏せたもの、消したもの、退会した人は、もう一度その手続きをしてください。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
