"""Evidence of a sheet's grade."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import no_control_characters
from apps.core.textfields import TypedCharField
from apps.plans.models.sheet import PlanSheet


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """QuerySet of Evidence."""

    def duplicates_of(self, *, kind: str, title: str, url: str, dated_on: date | str | None) -> Self:
        """Return evidence with the same content: a form that was sent twice, or a workbook that is imported again.

        dated_on: a date or its ISO form; empty for none.
        """
        return self.filter(kind=kind, title=title, url=url, dated_on=dated_on or None)


class Evidence(models.Model):
    """根拠: what a grade rests on."""

    class Kind(models.TextChoices):
        """What kind of thing the evidence is."""

        FIGURE = "figure", _("数値")
        DOCUMENT = "document", _("資料・文書")
        EVENT = "event", _("会議・イベント")
        PROJECT = "project", _("協議会の取組・プロジェクト")
        PROPOSALS = "proposals", _("市民の声")

    sheet = models.ForeignKey(PlanSheet, models.CASCADE, related_name="evidence")
    kind = models.CharField(_("種類"), max_length=12, choices=Kind.choices)
    title = TypedCharField(_("内容"), max_length=200)
    url = models.URLField(_("アドレス"), blank=True, max_length=400)
    dated_on = models.DateField(_("時点"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("評価の根拠")
        verbose_name_plural = _("評価の根拠")
        ordering = ["sheet", "order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="evidence_title"),
            no_control_characters("title", "evidence_no_controls"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.title}"
