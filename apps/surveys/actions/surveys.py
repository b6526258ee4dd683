"""Open a survey to residents."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.surveys.models import ActionRefused, Survey
from apps.surveys.services.opening_check import missing_for_opening


@transaction.atomic
def open_survey(*, survey: Survey, by: User | None) -> None:
    """Make a survey public; the calendar opens and closes it. Raise ActionRefused with what is missing.

    From now on no question and no option changes.
    """
    locked = survey.get_for_update()
    if locked.opened_at is not None:
        return
    if missing := missing_for_opening(locked):
        raise ActionRefused(_("開始に必要なものがそろっていません。"), missing)
    locked.opened_at = timezone.now()
    locked.save(update_fields=["opened_at", "updated_at"])
    AuditEntry.record("open_survey", locked, by=by, opens=str(locked.opens_on), closes=str(locked.closes_on))
    survey.refresh_from_db()
