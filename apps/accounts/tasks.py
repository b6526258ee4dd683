"""Periodic tasks of accounts: retention, the one mail a day about work."""

from celery import shared_task

from apps.accounts.emails import work_mail
from apps.accounts.models import Invitation


@shared_task
def forget_invited() -> int:
    """Erase the e-mail addresses of invitations that ended unused a month ago. Return how many."""
    return Invitation.objects.forget_unused_emails()


@shared_task
def write_work_mail() -> int:
    """Enqueue the one mail a day about work for everybody for whom parts wait. Return how many."""
    return work_mail.write_today()
