"""Moderation statistics (運用の記録): decisions per month, by action and article. Counts only, never a text."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.models.moderation.case import ModerationCase
from apps.consultations.models.moderation.decision import Decision
from apps.core.fiscal import fiscal_year
from apps.core.spreadsheet import Column
from apps.core.types import StrOrPromise

HIDE = Decision.Action.HIDE
Key = str | int | None  # a trigger, an action, or the key of an article
Counts = Counter[tuple[Key, date]]


@dataclass
class Row:
    """One line of a table: its name and a number per month."""

    name: str
    numbers: list[int]

    @property
    def total(self) -> int:
        """Return the sum of all months."""
        return sum(self.numbers)


@dataclass
class Part:
    """One table: what is counted, line by line."""

    title: str
    rows: list[Row] = field(default_factory=list)


@dataclass
class Table:
    """The statistics of a fiscal year."""

    year: int
    months: list[date]
    parts: list[Part]

    @property
    def is_empty(self) -> bool:
        """Return True if nothing happened in the year."""
        return not any(row.total for part in self.parts for row in part.rows)

    def columns(self) -> list[Column]:
        """Return the columns of the CSV file."""
        months = [Column(f"{month:%Y-%m}", f"{month:%Y-%m}", _("その月の件数"), "整数") for month in self.months]
        names = [Column("part", _("区分"), _("数えたもの")), Column("item", _("項目"), _("その内訳"))]
        return [*names, *months, Column("total", _("合計"), _("年度の件数"), "整数")]

    def lines(self) -> list[list[str | int]]:
        """Return the lines of the CSV file."""
        return [[part.title, row.name, *row.numbers, row.total] for part in self.parts for row in part.rows]


def years() -> list[int]:
    """Return the fiscal years with data, newest first."""
    newest = fiscal_year(timezone.localdate())
    first = ModerationCase.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
    oldest = fiscal_year(timezone.localtime(first).date()) if first else newest
    return list(range(newest, min(oldest, newest) - 1, -1))


def of_year(year: int) -> Table:
    """Return the statistics of a fiscal year: cases by trigger, decisions by action, hidden texts by article, appeals.

    Months that are still to come are left out, not zero.
    """
    every = [date(year + (number > 12), (number - 1) % 12 + 1, 1) for number in range(4, 16)]
    months = [month for month in every if month <= timezone.localdate()]
    span = (_midnight(date(year, 4, 1)), _midnight(date(year + 1, 4, 1)))
    in_force = Decision.objects.in_force()
    reasons = _counted(in_force.filter(action=HIDE, article__isnull=False), "decided_at", "article", span)
    articles = in_force.filter(action=HIDE, article__in={key for key, _month in reasons}).order_by("article__number")
    names = dict.fromkeys((row.article_id, str(row.article)) for row in articles.select_related("article"))
    parts = [
        Part(_("確認した案件（きっかけ別）"), _rows(ModerationCase.Trigger.choices, _cases(span), months)),
        Part(_("判断"), _rows(Decision.Action.choices, _counted(in_force, "decided_at", "action", span), months)),
        Part(_("非表示の理由"), [*_rows(list(names), reasons, months), *_by_reports(span, months)]),
        Part(_("異議の申立て"), _rows([("appeal", _("受け付けた申立て"))], _appeals(span), months)),
    ]
    return Table(year, months, parts)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def _counted(
    rows: QuerySet[ModerationCase] | QuerySet[Decision], moment: str, by: str, span: tuple[datetime, datetime]
) -> Counts:
    """Return the number of rows by (value, month)."""
    within = rows.filter(**{f"{moment}__gte": span[0], f"{moment}__lt": span[1]})
    grouped = within.order_by().annotate(month=TruncMonth(moment)).values_list(by, "month").annotate(n=Count("*"))
    return Counter({(value, timezone.localtime(month).date()): n for value, month, n in grouped})


def _cases(span: tuple[datetime, datetime]) -> Counts:
    return _counted(ModerationCase.objects.all(), "opened_at", "trigger", span)


def _appeals(span: tuple[datetime, datetime]) -> Counts:
    found = _counted(Decision.objects.filter(appealed_at__isnull=False), "appealed_at", "action", span)
    months: Counts = Counter()
    for (_action, month), n in found.items():
        months["appeal", month] += n
    return months


def _by_reports(span: tuple[datetime, datetime], months: list[date]) -> list[Row]:
    """Return the row of texts hidden by reports alone; empty if there were none."""
    found = _counted(Decision.objects.in_force().filter(action=HIDE, article=None), "decided_at", "action", span)
    rows = _rows([(HIDE, _("通報による一時的な非表示"))], found, months)
    return [row for row in rows if row.total]


def _rows(names: Iterable[tuple[Key, StrOrPromise]], found: Counts, months: list[date]) -> list[Row]:
    return [Row(str(name), [found[value, month] for month in months]) for value, name in names]
