"""What the portal tells people by itself. Each is a question asked on a schedule, safe to ask twice."""

import time

from celery import shared_task

from apps.consultations import actions
from apps.consultations.emails import follower_notifications, moderation_summary, reminders, weekly_digest
from apps.consultations.models import Batch, TakedownRequest
from apps.core.made_files import forget_made

LONGEST = 200.0  # seconds; what is left over, the next run does


@shared_task
def write_digests() -> int:
    """Put the weekly mails that are due into the outbox, person by person; how many were written."""
    week, started = weekly_digest.Week.last(), time.monotonic()
    person, written = weekly_digest.write_next(week, after=0), 0
    while person is not None:
        written += 1
        if time.monotonic() - started > LONGEST:
            break
        person = weekly_digest.write_next(week, after=person)
    return written


@shared_task
def tell_followers() -> int:
    """Tell followers of moved dates, answers and near closings; how many were told."""
    return (
        follower_notifications.tell_of_schedule_changes()
        + follower_notifications.tell_of_answers()
        + follower_notifications.tell_of_closings()
    )


@shared_task
def write_desk_mail() -> int:
    """Once a day, tell moderators and the secretariat how much waits; how many people were written to."""
    return moderation_summary.write_today()


@shared_task
def forget_applicants() -> int:
    """Forget the addresses of those who asked to take a text down, a month after the answer; how many there were."""
    return TakedownRequest.objects.forget_addresses()


@shared_task
def forget_import_files() -> int:
    """Remove files that staff uploaded more than two weeks ago; how many there were."""
    return Batch.objects.forget_files()


@shared_task
def forget_files_of_voices() -> int:
    """A voice came, went or changed: remove the files for everyone that hold its words; how many there were."""
    return sum(forget_made(kind) for kind in ("proposals", "result"))


@shared_task
def write_reminders() -> int:
    """Put letters to those who shall answer soon, or should have answered, into the outbox; how many are new."""
    return reminders.write_due()


@shared_task
def erase_withdrawn() -> int:
    """Let go of the words that their authors took back a year ago; how many texts there were."""
    return actions.erase_withdrawn()


@shared_task
def forget_redacted_words() -> int:
    """Let go of words that a redaction took away a day ago; how many redactions that were."""
    return actions.forget_redacted_words()
