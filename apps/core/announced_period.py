"""State of a procedure that is announced, takes contributions for some days, and ends with a published result."""

from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django.utils import timezone

from apps.core.types import StrOrPromise


class AnnouncedPeriodMixin:
    """Derive the state of a model with `opens_on` and `closes_on`, both days included, from the calendar (Asia/Tokyo).

    state_words: each state in words, as it is called for this procedure.
    """

    opens_on: Any
    closes_on: Any
    state_words: ClassVar[dict[str, StrOrPromise]]

    @property
    def is_announced(self) -> bool:
        """Return whether it stands in public."""
        raise NotImplementedError

    @property
    def has_result(self) -> bool:
        """Return whether its result was published."""
        raise NotImplementedError

    @property
    def closes_at(self) -> datetime:
        """Return the moment at which its last day ends."""
        return timezone.make_aware(datetime.combine(self.closes_on + timedelta(days=1), time.min))

    @property
    def state(self) -> str:
        """Return draft, upcoming, open, closed or answered."""
        today = timezone.localdate()
        if not self.is_announced:
            return "draft"
        if self.has_result:
            return "answered"
        if today < self.opens_on:
            return "upcoming"
        return "open" if today <= self.closes_on else "closed"

    @property
    def state_shown(self) -> str:
        """Return the state in words."""
        return str(self.state_words[self.state])

    @property
    def badge(self) -> str:
        """Return the kind of badge that its state has."""
        return {"closed": "counting"}.get(self.state, self.state)

    @property
    def is_open(self) -> bool:
        """Return whether contributions are taken today."""
        return self.state == "open"
