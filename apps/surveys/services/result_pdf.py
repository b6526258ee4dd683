"""A published result as an A4 PDF: the same numbers and bars as on its page."""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from apps.core.date_formats import wareki
from apps.core.printing import typeset_once
from apps.surveys.models import SurveyResult
from apps.surveys.services.comparison import FEWEST_COMPARED
from apps.surveys.services.result_files import HIDDEN, MEANINGS, former_wording

SOURCE = settings.BASE_DIR / "templates" / "surveys" / "result.typ"
READING = [
    "nは、その問いを聞いた人の数です。無回答も含みます。",
    "割合は、小数第2位を四捨五入しています。合計が100%にならないことがあります。",
    f"{HIDDEN}は、5人より少ない集まりがわかるため、出していない数です。",
]
NO_RISE = "無作為抽出どうしの比較ではないため、差が増減を表すとは言えません。"
NO_ERROR = "自分から答えた人の結果です。無作為抽出ではないため、標本誤差はありません。"


def draw_result(result: SurveyResult) -> bytes:
    """Return the result as a PDF, in Japanese."""
    figures = result.figures
    with translation.override("ja"):
        published = wareki(timezone.localdate(result.published_at))
    data = {
        "title": figures["title"], "department": figures["department"], "edition": f"第{result.edition}版",
        "published": f"公表 {published}", "note": result.note, "address": f"{settings.SITE_URL}{result.get_absolute_url()}",
        "facts": facts_of(figures), "reading": READING if figures["error"] else [*READING, NO_ERROR],
        "questions": [_question(table) for table in figures["questions"]],
        "crosses": [_cross(cross) for cross in figures["crosses"]],
        "comparisons": [_comparison(one) for one in figures.get("comparisons", [])],
    }  # fmt: skip
    return typeset_once("survey-result", str(result.pk), SOURCE, data)


def facts_of(figures: dict[str, Any]) -> list[list[str]]:
    """Return what a result is about, as label and words; an edition of before may lack some."""
    channels = figures.get("channels", [])
    has_paper = any(channel["key"] == "paper" and channel["count"] != 0 for channel in channels)
    ways = "・".join(f"{channel['text']} {_shown(channel['count'])}" for channel in channels)
    sent, void, error = figures["sent"], figures.get("void"), figures["error"]
    facts = [
        ("対象", figures["audience"]),
        ("抽出の方法", figures["sampling"]),
        ("配布数", f"{sent:,}" if sent else ""),
        ("回答した人", f"{figures['responses']:,}人"),
        ("回答の方法", ways if has_paper else ""),
        ("数えなかった紙の回答", f"{void}枚" if void else ""),
        ("標本誤差", f"±{error}ポイント（割合が50%のとき、信頼度95%）" if error else ""),
    ]
    return [[label, value] for label, value in facts if value]


def _question(table: dict[str, Any]) -> dict[str, Any]:
    """Return a question as the template draws it."""
    facts = [
        f"n={table['n']:,}" if table["n"] is not None else "",
        f"「{table['condition']}」を選んだ人に聞きました。" if table["condition"] else "",
        f"標本誤差 ±{table['error']}ポイント" if table["error"] else "",
        f"平均 {table['mean']}（無回答を除く）" if table["mean"] else "",
        "いくつか選べる問いのため、割合の合計は100%を超えることがあります。" if table["is_multiple"] else "",
    ]
    items = [
        {
            "title": item["title"],
            "entries": [
                {
                    "text": entry["text"],
                    "percent": entry["percent"],
                    "count": _shown(entry["count"]),
                    "shown": _shown(entry["percent"]),
                }
                for entry in item["entries"]
            ],
        }
        for item in table["items"]
    ]
    said = {"number": table["number"], "text": table["text"], "is_hidden": table["is_hidden"]}
    return {**said, "facts": [fact for fact in facts if fact], "items": items}


def _cross(cross: dict[str, Any]) -> dict[str, Any]:
    """Return a cross table as the template draws it."""
    item = f" {cross['title']}" if cross["title"] else ""
    rows = [[row["text"], f"{row['n']:,}", *(_cell(cell) for cell in row["cells"])] for row in cross["rows"]]
    caption = f"問{cross['axis']} {cross['axis_text']} × 問{cross['number']} {cross['text']}{item}"
    return {"caption": caption, "columns": [column["text"] for column in cross["columns"]], "rows": rows}


def _comparison(comparison: dict[str, Any]) -> dict[str, Any]:
    """Return a comparison with a former survey as the template draws it."""
    former = comparison["former"]
    items = [
        {
            "title": item["title"],
            "rows": [
                [
                    _with_former(entry),
                    "なし" if entry["is_new"] else _shown(entry["former_percent"]),
                    _shown(entry["percent"]),
                    entry["difference"] or "—",
                    MEANINGS[entry["is_beyond_error"]],
                ]
                for entry in item["entries"]
            ],
        }
        for item in comparison["tables"]
    ]
    return {
        "caption": f"問{comparison['number']} {comparison['text']}", "note": comparison["note"], "items": items,
        "former": f"前回：{former['title']} 問{former['number']} {former['text']}",
        "counts": f"今回 n={_shown(comparison['n'])}、前回 n={_shown(former['n'])}",
        "errors": f"標本誤差 今回 ±{comparison['error']}、前回 ±{former['error']}ポイント" if comparison["is_sample"] else NO_RISE,
        "few": f"どちらかのnが{FEWEST_COMPARED}より少ないため、比べていません。",
    }  # fmt: skip


def _with_former(entry: dict[str, Any]) -> str:
    """Return the words of an option, with those of the former survey where they were others."""
    former, text = former_wording(entry), str(entry["text"])
    return f"{text}（前回の文：{former}）" if former else text


def _cell(cell: dict[str, Any]) -> str:
    """Return count and percentage of a cell."""
    return f"{cell['count']}" if cell["percent"] is None else f"{cell['count']}（{cell['percent']}%）"


def _shown(value: object) -> str:
    """Return a number, or the sign of one that is not shown."""
    return HIDDEN if value is None else f"{value}"
