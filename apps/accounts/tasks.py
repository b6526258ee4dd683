"""Periodic tasks of accounts: retention."""

from celery import shared_task

from apps.accounts.models import Invitation


@shared_task
def forget_invited() -> int:
    """Erase the e-mail addresses of invitations that ended unused a month ago. Return how many."""
    return Invitation.objects.forget_unused_emails()
