"""Celery tasks of public comments: retention. All are idempotent."""

from celery import shared_task

from apps.public_comments import actions


@shared_task
def delete_senders() -> int:
    """Delete names and addresses on the day that each case names. Return how many."""
    return actions.delete_senders()
