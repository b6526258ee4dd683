"""Celery tasks: read what changed (woken when a proposal changes), sweep every minute, redact missing words in snapshots."""

import time
from datetime import timedelta

from celery import shared_task
from celery.signals import worker_init
from django.utils import timezone

from apps.analysis import actions
from apps.analysis.text import Reader

JUST_NOW, LATELY, LONG_AGO = timedelta(seconds=90), timedelta(hours=1), timedelta(days=60)
LONGEST = 200.0  # seconds per run; the next run continues


@worker_init.connect
def load_dictionary(**_signal: object) -> None:
    """Load janome's dictionary before a worker forks, so that its children share the memory (70 MiB)."""
    Reader().read("辞書を読みこむ。")


@shared_task
def read_changed_proposals() -> int:
    """Read what changed JUST_NOW and return how many were read: its cost does not grow with the number of all proposals.

    What is found only by looking at all of them (a lost message, a theme that became public) is for the sweep.
    """
    started, read = time.monotonic(), 0
    changed = actions.open_changed(timezone.now() - JUST_NOW)
    while time.monotonic() - started < LONGEST and (n := actions.read_next(among=changed)):
        read += n
    while time.monotonic() - started < LONGEST and actions.cut_compounds():
        pass
    actions.strike_missing_words(LATELY)
    return read


@shared_task
def read_proposals() -> int:
    """Sweep: read all unread proposals in chunks and return how many were read. Workers may run in parallel (skip locked)."""
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
    read += actions.read_procedures(started + LONGEST)
    actions.strike_missing_words(LATELY)
    return read


@shared_task
def strike_missing_words() -> int:
    """Redact missing words in snapshots once a day, in case a sweep missed one. Return how many changed."""
    return actions.strike_missing_words(LONG_AGO)
