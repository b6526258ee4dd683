"""Celery tasks of consultations: notifications, e-mails and retention. All are idempotent."""

import time

from celery import shared_task

from apps.consultations import actions
from apps.consultations.emails import (
    approvals,
    escalation,
    follower_notifications,
    moderation_summary,
    new_voices,
    reminders,
    weekly_digest,
)
from apps.consultations.models import Batch, TakedownRequest
from apps.core.made_files import forget_made

LONGEST = 200.0  # seconds per run; the next run continues


@shared_task
def write_digests() -> int:
    """Enqueue the weekly digests that are due, person by person. Return how many."""
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
    """Notify followers of moved dates, answers and near closings. Return how many notifications."""
    return (
        follower_notifications.notify_of_schedule_changes()
        + follower_notifications.notify_of_answers()
        + follower_notifications.notify_of_closings()
    )


@shared_task
def write_moderation_summary() -> int:
    """Enqueue the daily summary for moderators and the secretariat. Return to how many people."""
    return moderation_summary.write_today()


@shared_task
def forget_applicant_emails() -> int:
    """Delete the e-mail addresses of applicants for a takedown, a month after the answer. Return how many."""
    return TakedownRequest.objects.forget_emails()


@shared_task
def forget_import_files() -> int:
    """Delete files that staff uploaded more than two weeks ago. Return how many."""
    return Batch.objects.forget_files()


@shared_task
def delete_public_files() -> int:
    """Delete the cached public files, whenever a proposal is added, removed or changed. Return how many."""
    return sum(forget_made(kind) for kind in ("proposals", "result", "share-proposal", "cloud"))


@shared_task
def write_reminders() -> int:
    """Enqueue reminders for those who shall answer soon, or are late, and for who is above them. Return how many are new."""
    return reminders.write_due() + escalation.escalate() + approvals.remind_approvers()


@shared_task
def tell_new_voices() -> int:
    """Enqueue what staff are told of yesterday's new proposals. Return how many mails are new."""
    return new_voices.tell_of_yesterday()


@shared_task
def erase_withdrawn() -> int:
    """Erase texts that their authors withdrew a year ago. Return how many."""
    return actions.erase_withdrawn()


@shared_task
def forget_redacted_words() -> int:
    """Delete redacted words that can no longer be restored. Return how many redactions."""
    return actions.forget_redacted_words()
