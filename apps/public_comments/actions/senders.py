"""Names and addresses: read by the city with a record of each look, deleted on the day that the case names."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.public_comments.models import Case, Opinion, OpinionPart, OpinionScan, Sender


def delete_senders() -> int:
    """Delete what is due, case by case, with a record of how many; scans of letters go too. Idempotent. Return how many."""
    today = timezone.localdate()
    return sum(_delete_of(case) for case in Case.objects.to_forget_senders(today))


@transaction.atomic
def _delete_of(case: Case) -> int:
    locked = case.get_for_update()
    deleted, _rows = Sender.objects.filter(opinion__case=locked).delete()
    OpinionScan.objects.filter(opinion__case=locked).erase()  # name and address stand on them
    OpinionPart.objects.filter(opinion__case=locked, edition__lt=F("opinion__edition")).delete()
    AuditEntry.record("delete_senders", locked, count=deleted)
    return deleted


@transaction.atomic
def read_sender(*, opinion: Opinion, by: User) -> Sender | None:
    """Return who sent an opinion, and note the look; None once it was deleted."""
    AuditEntry.record("read_sender", opinion, by=by)
    return Sender.objects.filter(opinion=opinion).first()
