"""Worker of background jobs: claim a due job, call the runner of its kind, store the result; retry on failure."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from apps.core.exceptions import ActionRefused
from apps.operations.models.job import MAX_TRIES, Job, JobStopped

log = logging.getLogger(__name__)
BEAT_SECONDS = 15.0
ENOUGH_SECONDS = 30.0  # after so long the task ends and is woken again, far from Celery's time limit


def run_due(*, slow: bool) -> int:
    """Run due jobs for about ENOUGH_SECONDS. Return the number of runner calls."""
    began, calls = time.monotonic(), 0
    while time.monotonic() - began < ENOUGH_SECONDS:
        job = Job.objects.claim(slow=slow)
        if job is None:
            break
        run(job)
        calls += 1
    return calls


def run(job: Job) -> None:
    """Call the job's runner once, and put the job back, finish, retry or fail it by the outcome."""
    try:
        with _beating(job):
            runner: Callable[[Job], Any] = import_string(settings.JOB_RUNNERS[job.kind])
            answer = runner(job)
        if answer == Job.MORE:
            job.requeue()
        else:
            job.finish()
    except JobStopped:
        log.info("job %s: another run has it, or nobody wants it any more", job.pk)
    except ActionRefused as refused:  # JobFailed, or a verb that says why it cannot be done: trying again helps nothing
        sentence = refused.sentence
        _unless_lost(job, lambda: job.fail(sentence))
    except Exception:  # whatever went wrong in a runner, the person who waits gets a sentence and the log the trace
        log.exception("job %s (%s) stumbled, try %s", job.pk, job.kind, job.tries)
        _unless_lost(job, lambda: _stumble(job))


def _stumble(job: Job) -> None:
    """Retry after a growing pause of minutes; fail after MAX_TRIES."""
    if job.tries < MAX_TRIES:
        job.requeue(pause=timedelta(minutes=job.tries), tries=job.tries)
    else:
        job.fail(_("思わぬ不具合のため、終えられませんでした。事務局にお知らせください。"))


def _unless_lost(job: Job, act: Callable[[], None]) -> None:
    """Store the outcome; only log when another process has the job by now, or the database is unavailable."""
    try:
        act()
    except (JobStopped, DatabaseError) as error:  # the sweep finds a job whose end could not be written down
        log.warning("job %s: its end was not written down: %r", job.pk, error)


@contextmanager
def _beating(job: Job) -> Iterator[None]:
    """Send heartbeats from a thread while the runner works (context manager); without them another process takes the job."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(BEAT_SECONDS):
            try:
                job.beat()
            except (JobStopped, DatabaseError) as error:
                log.info("job %s does not beat: %r", job.pk, error)
            finally:
                connection.close()

    heart = threading.Thread(target=beat, name=f"job-{job.pk}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        done.set()
        heart.join(timeout=BEAT_SECONDS)
