"""The postman, the long work, and what is not kept: what is due in the outbox, among the jobs and the sessions."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.core import kept_uploads
from apps.core.made_files import forget_made
from apps.operations.jobs import run_due
from apps.operations.log_rotation import set_aside_old
from apps.operations.models import Job, Outbox
from apps.operations.stored_files import forget_strays

BATCH = 200
DAY = 24 * 3600.0


@shared_task
def deliver_mail() -> int:
    """Send the mail that is due, at most 200 a run; how many were tried."""
    tried = 0
    while tried < BATCH and Outbox.deliver_one():
        tried += 1
    return tried


@shared_task
def run_jobs() -> int:
    """Work on the jobs that are due; how many calls of runners there were."""
    return run_due(slow=False)


@shared_task
def run_slow_jobs() -> int:
    """Work on the due jobs of slow kinds, one at a time for the whole portal; how many calls there were."""
    return run_due(slow=True)


@shared_task
def forget_job_files() -> int:
    """Remove old result files; how many there were."""
    return Job.objects.forget_files()


@shared_task
def forget_dead_mail() -> int:
    """Empty mail that was given up a month ago; how many there were."""
    return Outbox.objects.forget_dead()


@shared_task
def forget_old_logs() -> int:
    """Set log files aside so that none is older than 90 days; how many were."""
    return set_aside_old()


@shared_task
def forget_stray_files() -> int:
    """Remove stored files that no row names any more; how many there were."""
    return forget_strays()


@shared_task
def forget_kept_uploads() -> int:
    """Remove files that were chosen on a page that came back, and never sent again; how many there were."""
    return kept_uploads.forget()


@shared_task
def forget_sessions() -> int:
    """Remove sessions whose time is over: they hold the address that was typed at the door. How many there were."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


@shared_task
def forget_made_files() -> int:
    """Remove files for everyone that were made more than a day ago; how many. Who asks again has them made again."""
    return forget_made(older_than=DAY)
