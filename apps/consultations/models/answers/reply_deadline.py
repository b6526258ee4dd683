"""回答の約束: by when the city promised to answer, and whether it did. Read from dates; nobody types it in."""

from datetime import date, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models.schedule import ScheduleChange
from apps.core.fiscal import fiscal_year
from apps.core.models import SearchQuerySet


class Outcome(models.TextChoices):
    """What became of a promise. The first date that was promised counts; each consultation is in one of them."""

    KEPT = "kept", _("約束どおり回答")
    MOVED = "moved", _("前もって日を延ばした")
    LATE = "late", _("遅れ")
    WAITING = "waiting", _("期限前")


class PromiseQuerySet(SearchQuerySet):
    """Questions about promised reply dates."""

    def with_outcome(self) -> Self:
        """Each with `first_promise` and `outcome`.

        約束どおり: answered on the first promised day or before. 遅れ: a promised day passed without an answer, even if
        the answer or a new day came later. 前もって日を延ばした: a new day was announced before the old one had passed,
        and none has passed since. 期限前: the first promised day is still to come.
        """
        today = timezone.localdate()
        moves = ScheduleChange.objects.filter(consultation=OuterRef("pk"), what="reply_due_on", old_day__isnull=False)
        first = Subquery(moves.order_by("changed_at", "pk").values("old_day")[:1])
        kept = Q(answered_on__lte=F("first_promise"))
        passed = Q(answered_on=None, reply_due_on__lt=today) | Q(answered_on__gt=F("reply_due_on"))
        moved_too_late = Exists(moves.filter(changed_at__date__gt=F("old_day")))
        return self.annotate(
            first_promise=Coalesce(first, F("reply_due_on")), answered_on=TruncDate("answered_at")
        ).annotate(
            outcome=Case(
                When(kept, then=Value(Outcome.KEPT)),
                When(passed | Q(moved_too_late), then=Value(Outcome.LATE)),
                When(Q(answered_on__isnull=False) | Q(first_promise__lt=today), then=Value(Outcome.MOVED)),
                default=Value(Outcome.WAITING),
                output_field=models.CharField(),
            )
        )

    def promised(self) -> Self:
        """Announced consultations with a promised reply date, each with its outcome."""
        return self.filter(published_at__lte=timezone.now(), reply_due_on__isnull=False).with_outcome()

    def awaiting_answer(self, *, until: date) -> Self:
        """Announced ones whose answer is promised for this day or before, and still to come; the most urgent first."""
        waiting = self.filter(published_at__lte=timezone.now(), answered_at=None, reply_due_on__lte=until)
        return waiting.select_related("department").order_by("reply_due_on", "pk")

    def late(self) -> Self:
        """遅れ now: the promised day has passed without an answer; the longest overdue first."""
        return self.awaiting_answer(until=timezone.localdate() - timedelta(days=1))

    def without_promise(self) -> Self:
        """Announced ones of which no promised date is on record (旧Liqlid)."""
        return self.filter(published_at__lte=timezone.now(), reply_due_on=None)

    def with_promise_chosen(self, chosen: dict[str, Any]) -> Self:
        """Promised ones of a fiscal year, a department and an outcome, as far as each is asked for."""
        rows = self.promised()
        if chosen["year"]:
            year = chosen["year"]
            rows = rows.filter(first_promise__gte=date(year, 4, 1), first_promise__lt=date(year + 1, 4, 1))
        if chosen["department"]:
            rows = rows.filter(department=chosen["department"])
        if chosen.get("outcome"):
            rows = rows.filter(outcome=chosen["outcome"])
        return rows

    def promise_years(self) -> list[int]:
        """Fiscal years in which an answer was first promised, the latest first."""
        return sorted(
            {fiscal_year(day) for day in self.promised().values_list("first_promise", flat=True)}, reverse=True
        )


def promise_table(rows: PromiseQuerySet) -> list[dict[str, Any]]:
    """One line for each department: how many answers it promised, and what became of them; in the city's order."""
    found = rows.order_by("department__order", "department__code").values_list(
        "department__code", "department__name", "outcome"
    )
    lines: dict[str, dict[str, Any]] = {}
    for code, name, outcome in found:
        blank = {"code": code, "name": name, "promised": 0, **dict.fromkeys(Outcome.values, 0)}
        line = lines.setdefault(code, blank)
        line["promised"] += 1
        line[outcome] += 1
    return list(lines.values())


class PromiseClock:
    """What a consultation's page says of its promised reply date; it turns to 遅れ by itself at midnight."""

    reply_due_on: date | None
    answered_at: Any
    is_published: Any

    @property
    def awaits_reply(self) -> bool:
        """Whether a promised answer is still to come."""
        return bool(self.is_published and self.reply_due_on and not self.answered_at)

    @property
    def reply_days_left(self) -> int | None:
        """Days until the promised day, 0 on the day itself; None without an open promise or when it has passed."""
        if not self.awaits_reply or not self.reply_due_on:
            return None
        days = (self.reply_due_on - timezone.localdate()).days
        return days if days >= 0 else None

    @property
    def reply_days_late(self) -> int:
        """How many days the answer is late; 0 when it is not."""
        if not self.awaits_reply or not self.reply_due_on:
            return 0
        return max(0, (timezone.localdate() - self.reply_due_on).days)

    @property
    def is_late(self) -> bool:
        """遅れ: the promised day has passed without an answer."""
        return self.reply_days_late > 0
