"""How much one person may send within an hour, counted in the rows that it made."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.models.base import ActionRefused

HOUR = timedelta(hours=1)


def require_under_limit(*, by: Any, rows: Any, most: int) -> None:
    """Refuse when a person sent as many as `most` of these rows within the last hour.

    The person's row is held from here to the end of the transaction: whatever they send at the same time waits until
    what is sent now stands, and is counted after it.
    """
    by.hold()
    if rows.written_since(timezone.now() - HOUR).count() >= most:
        raise ActionRefused(_("短い時間にたくさん送られています。1時間ほどたってから、もう一度お試しください。"))
