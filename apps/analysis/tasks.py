"""Celery tasks: read unread proposals (woken when one changes, and every minute), redact missing words in snapshots."""

import time
from datetime import timedelta

from celery import shared_task
from celery.signals import worker_init

from apps.analysis import actions
from apps.analysis.text import Reader

LATELY, LONG_AGO = timedelta(hours=1), timedelta(days=60)
LONGEST = 200.0  # seconds per run; the next run continues


@worker_init.connect
def load_dictionary(**_signal: object) -> None:
    """Load janome's dictionary before a worker forks, so that its children share the memory (70 MiB)."""
    Reader().read("辞書を読みこむ。")


@shared_task
def read_proposals() -> int:
    """Read unread proposals in chunks and return how many were read. Workers may run in parallel (skip locked)."""
    started, read = time.monotonic(), 0
    forgotten = actions.open_and_forget()
    while time.monotonic() - started < LONGEST:
        n = actions.read_next()
        if not n:
            break
        read += n
    while time.monotonic() - started < LONGEST and actions.cut_compounds():
        pass
    if read or forgotten:
        actions.forget_unused_words()
    actions.strike_missing_words(LATELY)
    return read


@shared_task
def strike_missing_words() -> int:
    """Redact missing words in snapshots once a day, in case a sweep missed one. Return how many changed."""
    return actions.strike_missing_words(LONG_AGO)
