"""Deadlines of a year's stages, and handover memos (引継ぎメモ) between writers."""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.fiscal import fiscal_label
from apps.core.textfields import TypedTextField
from apps.plans.models.constants import STAGES, State
from apps.plans.models.tree import Plan

STAGE_CHOICES = [(state.value, state.label) for state in STAGES]


def a_year_later(day: date) -> date:
    """Return the same day of the next year; 28 February for 29 February."""
    last = timedelta(days=1) if (day.month, day.day) == (2, 29) else timedelta()
    return (day - last).replace(year=day.year + 1)


class StageDeadlineQuerySet(models.QuerySet["StageDeadline"]):
    """QuerySet of StageDeadline."""

    def of_year(self, year: int) -> dict[str, date]:
        """Return {stage: last day} of a year, for the stages where the city has set one."""
        return dict(self.filter(year=year).values_list("stage", "due_on"))

    def carried_over(self, year: int) -> dict[str, date]:
        """Return {stage: last day} of the year before, a year later, for stages that have none yet in this year."""
        days = self.of_year(year)
        return {stage: a_year_later(day) for stage, day in self.of_year(year - 1).items() if stage not in days}

    @transaction.atomic
    def carry_over(self, year: int) -> None:
        """Store what `carried_over` returns. Idempotent."""
        for stage, due_on in self.carried_over(year).items():
            self.create(year=year, stage=stage, due_on=due_on)


class StageDeadline(models.Model):
    """Until when a stage is to be written (前期末, 後期末 …): set by the secretariat for every year."""

    year = models.PositiveSmallIntegerField(_("年度（西暦）"))
    stage = models.CharField(_("段階"), max_length=12, choices=STAGE_CHOICES)
    due_on = models.DateField(_("期限"))

    objects = StageDeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("記入の期限")
        verbose_name_plural = _("記入の期限")
        ordering = ["-year", "due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "stage"],
                name="deadline_once",
                violation_error_message=_("この年度と段階の期限はすでにあります。"),
            ),
            models.CheckConstraint(condition=Q(stage__in=[s.value for s in STAGES]), name="deadline_stage"),
        ]

    def __str__(self) -> str:
        return f"{fiscal_label(self.year)} {State(self.stage).label} {self.due_on}"


class HandoverMemoQuerySet(models.QuerySet["HandoverMemo"]):
    """QuerySet of HandoverMemo."""

    def of_plan(self, plan: Plan) -> Self:
        """Return the memos of one plan, the newest first."""
        return self.filter(plan=plan).select_related("written_by").order_by("-pk")


class HandoverMemo(models.Model):
    """引継ぎメモ: from one writer of a plan to the next. Read inside the city hall only, on no public page."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="memos")
    year = models.PositiveSmallIntegerField(_("年度（西暦）"))
    text = TypedTextField(_("引継ぎメモ"), max_length=2000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(_("記入日時"), default=timezone.now)

    objects = HandoverMemoQuerySet.as_manager()

    class Meta:
        verbose_name = _("引継ぎメモ")
        verbose_name_plural = _("引継ぎメモ")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="memo_text")]

    def __str__(self) -> str:
        return f"{self.plan} {self.text[:30]}"
