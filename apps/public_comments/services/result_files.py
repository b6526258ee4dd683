"""A published result as CSV, XLSX and PDF: the same rows as on its page."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from apps.core.date_formats import wareki
from apps.core.printing import typeset_once
from apps.core.spreadsheet import Column
from apps.public_comments.models import ResultEdition

SOURCE = settings.BASE_DIR / "templates" / "public_comments" / "result.typ"
WHOLE = "案の全体"
COLUMNS = [
    Column("number", "番号", "表の中の番号", "整数"),
    Column("section", "案の節", f"意見があった案の節。案の全体への意見は「{WHOLE}」"),
    Column("summary", "意見の概要", "同じ趣旨の要点をまとめたもの"),
    Column("points", "件数", "まとめた要点の数", "整数"),
    Column("opinions", "通数", "要点があった意見の数。ほかの行と重なることがある", "整数"),
    Column("kind", "反映区分", "案を変えるかどうか"),
    Column("text", "市の考え方", "市の答え"),
    Column("changed", "変えた節", "案を変えたときの、変えたあとの版の節"),
]


def table_rows(result: ResultEdition) -> Iterator[list[object]]:
    """Yield the cells of each row, in the order of COLUMNS."""
    for row in result.figures["rows"]:
        yield [
            row["number"], row["section"] or WHOLE, row["summary"], row["points"], row["opinions"], row["kind"],
            row["text"], row["changed"],
        ]  # fmt: skip


def about(result: ResultEdition) -> dict[str, str]:
    """Return the entries of the last sheet: what the table is about, and the figures that its rows do not hold."""
    with translation.override("ja"):
        return _about(result)


def _about(result: ResultEdition) -> dict[str, str]:
    """Return the entries in Japanese, as the columns are."""
    figures = result.figures
    return {
        "案件": figures["title"],
        "版": f"第{result.edition}版",
        "公表": wareki(timezone.localdate(result.published_at)),
        "募集期間": period_of(figures),
        "意見の通数": str(figures["opinions"]),
        "人数": people_of(figures),
        "要点の件数": str(figures["points"]),
        **{f"提出の方法：{label}": f"{n}通" for label, n in result.channels},
    }


def people_of(figures: dict[str, Any]) -> str:
    """Return how many persons and groups there were, in words."""
    people = figures["people"]
    return f"個人 {people['persons']}人、団体 {people['groups']}団体" if people else "数えていません"


def period_of(figures: dict[str, Any]) -> str:
    """Return the period of the case in words."""
    opens, closes = (date.fromisoformat(figures[name]) for name in ("opens_on", "closes_on"))
    return f"{wareki(opens)}〜{wareki(closes)}"


def draw_result(result: ResultEdition, *, url: str) -> bytes:
    """Return the result as a tagged A4 PDF."""
    with translation.override("ja"):
        content = _content(result, url)
    return typeset_once("public-comment", str(result.pk), SOURCE, content)


def _content(result: ResultEdition, url: str) -> dict[str, object]:
    """Return the data of the Typst template."""
    figures = result.figures
    return {
        "title": figures["title"],
        "department": figures["department"],
        "edition": f"第{result.edition}版",
        "published": f"公表 {wareki(timezone.localdate(result.published_at))}",
        "note": result.note,
        "address": url,
        "facts": [
            ["意見を求めた案", figures["version"]],
            ["募集期間", period_of(figures)],
            ["意見", f"{figures['opinions']}通"],
            ["人数", people_of(figures)],
            ["要点", f"{figures['points']}件"],
            ["提出の方法", "、".join(f"{label} {n}通" for label, n in result.channels)],
        ],
        "kinds": [[name, meaning, f"{n}件"] for name, meaning, n in figures["kinds"]],
        "rows": [{**row, "section": row["section"] or WHOLE} for row in figures["rows"]],
        "left_out": [f"{reason}：{n}件" for reason, n in figures["left_out"]],
        "excluded": [f"{reason}：{n}通" for reason, n in result.excluded],
    }
