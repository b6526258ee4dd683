"""The sweep over what is unread: woken when a proposal changes, and every minute in any case."""

import time
from datetime import timedelta

from celery import shared_task

from apps.analysis import actions

LATELY, LONG_AGO = timedelta(hours=1), timedelta(days=60)
LONGEST = 200.0  # seconds; what is left over, the next run does


@shared_task
def read_proposals() -> int:
    """Read every unread proposal, chunk by chunk; how many were read. Several workers share the work."""
    started, read = time.monotonic(), 0
    forgotten = actions.open_and_forget()
    while time.monotonic() - started < LONGEST:
        n = actions.read_next()
        if not n:
            break
        read += n
    if read or forgotten:
        actions.forget_unused_words()
    actions.strike_missing_words(LATELY)
    return read


@shared_task
def strike_missing_words() -> int:
    """The same for snapshots once a day, should a sweep have missed one; how many were changed."""
    return actions.strike_missing_words(LONG_AGO)
