"""What accounts let go of by themselves."""

from celery import shared_task

from apps.accounts.models import Invitation


@shared_task
def forget_invited() -> int:
    """Forget the addresses of those who did not take a role, a month after the invitation ended; how many there were."""
    return Invitation.objects.forget_unused_emails()
