"""A published result as CSV and XLSX, with its codebook: the same numbers as on its page."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from apps.core.date_formats import wareki
from apps.core.spreadsheet import Column
from apps.surveys.models import SurveyResult

HIDDEN = "x"
NOT_COMPARED = [""] * 6
MEANINGS = {None: "", True: "標本誤差を超える差", False: "標本誤差の範囲内"}
COLUMNS = [
    Column(
        "table",
        "表",
        "単純：全員の集計、クロス：軸の問いの答えごとの集計、比較：前回の調査との比較",
        choices={"単純": "全員", "クロス": "軸ごと", "比較": "前回との比較"},
    ),
    Column("number", "問いの番号", "問いの番号", "整数"),
    Column("text", "問い", "問いの文"),
    Column("item", "項目", "マトリックスの項目、または順位。ほかの問いでは空"),
    Column("condition", "聞いた相手", "この選択肢を選んだ人だけに聞いた問い。空は全員"),
    Column("axis", "軸の問いの番号", "クロスの軸にした問い。単純では空", "整数"),
    Column("group", "軸の答え", "クロスの軸にした問いの答え。単純では空"),
    Column("option", "選択肢の番号", "999は無回答", "整数"),
    Column("label", "選択肢", "選択肢の文"),
    Column("count", "人数", f"選んだ人の数。{HIDDEN}は、5人より少ない集まりがわかるため出さない数"),
    Column("percent", "割合", f"nに対する割合（%）。小数第2位を四捨五入。{HIDDEN}は人数と同じ", "小数"),
    Column("n", "n", f"聞いた人の数（無回答を含む）。{HIDDEN}は人数と同じ"),
    Column("mean", "平均", "数と段階の問いの平均（無回答を除く）。出せないときは空", "小数"),
    Column("error", "標本誤差", "無作為抽出のときの、50%の割合の標本誤差（ポイント、信頼度95%）", "小数"),
    Column("former", "前回の調査", "比べた調査の題名と問い。比較だけ"),
    Column("former_label", "前回の選択肢", "前回の選択肢の文。文が変わったときだけ。比較だけ"),
    Column("former_percent", "前回の割合", f"前回の割合（%）。比較だけ。{HIDDEN}は出さない数", "小数"),
    Column("former_n", "前回のn", "前回に聞いた人の数。比較だけ", "整数"),
    Column("difference", "前回との差", "前回からの増減（ポイント）。比較だけ", "小数"),
    Column("meaning", "差の見方", "標本誤差を超えるかどうか。どちらも無作為抽出のときだけ"),
]


def table_rows(result: SurveyResult) -> Iterator[list[object]]:
    """Yield the cells of each row, in the order of COLUMNS."""
    for table in result.figures["questions"]:
        yield from _simple_rows(table)
    for cross in result.figures["crosses"]:
        yield from _cross_rows(cross)
    for comparison in result.figures.get("comparisons", []):
        yield from _comparison_rows(comparison)


def _simple_rows(table: dict[str, Any]) -> Iterator[list[object]]:
    """Yield the rows of a question; one row that says so where nothing may be shown."""
    begin = ["単純", table["number"], table["text"]]
    end = [table["mean"] or "", table["error"] or ""]
    if table["is_hidden"]:
        yield [*begin, "", table["condition"], "", "", "", "", HIDDEN, HIDDEN, HIDDEN, *end, *NOT_COMPARED]
    for item in table["items"]:
        for entry in item["entries"]:
            numbers = [_shown(entry["count"]), _shown(entry["percent"]), table["n"]]
            yield [
                *begin, item["title"], table["condition"], "", "", entry["number"], entry["text"], *numbers, *end, *NOT_COMPARED,
            ]  # fmt: skip


def _cross_rows(cross: dict[str, Any]) -> Iterator[list[object]]:
    """Yield the rows of a cross table; lines that may not be shown are not in it."""
    begin = ["クロス", cross["number"], cross["text"], cross["title"], "", cross["axis"]]
    for row in cross["rows"]:
        for column, cell in zip(cross["columns"], row["cells"], strict=True):
            yield [
                *begin, row["text"], column["number"], column["text"], cell["count"], cell["percent"] or "", row["n"], "", "",
                *NOT_COMPARED,
            ]  # fmt: skip


def _comparison_rows(comparison: dict[str, Any]) -> Iterator[list[object]]:
    """Yield the rows of a comparison; none where one of both has too few people."""
    former = comparison["former"]
    name = f"{former['title']} 問{former['number']} {former['text']}"
    for item in comparison["tables"]:
        for entry in item["entries"]:
            before = "" if entry["is_new"] else _shown(entry["former_percent"])
            yield [
                "比較", comparison["number"], comparison["text"], item["title"], "", "", "", entry["number"], entry["text"],
                "", _shown(entry["percent"]), comparison["n"], "", comparison["error"] or "",
                name, former_wording(entry), before, former["n"], entry["difference"] or "", MEANINGS[entry["is_beyond_error"]],
            ]  # fmt: skip


def former_wording(entry: dict[str, Any]) -> str:
    """Return the words of an option in the former survey; empty where they are the same, and where there was none."""
    former = str(entry.get("former_text") or "")
    return "" if former == entry["text"] else former


def _shown(value: object) -> object:
    """Return a number, or the sign of one that is not shown."""
    return HIDDEN if value is None else value


def about(result: SurveyResult) -> dict[str, str]:
    """Return the entries of the last sheet: what the tables are about."""
    figures = result.figures
    return {
        "アンケート": figures["title"],
        "版": f"第{result.edition}版",
        "公表": wareki(timezone.localdate(result.published_at)),
        "対象": figures["audience"],
        "抽出の方法": figures["sampling"] or "無作為抽出ではありません（標本誤差はありません）",
        "回答": f"{figures['responses']}人",
        **{f"回答の方法：{channel['text']}": f"{_shown(channel['count'])}" for channel in figures.get("channels", [])},
        "数えなかった紙の回答": f"{figures.get('void', 0)}枚",
        "複数選べる問い": "割合は人数に対するもので、合計は100%を超えることがあります。",
        "直したところ": result.note or "なし",
    }
