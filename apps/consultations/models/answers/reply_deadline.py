"""Promised reply dates (回答の約束) and whether they were kept. Derived from dates, never entered."""

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
    """The outcome of a promise. The first promised date counts; each consultation has exactly one outcome."""

    KEPT = "kept", _("約束どおり回答")
    MOVED = "moved", _("前もって日を延ばした")
    LATE = "late", _("遅れ")
    WAITING = "waiting", _("期限前")


class PromiseQuerySet(SearchQuerySet):
    """Part of ConsultationQuerySet about promised reply dates."""

    def with_outcome(self) -> Self:
        """Annotate `first_promise`, `answered_on` and `outcome`.

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
        """Filter announced consultations with a promised reply date, with their outcome."""
        return self.filter(published_at__lte=timezone.now(), reply_due_on__isnull=False).with_outcome()

    def awaiting_answer(self, *, until: date) -> Self:
        """Filter announced, unanswered consultations with a promised day up to `until`, most urgent first."""
        waiting = self.filter(published_at__lte=timezone.now(), answered_at=None, reply_due_on__lte=until)
        return waiting.select_related("department").order_by("reply_due_on", "pk")

    def late(self) -> Self:
        """Filter overdue consultations (遅れ), longest overdue first."""
        return self.awaiting_answer(until=timezone.localdate() - timedelta(days=1))

    def without_promise(self) -> Self:
        """Filter announced consultations without a promised date on record (旧Liqlid)."""
        return self.filter(published_at__lte=timezone.now(), reply_due_on=None)

    def apply_promise_filter(self, filters: dict[str, Any]) -> Self:
        """Filter promised consultations by "year" (fiscal), "department" and "outcome", where given."""
        rows = self.promised()
        if filters["year"]:
            year = filters["year"]
            rows = rows.filter(first_promise__gte=date(year, 4, 1), first_promise__lt=date(year + 1, 4, 1))
        if filters["department"]:
            rows = rows.filter(department=filters["department"])
        if filters.get("outcome"):
            rows = rows.filter(outcome=filters["outcome"])
        return rows

    def promise_years(self) -> list[int]:
        """Return the fiscal years of first promises, latest first."""
        return sorted(
            {fiscal_year(day) for day in self.promised().values_list("first_promise", flat=True)}, reverse=True
        )


def promise_table(rows: PromiseQuerySet) -> list[dict[str, Any]]:
    """Return one dict per department, in the city's order: code, name, promised, and the count of each outcome."""
    outcomes = rows.order_by("department__order", "department__code").values_list(
        "department__code", "department__name", "outcome"
    )
    lines: dict[str, dict[str, Any]] = {}
    for code, name, outcome in outcomes:
        blank = {"code": code, "name": name, "promised": 0, **dict.fromkeys(Outcome.values, 0)}
        line = lines.setdefault(code, blank)
        line["promised"] += 1
        line[outcome] += 1
    return list(lines.values())


class PromiseClock:
    """Part of Consultation about its promised reply date. Turns to 遅れ by itself at midnight."""

    reply_due_on: date | None
    answered_at: Any
    is_published: Any

    @property
    def awaits_reply(self) -> bool:
        """Return True if a promised answer is still to come."""
        return bool(self.is_published and self.reply_due_on and not self.answered_at)

    @property
    def reply_days_left(self) -> int | None:
        """Return days until the promised day, 0 on the day itself; None without an open promise or when it has passed."""
        if not self.awaits_reply or not self.reply_due_on:
            return None
        days = (self.reply_due_on - timezone.localdate()).days
        return days if days >= 0 else None

    @property
    def reply_days_late(self) -> int:
        """Return by how many days the answer is overdue; 0 if it is not."""
        if not self.awaits_reply or not self.reply_due_on:
            return 0
        return max(0, (timezone.localdate() - self.reply_due_on).days)

    @property
    def is_late(self) -> bool:
        """Return True if the promised day has passed without an answer (遅れ)."""
        return self.reply_days_late > 0
