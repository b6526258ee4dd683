"""Celery tasks of public comments: retention and reminders. All are idempotent."""

from celery import shared_task

from apps.public_comments import actions
from apps.public_comments.emails import assignment_emails


@shared_task
def delete_senders() -> int:
    """Delete names and addresses on the day that each case names. Return how many."""
    return actions.delete_senders()


@shared_task
def remind_writers() -> int:
    """Enqueue the reminders of views that are due. Return how many."""
    return assignment_emails.write_due()
