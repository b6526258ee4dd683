"""Wake Celery tasks on commit, best effort: the periodic run of a task (beat) finds due rows anyway.

So a lost message does no harm, and no request waits for the broker: a message is sent after the commit, within a second;
a failure is logged and not retried.
"""

import logging
import time

from celery import current_app
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)
PAUSE_SECONDS = 10.0
_silent_until = 0.0


def wake(event: str) -> None:
    """Wake the tasks of an event ("mail-queued") after the commit; settings.TASKS_BY_EVENT lists them.

    An unknown event wakes nothing: the app that handles it may not be installed.
    """
    tasks = settings.TASKS_BY_EVENT.get(event, [])
    if tasks:
        transaction.on_commit(lambda: _send(tasks), robust=True)


def _send(tasks: list[str]) -> None:
    """Send the tasks to the broker with short timeouts; after a failure pause for PAUSE_SECONDS (circuit breaker)."""
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
        log.warning("tasks not woken, their periodic run will do it: %s", error)
