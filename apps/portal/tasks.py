"""Celery tasks of the portal: duties that pass to another person on their day."""

from celery import shared_task

from apps.portal import actions


@shared_task
def move_duties() -> int:
    """Carry out every move of duties whose day has come. Return how many."""
    return actions.carry_out_moves()
