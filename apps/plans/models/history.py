"""History of a sheet: which stage was confirmed by whom, and which one was reopened and why."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.core.date_formats import wareki
from apps.core.textfields import TypedTextField
from apps.core.types import StrOrPromise
from apps.plans.models.constants import STAGES, Block, State
from apps.plans.models.sheet import PlanSheet


class StageRecord(models.Model):
    """Who confirmed which stage of a sheet, and when."""

    sheet = models.ForeignKey(PlanSheet, models.CASCADE, related_name="stage_records")
    stage = models.CharField(gettext_lazy("段階"), max_length=12, choices=State.choices)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("確認者")
    )
    confirmed_at = models.DateTimeField(gettext_lazy("確認日時"), default=timezone.now)

    class Meta:
        verbose_name = gettext_lazy("段階の確認")
        verbose_name_plural = gettext_lazy("段階の確認")
        ordering = ["sheet", "confirmed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {wareki(self.confirmed_at)}"


def confirmations_of(sheet: PlanSheet) -> list[StageRecord]:
    """Return the last confirmation of each stage before 公表, in order: a stage that was opened again has several."""
    last = {record.stage: record for record in sheet.stage_records.all() if record.stage in STAGES}
    return [last[stage] for stage in STAGES if stage in last]


class ReopeningQuerySet(models.QuerySet["Reopening"]):
    """QuerySet of Reopening."""

    def newest(self) -> Self:
        """Order by time, the last one first."""
        return self.select_related("reopened_by").order_by("-pk")


class Reopening(models.Model):
    """A stage that was opened again: why, by whom, and the text as it was."""

    sheet = models.ForeignKey(PlanSheet, models.CASCADE, related_name="reopenings")
    stage = models.CharField(gettext_lazy("開き直した段階"), max_length=12, choices=State.choices)
    reason = TypedTextField(gettext_lazy("理由"))
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(gettext_lazy("日時"), default=timezone.now)
    kept = models.JSONField(gettext_lazy("そのときの本文"))

    objects = ReopeningQuerySet.as_manager()

    @property
    def kept_blocks(self) -> list[tuple[StrOrPromise, list[str]]]:
        """Return the blocks as they were, in the order of the form (stored JSON has lost it)."""
        return [(block.label, self.kept["blocks"][block]) for block in Block if self.kept["blocks"].get(block)]

    class Meta:
        verbose_name = gettext_lazy("開き直しの記録")
        verbose_name_plural = gettext_lazy("開き直しの記録")
        ordering = ["sheet", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="reopening_reason")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.reason}"
