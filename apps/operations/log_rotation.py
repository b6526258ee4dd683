"""Log rotation: log files are kept for 90 days at most, in two parts of 45 days."""

import os
import shutil
import time
from pathlib import Path

from django.conf import settings

SET_ASIDE_AFTER = 45 * 24 * 3600  # seconds; the page プライバシー says 90日: twice as long


def set_aside_old() -> int:
    """Copy each due log over its older part and truncate it. Return how many.

    Writers keep their open file. In containers logs go to the console, and there are no files.
    """
    folder = settings.VAR_DIR / "log"
    due = [log for log in sorted(folder.glob("*.log")) if _is_due(log)]
    for log in due:
        _set_aside(log)
    return len(due)


def _older(log: Path) -> Path:
    """Return the path of the older part."""
    return log.with_suffix(".log.1")


def _is_due(log: Path) -> bool:
    """Return whether the older part is missing or older than SET_ASIDE_AFTER."""
    older = _older(log)
    return not older.exists() or time.time() - older.stat().st_mtime > SET_ASIDE_AFTER


def _set_aside(log: Path) -> None:
    """Copy a log over its older part (atomically: write and rename), then truncate it."""
    fresh = log.with_suffix(".log.new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy, open(log, "rb") as lines:
        shutil.copyfileobj(lines, copy)
    fresh.replace(_older(log))
    os.truncate(log, 0)
