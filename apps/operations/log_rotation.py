"""Log files are kept for 90 days at most: each is set aside every 45 days, over the one that was set aside before."""

import os
import shutil
import time
from pathlib import Path

from django.conf import settings

SET_ASIDE_AFTER = 45 * 24 * 3600  # seconds; the page プライバシー says 90日: twice as long


def set_aside_old() -> int:
    """Copy each log of this machine over its older part and empty it, every 45 days; how many there were.

    Whoever writes the log goes on writing into the emptied file. In containers logs go to the console, and nothing is here.
    """
    folder = settings.VAR_DIR / "log"
    due = [log for log in sorted(folder.glob("*.log")) if _is_due(log)]
    for log in due:
        _set_aside(log)
    return len(due)


def _older(log: Path) -> Path:
    return log.with_suffix(".log.1")


def _is_due(log: Path) -> bool:
    """Whether its older part is missing or of long ago."""
    older = _older(log)
    return not older.exists() or time.time() - older.stat().st_mtime > SET_ASIDE_AFTER


def _set_aside(log: Path) -> None:
    fresh = log.with_suffix(".log.new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy, open(log, "rb") as lines:
        shutil.copyfileobj(lines, copy)
    fresh.replace(_older(log))
    os.truncate(log, 0)
