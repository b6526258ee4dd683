"""Series of figures that the lines of sheets name over the years."""

import secrets
from decimal import Decimal
from typing import Self
from unicodedata import normalize

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField, TypedTextField
from apps.plans.models.line import SheetLine
from apps.plans.models.sheet import PlanSheet
from apps.plans.models.tree import Plan


class MetricQuerySet(models.QuerySet["Metric"]):
    """QuerySet of Metric."""

    def get_by_natural_key(self, slug: str) -> "Metric":
        """Return the series that a fixture names by its slug."""
        return self.get(slug=slug)

    def build(self, plan: Plan, *, title: str, unit: str) -> "Metric":
        """Return a new series of a plan with a random slug; not yet saved, so that it can be validated first."""
        return self.model(plan=plan, title=title, unit=unit, slug=f"figure-{secrets.token_hex(6)}")

    def in_unit(self, unit: str) -> list["Metric"]:
        """Return the series with this unit, ％ and % alike (NFKC)."""
        return [metric for metric in self if normalize("NFKC", metric.unit) == normalize("NFKC", unit)]

    def of_plan(self, plan: Plan) -> Self:
        """Return the series of one plan that have public values, each with them by year as `shown_values`."""
        values = MetricValue.objects.public().select_related("line__sheet__plan")
        return (
            self.filter(plan=plan, values__in=values)
            .distinct()
            .prefetch_related(models.Prefetch("values", queryset=values, to_attr="shown_values"))
        )


class Metric(models.Model):
    """A figure that lines name again over the years: a series with its unit."""

    class Wanted(models.TextChoices):
        """Which way is better."""

        UP = "up", _("大きいほどよい")
        DOWN = "down", _("小さいほどよい")
        NONE = "none", _("どちらともいえない")

    slug = models.SlugField(_("アドレス名"), unique=True)
    title = TypedCharField(_("名称"), max_length=80, unique=True)
    unit = TypedCharField(_("単位"), max_length=12)
    description = TypedTextField(_("説明"), blank=True)
    wanted = models.CharField(_("望ましい向き"), max_length=4, choices=Wanted.choices, default=Wanted.NONE)
    target = models.DecimalField(_("目標"), max_digits=14, decimal_places=3, null=True, blank=True)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="metrics", verbose_name=_("プラン"))

    objects = MetricQuerySet.as_manager()

    class Meta:
        verbose_name = _("数値の系列")
        verbose_name_plural = _("数値の系列")
        ordering = ["plan", "title"]

    def __str__(self) -> str:
        return f"{self.title}（{self.unit}）"

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)

    def moved_away(self, before: Decimal, now: Decimal) -> bool:
        """Return whether a year lies further from the target than the year before.

        Without a target: whether it moved against the wanted direction.
        """
        if self.target is not None:
            return abs(now - self.target) > abs(before - self.target)
        return {"up": now < before, "down": now > before}.get(self.wanted, False)


class MetricValueQuerySet(models.QuerySet["MetricValue"]):
    """QuerySet of MetricValue."""

    def with_metric(self) -> Self:
        """Join series and line; order by series and year."""
        return self.select_related("metric", "line").order_by("metric", "year")

    def public(self) -> Self:
        """Return figures of public sheets, and those that belong to no sheet; by series and year."""
        sheets = PlanSheet.objects.public()
        return self.filter(Q(sheet=None) | Q(sheet__in=sheets)).order_by("metric", "year")


class MetricValue(models.Model):
    """One figure of a series: which year it speaks of, and the line that names it."""

    metric = models.ForeignKey(Metric, models.PROTECT, related_name="values", verbose_name=_("系列"))
    year = models.PositiveSmallIntegerField(_("年度（西暦）"))
    value = models.DecimalField(_("値"), max_digits=14, decimal_places=3)
    as_of = models.DateField(_("時点"), null=True, blank=True)
    sheet = models.ForeignKey(
        PlanSheet, models.CASCADE, null=True, blank=True, related_name="values", verbose_name=_("PDCAシート")
    )
    line = models.ForeignKey(
        SheetLine, models.SET_NULL, null=True, blank=True, related_name="values", verbose_name=_("行")
    )
    source = TypedCharField(_("出典"), max_length=200, blank=True)

    objects = MetricValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("数値")
        verbose_name_plural = _("数値")
        ordering = ["metric", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "year", "sheet"], nulls_distinct=False, name="metric_value_once",
                violation_error_message=_("この年度の値はすでにあります。"),
            ),
            models.CheckConstraint(
                condition=Q(line=None) | Q(sheet__isnull=False), name="metric_value_line_of_sheet"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.metric.title} {self.year} {self.shown}{self.metric.unit}"

    @property
    def shown(self) -> str:
        """Return the value without trailing zeros: 54.4 rather than 54.400."""
        return f"{self.value.normalize():f}"
