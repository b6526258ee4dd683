"""Indicators (指標) of the city, year by year."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core import charts
from apps.core.fiscal import fiscal_label, fiscal_short
from apps.core.textfields import TypedCharField, TypedTextField
from apps.vision.models.base import Shown, ShownQuerySet

if TYPE_CHECKING:
    from apps.vision.models.indicator_value import IndicatorValue

PERCENT = "%"


class Direction(models.TextChoices):
    """Which way is better."""

    UP = "up", _("高いほどよい")
    DOWN = "down", _("低いほどよい")


class IndicatorQuerySet(ShownQuerySet):
    """QuerySet of Indicator."""

    def with_values(self) -> Self:
        """Prefetch `values` (the earliest first, as the model orders them) and the source."""
        return self.with_source().prefetch_related("values")

    def for_cards(self) -> Self:
        """Load what a card shows, in a fixed number of queries."""
        return self.with_values()

    def with_latest(self) -> Self:
        """Annotate `latest_value` (Decimal or None): the value of its last year."""
        values = apps.get_model("vision", "IndicatorValue")._default_manager
        last = values.filter(indicator=OuterRef("pk")).order_by("-year").values("value")[:1]
        return self.annotate(latest_value=Subquery(last))

    def locked(self, slugs: set[str]) -> dict[str, "Indicator"]:
        """Lock the rows of these slugs while their values are written. Return {slug: indicator}."""
        return {row.slug: row for row in self.filter(slug__in=slugs).order_by("pk").select_for_update()}

    def named(self, slugs: set[str]) -> Self:
        """Return the rows with these slugs."""
        return self.filter(slug__in=slugs)

    def without_target(self) -> Self:
        """Return those without a target (目標なし)."""
        return self.filter(target_value=None)

    def reached(self) -> Self:
        """Return those whose last value meets the target."""
        return self.with_latest().filter(self._good())

    def short(self) -> Self:
        """Return those with a target and a value that does not meet it."""
        return self.with_latest().exclude(Q(target_value=None) | Q(latest_value=None)).exclude(self._good())

    @staticmethod
    def _good() -> Q:
        up = Q(direction=Direction.UP, latest_value__gte=F("target_value"))
        return up | Q(direction=Direction.DOWN, latest_value__lte=F("target_value"))

    def by_target_status(self, state: str) -> Self:
        """Return those that stand so towards their target (reached, short, none); all for anything else."""
        questions = {"reached": self.reached, "short": self.short, "none": self.without_target}
        return questions[state]() if state in questions else self

    def apply_filter(self, chosen: Mapping[str, Any]) -> Self:
        """Return those that the filter of the list asks for."""
        rows = self.for_viewpoint(chosen["viewpoint"]).in_field(chosen["field"])
        return rows.by_target_status(chosen["standing"]).search(chosen["q"])


class Indicator(Shown):
    """指標: one thing that is measured year by year. A target is optional: without one it is 目標なし, never 0."""

    search_fields = ("title", "survey", "remark", "note")

    title = TypedCharField(_("指標名"), max_length=120, unique=True)
    unit = TypedCharField(_("単位"), max_length=20, default=PERCENT)
    decimals = models.PositiveSmallIntegerField(_("小数点以下の桁数"), default=1)
    direction = models.CharField(_("向き"), max_length=4, choices=Direction.choices, default=Direction.UP)
    survey = TypedCharField(_("値のもと（調査名など）"), max_length=80, blank=True)
    target_value = models.DecimalField(_("目標値"), max_digits=16, decimal_places=4, null=True, blank=True)
    target_year = models.PositiveSmallIntegerField(_("目標の年度"), null=True, blank=True, help_text=_("西暦"))
    remark = TypedCharField(_("ひとこと"), max_length=120, blank=True)
    note = TypedTextField(_("注記"), blank=True, help_text=_("資料の中の食い違いなど、読む人に知らせること。"))

    objects = IndicatorQuerySet.as_manager()

    class Meta(Shown.Meta):
        verbose_name = _("指標")
        verbose_name_plural = _("指標")
        constraints = [
            models.CheckConstraint(
                condition=Q(target_value=None, target_year=None)
                | Q(target_value__isnull=False, target_year__isnull=False),
                name="indicator_target_whole",
                violation_error_message=_("目標は、値と年度の両方を書くか、両方を空欄にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(target_year=None) | Q(target_year__range=(1950, 2100)),
                name="indicator_target_year_western",
                violation_error_message=_("年度は西暦（例：2024）で書いてください。"),
            ),
            models.CheckConstraint(
                condition=Q(decimals__lte=4),
                name="indicator_decimals_few",
                violation_error_message=_("小数点以下は4桁までです。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("portal:indicator", args=[self.slug])

    def shown(self, value: Decimal | None) -> str:
        """Return a value as it is printed: 94.4%, 1,234人; 「—」 for none."""
        return "—" if value is None else f"{self._rounded(value)}{self.unit}"

    def _rounded(self, value: Decimal) -> str:
        """Round half up (四捨五入), with commas."""
        place = Decimal(1).scaleb(-self.decimals)
        return f"{value.quantize(place, ROUND_HALF_UP):,}"

    @property
    def series(self) -> list["IndicatorValue"]:
        """Return its values, the earliest first (read with `with_values`)."""
        return list(self.values.all())

    @property
    def latest(self) -> "IndicatorValue | None":
        """Return the value of the last year, or None."""
        return next(reversed(self.series), None)

    @property
    def recent(self) -> list["IndicatorValue"]:
        """Return its last three values."""
        return self.series[-3:]

    @property
    def previous(self) -> "IndicatorValue | None":
        """Return the value before the last one, or None."""
        return ([None, None, *self.series])[-2]

    @property
    def target_shown(self) -> str:
        """Return the target as it is printed; empty without one."""
        return "" if self.target_value is None else self.shown(self.target_value)

    @property
    def gap(self) -> Decimal | None:
        """Return how much is missing to the target, in the direction that is better; zero or less once it is reached."""
        if self.target_value is None or self.latest is None:
            return None
        missing = self.target_value - self.latest.value
        return missing if self.direction == Direction.UP else -missing

    @property
    def is_reached(self) -> bool:
        """Return whether the last value meets the target."""
        return self.gap is not None and self.gap <= 0

    def is_worse(self, value: Decimal, than: Decimal) -> bool:
        """Return whether a value is worse than another, in the direction that is better."""
        return value < than if self.direction == Direction.UP else value > than

    def moved_away_in(self, year: int) -> bool:
        """Return whether the value of a year lies further from the target than the one before it; never without a target."""
        rows = [row for row in self.series if row.year <= year]
        if self.target_value is None or len(rows) < 2 or rows[-1].year != year:
            return False
        sign = 1 if self.direction == Direction.UP else -1
        before, now = (sign * (row.value - self.target_value) for row in rows[-2:])
        return now < before and now < 0

    @property
    def step(self) -> str:
        """Return the unit of a difference: percentages differ by points."""
        return str(_("ポイント")) if self.unit == PERCENT else self.unit

    def difference(self, value: Decimal) -> str:
        """Return a difference between two values, without its sign: 0.6ポイント."""
        return f"{self._rounded(abs(value))}{self.step}"

    @property
    def gap_shown(self) -> str:
        """Return the gap in words; empty where there is no target or no value."""
        if self.gap is None:
            return ""
        if self.gap > 0:
            return str(_("目標まで、あと%(gap)s") % {"gap": self.difference(self.gap)})
        if self.gap == 0:
            return str(_("目標に達しています"))
        return str(_("目標より%(gap)sよい値です") % {"gap": self.difference(self.gap)})

    @property
    def change_shown(self) -> str:
        """Return the change from the value before; empty where there is none."""
        if self.previous is None or self.latest is None:
            return ""
        change = self.latest.value - self.previous.value
        if change == 0:
            return str(_("前回と同じ"))
        sign = "+" if change > 0 else "−"
        return str(_("前回から%(change)s") % {"change": f"{sign}{self.difference(change)}"})

    @property
    def target_year_shown(self) -> str:
        """Return the fiscal year of the target; empty without one."""
        return fiscal_label(self.target_year) if self.target_year else ""

    @property
    def chart(self) -> charts.Chart | None:
        """Return its values and its target as a small chart; None without values."""
        values = [charts.Figure(v.year, fiscal_short(v.year), v.value, self.shown(v.value)) for v in self.series]
        target = None
        if self.target_value is not None and self.target_year is not None:
            label = str(_("目標 %(year)s") % {"year": fiscal_short(self.target_year)})
            target = charts.Figure(self.target_year, label, self.target_value, self.target_shown)
        return charts.draw(values, target, most=100 if self.unit == PERCENT else None)

    @property
    def chart_words(self) -> str:
        """Return what the chart shows, as text for screen readers."""
        words = [f"{v.year_shown} {self.shown(v.value)}" for v in self.series]
        target = _("目標 %(year)s %(value)s") % {"year": self.target_year_shown, "value": self.target_shown}
        return "、".join([*words, str(target) if self.target_shown else str(_("目標なし"))])
