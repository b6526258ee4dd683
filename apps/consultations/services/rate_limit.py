"""Rate limits per hour: of a person, counted in the rows created; of a browser without an account, counted in the cache.

How many are allowed stands beside each action (`…_AN_HOUR` in `actions/`).
"""

from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models.base import ActionRefused
from apps.core import rate_limit

HOUR = timedelta(hours=1)


class Dated(Protocol):
    """Rows that know when they were written: texts and reports."""

    def written_since(self, moment: datetime) -> QuerySet[Any]:
        """Return those that were written after this moment."""


class TooFast(ActionRefused):
    """More requests within the period than a rate limit allows."""


def require_under_limit(*, by: User, rows: Dated, most: int) -> None:
    """Raise ActionRefused if the person created `most` or more of these rows within the last hour.

    Locks the person's row until the end of the transaction, so that simultaneous requests are counted one after another.
    """
    by.hold()
    if rows.written_since(timezone.now() - HOUR).count() >= most:
        raise ActionRefused(_("短い時間にたくさん送られています。1時間ほどたってから、もう一度お試しください。"))


def require_browser_under_limit(what: str, *, handle: str, ip: str, browser: int, network: int) -> None:
    """Count one act of a browser and of its network; raise TooFast at more than so many within an hour."""
    seconds = int(HOUR.total_seconds())
    by_browser = rate_limit.hit(f"guest-{what}:{handle}", most=browser, seconds=seconds)
    if not rate_limit.hit(f"guest-{what}-from:{ip}", most=network, seconds=seconds) or not by_browser:
        raise TooFast(_("短い時間にたくさん送られています。1時間ほどたってから、もう一度お試しください。"))
