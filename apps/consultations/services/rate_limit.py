"""Rate limit per person and hour, counted in the rows that the person created."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.models.base import ActionRefused

HOUR = timedelta(hours=1)


def require_under_limit(*, by: Any, rows: Any, most: int) -> None:
    """Raise ActionRefused if the person created `most` or more of these rows within the last hour.

    Locks the person's row until the end of the transaction, so that simultaneous requests are counted one after another.
    """
    by.hold()
    if rows.written_since(timezone.now() - HOUR).count() >= most:
        raise ActionRefused(_("短い時間にたくさん送られています。1時間ほどたってから、もう一度お試しください。"))
