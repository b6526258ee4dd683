"""A published report as CSV, XLSX and PDF: the same lines as on its page."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.date_formats import wareki
from apps.core.fiscal import fiscal_label
from apps.core.printing import typeset_once
from apps.core.spreadsheet import Column
from apps.participation.models import ParticipationEdition

SOURCE = settings.BASE_DIR / "templates" / "participation" / "report.typ"
COLUMNS = [
    Column("part", "区分", "市民参加手続か協働か"),
    Column("number", "番号", "区分の中の番号", "整数"),
    Column("department", "所管課", "依頼した日の課の名称"),
    Column("title", "事業名", "手続や協働を行った事業"),
    Column("kind", "種類・手法", "市民参加手続の種類、または協働の手法"),
    Column("times", "回数", "行った回数。記録がないときは空", "整数"),
    Column("starts_on", "初日", "はじめの日", "日付"),
    Column("ends_on", "最終日", "終わりの日。1日だけのときは空", "日付"),
    Column("figure", "数", "参加した数。単位の違う数は足せない", "整数"),
    Column("unit", "単位", "実人数、延人数、件数、通数"),
    Column("amount", "金額（円）", "協働に市が出した金額", "整数"),
    Column("state", "数・金額の状態", "数値、該当なし、記録なしのどれか。0は数値"),
    Column("how_counted", "数え方", "何をどう数えたか"),
    Column("partner", "相手", "協働の相手の団体"),
    Column("outcome", "成果", "得られたこと"),
    Column("issue", "課題", "これからのこと"),
    Column("source", "出典", "このサイトの中のページ。職員が書いた数のときは空"),
    Column("known_on", "数の時点", "出典の数をいつ数えたか", "日付"),
]
ACT, COLLABORATION = "市民参加手続", "協働"
# Names that an edition keeps in Japanese and pages in other languages translate.
KEPT_NAMES = (
    gettext_lazy("事業"), gettext_lazy("手続"), gettext_lazy("協働"), gettext_lazy("協働に市が出した金額（円）"),
    gettext_lazy("該当なし"), gettext_lazy("記録なし"),
)  # fmt: skip


def table_rows(edition: ParticipationEdition) -> Iterator[list[object]]:
    """Yield the cells of each line, in the order of COLUMNS."""
    for row in edition.figures["acts"]:
        yield _cells({**row, "part": ACT, "source": f"{settings.SITE_URL}{row['source']}" if row["source"] else ""})
    for row in edition.figures["collaborations"]:
        yield _cells({**row, "part": COLLABORATION, "kind": row["method"], "outcome": row["result"]})


def _cells(row: dict[str, Any]) -> list[object]:
    """Return the cells of a line; what it has not is empty."""
    cells: list[object] = []
    for column in COLUMNS:
        value = row.get(column.key, "")
        cells.append(date.fromisoformat(value) if column.kind == "日付" and value else "" if value is None else value)
    return cells


def about(edition: ParticipationEdition) -> dict[str, str]:
    """Return the entries of the last sheet: the year, the edition and the totals."""
    totals = edition.figures["totals"]
    return {
        "対象の年度": fiscal_label(edition.figures["year"]),
        "版": f"第{edition.edition}版",
        "公表": published(edition),
        "調査した課": f"{edition.figures['departments']}課",
        **{f"合計：{name}": "記録なし" if n is None else str(n) for name, n in totals},
    }


def published(edition: ParticipationEdition) -> str:
    """Return the day of the publication, in Japanese."""
    with translation.override("ja"):
        return wareki(timezone.localdate(edition.published_at))


def draw_report(edition: ParticipationEdition, *, url: str) -> bytes:
    """Return the report as a tagged A4 PDF, in Japanese."""
    with translation.override("ja"):
        content = _content(edition, url)
    return typeset_once("participation", str(edition.pk), SOURCE, content)


def _content(edition: ParticipationEdition, url: str) -> dict[str, object]:
    """Return the data of the Typst template."""
    figures = edition.figures
    former = [dict(totals) for _year, totals in figures["former"]]
    return {
        "year": fiscal_label(figures["year"]),
        "edition": f"第{edition.edition}版",
        "published": f"公表 {published(edition)}",
        "note": edition.note,
        "address": url,
        "columns": [fiscal_label(year) for year, _totals in figures["former"]],
        "totals": [
            [name, number(n), *(number(totals.get(name)) for totals in former)] for name, n in figures["totals"]
        ],
        "kinds": [[name, f"{n}", units_of(units) or "—"] for name, n, units in figures["kinds"]],
        "methods": [[label, f"{n}"] for label, n in figures["methods"]],
        "departments": [[name, f"{acts}", f"{entries}"] for name, acts, entries in figures["by_department"]],
        "acts": [{**row, "figure": figure_of(row), "period": period_of(row)} for row in figures["acts"]],
        "collaborations": [{**row, "amount": amount_of(row)} for row in figures["collaborations"]],
    }


def units_of(units: list[list[Any]]) -> str:
    """Return the totals of a kind, each with its unit."""
    return "、".join(f"{_(unit)} {total:,}" for unit, total in units)


def number(n: int | None) -> str:
    """Return a total with its thousands; what nobody counted is not 0."""
    return _("記録なし") if n is None else f"{n:,}"


def figure_of(row: dict[str, Any]) -> str:
    """Return the figure of a line with its unit; 該当なし or 記録なし without one."""
    unit, state = row["unit"], row["state"]
    return f"{_(unit)} {row['figure']:,}" if row["figure"] is not None else _(state)


def amount_of(row: dict[str, Any]) -> str:
    """Return the amount of a line; 該当なし or 記録なし without one."""
    state = row["state"]
    return _(state) if row["amount"] is None else _("%(n)s円") % {"n": f"{row['amount']:,}"}


def period_of(row: dict[str, Any]) -> str:
    """Return the days of a line."""
    days = [wareki(date.fromisoformat(row[name])) for name in ("starts_on", "ends_on") if row[name]]
    return "〜".join(dict.fromkeys(days))
