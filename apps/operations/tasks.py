"""Periodic tasks: deliver the outbox, run jobs, and retention of mails, files, logs and sessions."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.core import kept_uploads
from apps.core.made_files import forget_made
from apps.operations.jobs import run_due
from apps.operations.log_rotation import set_aside_old
from apps.operations.models import Job, Outbox
from apps.operations.pulse import note_pulse
from apps.operations.stored_files import forget_strays

BATCH = 200
DAY = 24 * 3600.0


@shared_task
def take_pulse() -> None:
    """Note that beat and worker are at work."""
    note_pulse()


@shared_task
def deliver_mail() -> int:
    """Send the due mails of the outbox, at most BATCH. Return how many were tried."""
    tried = 0
    while tried < BATCH and Outbox.deliver_one():
        tried += 1
    return tried


@shared_task
def run_jobs() -> int:
    """Run the due jobs. Return the number of runner calls."""
    return run_due(slow=False)


@shared_task
def run_slow_jobs() -> int:
    """Run the due slow jobs, one at a time for the whole portal. Return the number of runner calls."""
    return run_due(slow=True)


@shared_task
def forget_job_files() -> int:
    """Delete old result files of jobs. Return how many."""
    return Job.objects.forget_files()


@shared_task
def forget_dead_mail() -> int:
    """Erase mails that were given up a month ago. Return how many."""
    return Outbox.objects.forget_dead()


@shared_task
def forget_old_logs() -> int:
    """Rotate log files, so that none is older than 90 days. Return how many."""
    return set_aside_old()


@shared_task
def forget_stray_files() -> int:
    """Delete orphaned files. Return how many."""
    return forget_strays()


@shared_task
def forget_kept_uploads() -> int:
    """Delete kept uploads that were never submitted again. Return how many."""
    return kept_uploads.forget()


@shared_task
def forget_sessions() -> int:
    """Delete expired sessions: they contain the e-mail address typed at sign-in. Return how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


@shared_task
def forget_made_files() -> int:
    """Delete cached public files older than a day; they are generated again on demand. Return how many."""
    return forget_made(older_than=DAY)
