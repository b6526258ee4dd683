"""Announce a case (予告)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.public_comments.models import ActionRefused, Case
from apps.public_comments.services.opening_check import missing_for_announcement


@transaction.atomic
def announce_case(*, case: Case, by: User | None) -> None:
    """Make a case public; from its first day on it is open by the calendar. Raise ActionRefused with what is missing."""
    locked = case.get_for_update()
    if locked.announced_at is not None:
        return
    if missing := missing_for_announcement(locked):
        raise ActionRefused(_("予告に必要なものがそろっていません。"), missing)
    locked.announced_at = timezone.now()
    locked.save(update_fields=["announced_at", "updated_at"])
    AuditEntry.record(
        "announce_case", locked, by=by, opens=str(locked.opens_on), closes=str(locked.closes_on), days=locked.days
    )
    case.refresh_from_db()
