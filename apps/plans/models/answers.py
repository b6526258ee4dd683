"""What ties a sheet together: which result answers which promise, figures in lines, and the evidence of a grade."""

import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Self
from unicodedata import normalize

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import no_control_characters
from apps.core.textfields import TypedCharField, TypedTextField
from apps.plans.models.line import SheetLine
from apps.plans.models.sheet import PlanSheet
from apps.plans.models.tree import Plan


class LineAnswer(models.Model):
    """A promise and the result line that answers it: 実施, 一部実施 or 未実施. Said neutrally: it is no judgement."""

    class Outcome(models.TextChoices):
        """What became of a promised line."""

        DONE = "done", _("実施")
        PARTLY = "partly", _("一部実施")
        NOT = "not", _("未実施")

    sheet = models.ForeignKey(PlanSheet, models.CASCADE, related_name="answers")
    plan_line = models.ForeignKey(SheetLine, models.CASCADE, related_name="answers", verbose_name=_("計画の行"))
    result_line = models.ForeignKey(
        SheetLine, models.CASCADE, null=True, blank=True, related_name="answering", verbose_name=_("実績の行")
    )
    outcome = models.CharField(_("実施の状況"), max_length=8, choices=Outcome.choices)

    class Meta:
        verbose_name = _("計画と実績の対応")
        verbose_name_plural = _("計画と実績の対応")
        ordering = ["plan_line", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_line", "result_line"], nulls_distinct=False, name="answer_once",
                violation_error_message=_("この計画と実績はすでに対応しています。"),
            ),
            models.CheckConstraint(
                condition=Q(outcome="not") | Q(result_line__isnull=False),
                name="answer_needs_result",
                violation_error_message=_("「実施」「一部実施」には、対応する実績の行を選んでください。"),
            ),
            models.CheckConstraint(condition=~Q(plan_line=F("result_line")), name="answer_of_another_line"),
            models.CheckConstraint(condition=Q(outcome__in=["done", "partly", "not"]), name="answer_outcome_known"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.plan_line} → {self.get_outcome_display()}"


class EvidenceQuerySet(models.QuerySet[Any]):
    """Questions about evidence."""

    def with_keys(self, keys: Iterable[int]) -> Self:
        """Those with these ids."""
        return self.filter(pk__in=keys)

    def saying(self, *, kind: str, title: str, url: str, dated_on: Any) -> Self:
        """Those that say just this: a second press of the button, or a file that is taken in again."""
        return self.filter(kind=kind, title=title, url=url, dated_on=dated_on or None)


class Evidence(models.Model):
    """根拠: what a grade rests on."""

    class Kind(models.TextChoices):
        """What kind of thing shows it."""

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


class MetricQuerySet(models.QuerySet[Any]):
    """Questions about series."""

    def get_by_natural_key(self, slug: str) -> "Metric":
        """Fixtures name a series by its slug."""
        return self.get(slug=slug)

    def begin(self, plan: Plan, *, title: str, unit: str) -> "Metric":
        """A new series of a plan, with an address of its own; not yet stored, so that its words can be checked."""
        return self.model(plan=plan, title=title, unit=unit, slug=f"figure-{secrets.token_hex(6)}")

    def in_unit(self, unit: str) -> list["Metric"]:
        """Those with this unit, ％ and % alike."""
        return [metric for metric in self if normalize("NFKC", metric.unit) == normalize("NFKC", unit)]

    def measured_by(self, plan: Plan) -> Self:
        """The series of one plan."""
        return self.filter(plan=plan)

    def of_plan(self, plan: Plan) -> Self:
        """The series of one plan with their public values."""
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
        """Its slug."""
        return (self.slug,)

    def moved_away(self, before: Decimal, now: Decimal) -> bool:
        """Whether a year lies further from the target than the year before; without a target, whether it moved the
        wrong way."""
        if self.target is not None:
            return abs(now - self.target) > abs(before - self.target)
        return {"up": now < before, "down": now > before}.get(self.wanted, False)


class MetricValueQuerySet(models.QuerySet[Any]):
    """Questions about figures."""

    def with_keys(self, keys: Iterable[int]) -> Self:
        """Those with these ids."""
        return self.filter(pk__in=keys)

    def numbered(self, pk: int | None) -> "MetricValue | None":
        """One of these; None without a number or for one that is not among them."""
        return self.filter(pk=pk).first() if pk is not None else None

    def named(self) -> Self:
        """With their series and line, by series and year."""
        return self.select_related("metric", "line").order_by("metric", "year")

    def public(self) -> Self:
        """Figures of published sheets, and those that belong to no sheet; by year."""
        shown = PlanSheet.objects.public()
        return self.filter(Q(sheet=None) | Q(sheet__in=shown)).order_by("metric", "year")


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
        """54.4 rather than 54.400."""
        return f"{self.value.normalize():f}"
