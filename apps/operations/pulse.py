"""The pulse of worker and beat: noted each minute by a worker because beat ordered it, so that its age tells of both.

It lies in the database's cache, so that it can be read while Valkey is away.
"""

import time

from django.core.cache import caches

KEY = "pulse-of-worker-and-beat"
KEPT = 24 * 3600


def note_pulse() -> None:
    """Note that beat and a worker are at work now."""
    caches["database"].set(KEY, time.time(), KEPT)


def last_pulse() -> float | None:
    """Return the Unix time of the last pulse; None when there was none for a day."""
    found = caches["database"].get(KEY)
    return found if isinstance(found, float) else None
