"""Celery tasks of surveys: retention. All are idempotent."""

from celery import shared_task

from apps.surveys import actions


@shared_task
def delete_draw_entries() -> int:
    """Delete names and contacts of draws on the day that each names. Return how many."""
    return actions.delete_draw_entries()
