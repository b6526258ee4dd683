"""The pulse of worker and beat: noted each minute by a worker because beat ordered it, so that its age says of both."""

import time

from django.core.cache import cache

KEY = "pulse-of-worker-and-beat"
KEPT = 24 * 3600


def note_pulse() -> None:
    """Note that beat and a worker are at work now."""
    cache.set(KEY, time.time(), KEPT)


def last_pulse() -> float | None:
    """Return the Unix time of the last pulse; None when there was none for a day."""
    found = cache.get(KEY)
    return found if isinstance(found, float) else None
