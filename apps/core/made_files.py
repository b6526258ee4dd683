"""File cache for generated public files (PDF, CSV), keyed by a fingerprint of the data they show.

The first request generates the file under a lock; others wait for it without holding a database connection. A changed
state is another file, and the one before it is deleted, so nothing out of date is served.
"""

import fcntl
import hashlib
import io
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from django.conf import settings
from django.db import connections

LONGEST = 20.0  # seconds that somebody waits for the file that another makes
SMALL = 256 * 1024  # bytes; up to so many a file is read at once


class BeingMade(Exception):
    """Another process still generates the file, longer than a request may wait (LONGEST)."""


def made_file(kind: str, name: str, state: str, write: Callable[[IO[bytes]], object]) -> IO[bytes]:
    """Return the file of this kind, name and state, open for reading; `write` generates it if it is not cached.

    state: everything that the content depends on (the cache key). Raises BeingMade after waiting LONGEST seconds.
    """
    folder = settings.MADE_ROOT / kind / hashlib.sha256(name.encode()).hexdigest()[:32]
    path = folder / hashlib.sha256(state.encode()).hexdigest()[:32]
    file_there = _open(path)
    if file_there:
        return file_there
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "ab") as lock:
        _wait_for(lock)
        file_there = _open(path)
        if file_there:
            return file_there
        with NamedTemporaryFile(dir=folder, delete=False) as file:
            try:
                write(file)
                os.replace(file.name, path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        new_file = _open(path)
        if new_file is None:
            raise FileNotFoundError(path)
        for old in folder.iterdir():
            if old not in {path, folder / "lock"}:
                old.unlink(missing_ok=True)
        return new_file


def made_bytes(kind: str, name: str, state: str, make: Callable[[], bytes]) -> bytes:
    """Return the content of such a file as bytes, for what fits into memory; `make` generates it."""
    with made_file(kind, name, state, lambda file: file.write(make())) as file:
        return file.read()


def forget_made(kind: str = "*", *, older_than: float = 0) -> int:
    """Delete cached files, so that they hold no text that was erased meanwhile. Return how many.

    They are generated again on demand. kind: glob of the kinds; older_than: minimum age in seconds.
    """
    gone, until = 0, time.time() - older_than if older_than else math.inf
    for folder in settings.MADE_ROOT.glob(f"{kind}/*"):
        with open(folder / "lock", "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for file in folder.iterdir():
                if file.name != "lock" and file.stat().st_mtime <= until:
                    file.unlink(missing_ok=True)
                    gone += 1
    return gone


def release_connections() -> None:
    """Return this thread's database connections to the pool, except those in a transaction."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _open(path: Path) -> IO[bytes] | None:
    """Return the file (up to SMALL bytes read into memory); None when it does not exist. The caller closes it."""
    try:
        if path.stat().st_size <= SMALL:
            return io.BytesIO(path.read_bytes())
        return open(path, "rb")
    except FileNotFoundError:
        return None


def _wait_for(lock: IO[bytes]) -> None:
    """Acquire an exclusive file lock, releasing database connections while waiting; raises BeingMade after LONGEST."""
    end = time.monotonic() + LONGEST
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            release_connections()
            if time.monotonic() > end:
                raise BeingMade from None
            time.sleep(0.05)
        else:
            return
