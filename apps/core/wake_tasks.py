"""Waking the tasks that wait for something: a hint, never the work itself.

The rows in the database say what is due, and a sweep finds them; a nudge only makes it sooner. So a nudge may be lost,
and it may never make a person wait: it is sent after the commit, within a second, and a failure is logged and forgotten.
"""

import logging
import time

from celery import current_app
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)
PAUSE_SECONDS = 10.0
_silent_until = 0.0


def wake(word: str) -> None:
    """Say on commit that something happened (「mail-queued」); settings.TASKS_BY_EVENT lists the tasks that it wakes.

    An unknown word wakes nothing: the app that listens may not be installed.
    """
    tasks = settings.TASKS_BY_EVENT.get(word, [])
    if tasks:
        transaction.on_commit(lambda: _send(tasks), robust=True)


def _send(tasks: list[str]) -> None:
    """Hand the tasks to the broker, bounded; after a failure stay silent for a while, so that no request waits twice."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    bounded = {"socket_connect_timeout": 0.3, "socket_timeout": 0.7, "max_retries": 0}
    options = {**current_app.conf.broker_transport_options, **bounded}
    try:
        with current_app.connection_for_write(connect_timeout=0.3, transport_options=options) as connection:
            for task in tasks:
                current_app.send_task(task, connection=connection, retry=False, expires=300)
    except Exception as error:  # the broker's client raises many kinds; none of them may reach a resident
        _silent_until = time.monotonic() + PAUSE_SECONDS
        log.warning("nudge not sent, the sweep will do it: %s", error)
