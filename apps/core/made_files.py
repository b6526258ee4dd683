"""Files for everyone, made once for each state of what they show and then served as files.

Whoever asks first makes the file; whoever asks meanwhile waits for it without holding a connection to the database.
Nothing is served that the data does not say now: another state is another file, and the one before it is removed.
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
from typing import IO, Any

from django.conf import settings
from django.db import connections

LONGEST = 20.0  # seconds that somebody waits for the file that another makes
SMALL = 256 * 1024  # bytes; up to so many a file is read at once


class BeingMade(Exception):
    """The file is being made, and that takes longer than anybody should wait for a page."""


def made_file(kind: str, name: str, state: str, write: Callable[[IO[bytes]], Any]) -> IO[bytes]:
    """Give the file of this kind and name as it is in this state, open for reading; `write` makes it if it is not there."""
    folder = settings.MADE_ROOT / kind / hashlib.sha256(name.encode()).hexdigest()[:32]
    wanted = folder / hashlib.sha256(state.encode()).hexdigest()[:32]
    found = _open(wanted)
    if found:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "ab") as lock:
        _wait_for(lock)
        found = _open(wanted)
        if found:
            return found
        with NamedTemporaryFile(dir=folder, delete=False) as file:
            try:
                write(file)
                os.replace(file.name, wanted)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        made = _open(wanted)
        if made is None:
            raise FileNotFoundError(wanted)
        for old in folder.iterdir():
            if old not in {wanted, folder / "lock"}:
                old.unlink(missing_ok=True)
        return made


def made_bytes(kind: str, name: str, state: str, make: Callable[[], bytes]) -> bytes:
    """The same for what fits into memory."""
    with made_file(kind, name, state, lambda file: file.write(make())) as file:
        return file.read()


def forget_made(kind: str = "*", *, older_than: float = 0) -> int:
    """Remove what was made, so that no words lie there that went meanwhile; how many files. They are made again on demand.

    older_than: in seconds, only those.
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
    """Give the connections of this thread back to the pool, unless something is under way on them."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _open(path: Path) -> IO[bytes] | None:
    """The file, a small one in memory; the answer closes it."""
    try:
        if path.stat().st_size <= SMALL:
            return io.BytesIO(path.read_bytes())
        return open(path, "rb")
    except FileNotFoundError:
        return None


def _wait_for(lock: IO[bytes]) -> None:
    """Take the lock of a file, without a connection while another holds it."""
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
