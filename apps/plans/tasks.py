"""Task of the schedule: remind writers of the deadlines of their sheets."""

from celery import shared_task

from apps.plans.emails.reminders import remind


@shared_task
def remind_writers() -> int:
    """Enqueue reminders for sheets that are due soon or late; return for how many sheets. Idempotent."""
    return remind()
