"""The postman: sends what is due in the outbox."""

from celery import shared_task

from apps.operations.models import Outbox

BATCH = 200


@shared_task
def deliver_mail() -> int:
    """Send the mail that is due, at most 200 a run; how many were tried."""
    tried = 0
    while tried < BATCH and Outbox.deliver_one():
        tried += 1
    return tried
