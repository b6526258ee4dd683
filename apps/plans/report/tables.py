"""Write the lines of a year as a table: one row a line, for programs."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from apps.core.spreadsheet import Changes, Column, csv_chunks
from apps.plans.models import Block, LineAnswer

BLOCK_CODES = {block.value: str(block.label) for block in Block}
COLUMNS = [
    Column("municipality_code", "全国地方公共団体コード", "調布市のコード", "文字列"),
    Column("fiscal_year", "年度（西暦）", "年度の始まる年", "整数"),
    Column("fiscal_year_label", "年度", "和暦と西暦"),
    Column("policy_number", "方針番号", "方針の番号"),
    Column("policy", "方針", "方針の名称"),
    Column("measure_number", "基本的取組番号", "基本的取組の番号"),
    Column("measure", "基本的取組", "基本的取組の名称"),
    Column("plan_number", "プラン番号", "その年度のプランの番号", "整数"),
    Column("plan", "プラン", "プランの名称"),
    Column("departments", "担当課", "公表した日の名称。複数は「，」で区切る"),
    Column("edition", "シートの版", "1は最初の公表，2以上は正誤の版", "整数"),
    Column("block", "欄コード", "様式のどの欄か", choices=BLOCK_CODES),
    Column("block_label", "欄", "欄の名称"),
    Column("order", "行番号", "欄の中の順番", "整数"),
    Column("mark", "行頭の記号", "○，◆など"),
    Column("text", "本文", "行の文"),
    Column("answer", "実施の状況", "計画の行だけ。対応の登録がなければ空", choices={
        str(label): str(label) for _value, label in LineAnswer.Outcome.choices
    }),
    Column("outlook", "進捗見込", "年度別計画に対する今年度の進捗見込の記号"),
    Column("outlook_words", "進捗見込の意味", "記号の意味。資料に記載がなければ空"),
    Column("grade", "年次評価", "評価の記号"),
    Column("grade_words", "年次評価の意味", "評価の記号の意味"),
    Column("source", "転記元の資料", "資料から書き写したシートだけ"),
    Column("line_id", "行ID", "このサイトの中で行を指す番号", "整数"),
]  # fmt: skip
CITY_CODE = "132080"


def rows(content: dict[str, Any]) -> Iterator[list[object]]:
    """Yield a row for each line, in the order of the form."""
    for sheet in content["sheets"]:
        head = [
            CITY_CODE, content["year"], content["year_label"], sheet["policy"]["number"], sheet["policy"]["title"],
            sheet["measure"]["number"], sheet["measure"]["title"], sheet["number"], sheet["title"],
            sheet["departments_shown"], sheet["edition"],
        ]  # fmt: skip
        outlook, grade = sheet["outlook"] or {}, sheet["grade"]
        expected = [outlook.get("mark", ""), outlook.get("words", "")]
        tail = [*expected, grade["code"], grade["words"], sheet["source"]]
        for block in BLOCK_CODES:  # a stored report has lost the order of its keys
            for line in sheet["blocks"][block]:
                said = "，".join(dict.fromkeys(answer["outcome"] for answer in line["answers"]))
                own = [block, BLOCK_CODES[block], line["order"], line["mark"], line["text"], said]
                yield [*head, *own, *tail, line["id"]]


def csv_bytes(content: dict[str, Any], *, encoding: str = "utf-8", changes: Changes | None = None) -> bytes:
    """Return the table as CSV: UTF-8 with byte order mark, or CP932; `changes` collects the characters that it lacks."""
    return b"".join(csv_chunks(COLUMNS, rows(content), encoding=encoding, changes=changes))


def dictionary_bytes() -> bytes:
    """Return the data dictionary of the columns as CSV."""
    return b"".join(csv_chunks(DICTIONARY, dictionary_rows()))


def dictionary_rows() -> Iterator[list[str]]:
    """Yield a row for each column, and one for each value that it may hold."""
    for column in COLUMNS:
        yield [column.title, column.key, column.kind, column.meaning, "", ""]
        for value, meaning in column.choices.items():
            yield [column.title, column.key, column.kind, _("値の意味"), value, meaning]


DICTIONARY = [
    Column("title", "項目名", "CSVの1行目の名前"),
    Column("key", "項目名（英字）", "プログラムで使う名前"),
    Column("kind", "型", "値の型"),
    Column("meaning", "説明", "項目の意味"),
    Column("value", "値", "決まった値だけをとる項目の値"),
    Column("value_meaning", "値の意味", "その値の意味"),
]
