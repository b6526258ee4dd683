"""Values of indicators (指標の値), one a year."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.fiscal import fiscal_label
from apps.core.spreadsheet import Column
from apps.core.textfields import TypedCharField
from apps.vision.models.indicator import Indicator

# The columns of a file with values: what is saved can be read back.
VALUE_COLUMNS = (
    Column("indicator", "指標コード", "指標のアドレス名"),
    Column("title", "指標名", "指標の名称（取り込みでは読みません）"),
    Column("year", "年度", "西暦。令和6年度は 2024", "整数"),
    Column("value", "値", "その年度の値", "数値"),
    Column("unit", "単位", "値の単位（指標の単位と同じもの）"),
    Column("measured_on", "時点", "年度より細かい日付がわかるときの日付", "日付"),
    Column("source", "出典", "値が載っている資料や調査の名称"),
    Column("note", "備考", "読む人に知らせること"),
)

WRITTEN = ("value", "measured_on", "source", "note")  # what a file says of a year


def as_number(value: Decimal) -> int | float:
    """Return a value as a spreadsheet holds it."""
    return int(value) if value == value.to_integral_value() else float(value)


class IndicatorValueQuerySet(models.QuerySet["IndicatorValue"]):
    """QuerySet of IndicatorValue."""

    def by_year(self, indicators: Iterable[Indicator]) -> dict[tuple[int, int], "IndicatorValue"]:
        """Return the values of some indicators, by indicator and year."""
        rows = self.filter(indicator__in=list(indicators))
        return {(row.indicator_id, row.year): row for row in rows}

    def get_by_natural_key(self, slug: str, year: int) -> "IndicatorValue":
        """Return the value that a fixture names by its indicator and year."""
        return self.get(indicator__slug=slug, year=year)


class IndicatorValue(models.Model):
    """指標の値: what was measured in one fiscal year, and where the figure comes from. One value a year."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="values", verbose_name=_("指標"))
    year = models.PositiveSmallIntegerField(_("年度"), help_text=_("西暦（例：令和6年度は2024）"))
    measured_on = models.DateField(_("時点"), null=True, blank=True, help_text=_("年度より細かい日付がわかるとき"))
    value = models.DecimalField(_("値"), max_digits=16, decimal_places=4)
    source = TypedCharField(_("出典"), max_length=120, help_text=_("例：令和6年度 市民意識調査"))
    note = TypedCharField(_("備考"), max_length=200, blank=True)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("指標の値")
        verbose_name_plural = _("指標の値")
        ordering = ["indicator", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year"],
                name="value_once_a_year",
                violation_error_message=_("この指標のこの年度の値は、すでにあります。"),
            ),
            models.CheckConstraint(
                condition=Q(year__range=(1950, 2100)),
                name="value_year_western",
                violation_error_message=_("年度は西暦（例：2024）で書いてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="value_source_given",
                violation_error_message=_("値の出典を書いてください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year_shown} {self.shown}"

    def natural_key(self) -> tuple[str, int]:
        """Return its indicator and year."""
        return (*self.indicator.natural_key(), self.year)

    @property
    def year_shown(self) -> str:
        """Return the fiscal year as the city names it."""
        return fiscal_label(self.year)

    @property
    def shown(self) -> str:
        """Return the value as it is printed."""
        return self.indicator.shown(self.value)

    def as_row(self) -> list[object]:
        """Return the cells of VALUE_COLUMNS."""
        number, about = as_number(self.value), self.indicator
        return [about.slug, about.title, self.year, number, about.unit, self.measured_on, self.source, self.note]
