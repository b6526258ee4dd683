"""Celery task of the yearly survey: remind departments of the day by which they hand in."""

from celery import shared_task

from apps.participation.emails.reminders import remind_by_calendar


@shared_task
def remind_departments() -> int:
    """Enqueue reminders of returns that are due soon or late. Return for how many. Idempotent."""
    return remind_by_calendar()
