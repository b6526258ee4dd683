"""Files that staff open in a spreadsheet program: nothing typed breaks them, and what the exchange file holds comes back."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from apps.core.spreadsheet import (
    Breaks,
    CellError,
    Changes,
    Column,
    TableReader,
    Unreadable,
    choice,
    csv_chunks,
    csv_response,
    day,
    is_month_first,
    moment,
    whole_number,
    write_xlsx,
)
from apps.core.spreadsheet.cells import ILLEGAL, display_width, escape, unescape
from apps.core.spreadsheet.formats import hides_text, shown
from apps.core.spreadsheet.oddities import is_ditto, is_error, is_nothing, is_total
from apps.core.spreadsheet.xlsx_writer import WriteFailed

COLUMNS = [Column("code", "番号", "意見の番号"), Column("body", "本文", "意見の本文")]
FORMULAS = ["=1+1", "+81", "-1", "@x", "\tx", "'", "''", "'=1", "'a", '=HYPERLINK("http://x")', "＝1"]
NAUGHTY = [
    "𠮷野家",
    "葛󠄀",
    "👨‍👩‍👧",
    "か\u3099",
    "\u202e逆",
    "_x0041_",
    "_x005F_x0041_",
    "  前後  ",
    "１２",
    "a,b",
    '"引用"',
    "http://x.jp",
]
# What a stored text may hold: no control characters, LF as its only line end.
texts = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff\u2028\u2029\x85"), max_size=60
) | st.sampled_from(FORMULAS + NAUGHTY + ["一行目\n二行目", "\n\n"])


def csv_bytes(rows: Any, **options: Any) -> bytes:
    return b"".join(csv_chunks(COLUMNS, rows, **options))


def xlsx_bytes(rows: Any, **options: Any) -> tuple[bytes, Changes]:
    file = io.BytesIO()
    changes = write_xlsx(file, COLUMNS, rows, title="意見", about={"作成": "試験"}, **options)
    return file.getvalue(), changes


def read(content: bytes) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, row.cells) for row in TableReader(io.BytesIO(content))]


@examples(max_examples=60, deadline=None)
@given(st.lists(st.tuples(texts.filter(str.strip), texts), max_size=5))
def test_what_the_exchange_file_holds_comes_back(rows: list[tuple[str, str]]) -> None:
    expected = [(n, {"番号": a, "本文": b}) for n, (a, b) in enumerate(rows, start=2)]
    assert read(csv_bytes(rows, breaks=Breaks.KEEP)) == expected
    assert read(xlsx_bytes(rows, breaks=Breaks.KEEP)[0]) == expected


@examples(max_examples=200, deadline=None)
@given(texts)
def test_exactly_one_mark_goes_on_and_comes_off(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not escape(text).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "'"])
def test_each_sign_that_begins_a_formula_is_marked(sign: str) -> None:
    assert (escape(f"{sign}1"), unescape(f"'{sign}1")) == (f"'{sign}1", f"{sign}1")
    assert unescape("'そのまま") == "'そのまま", "no file of ours begins a cell so"


@examples(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=5))
def test_a_data_file_has_one_line_for_each_record_whatever_was_typed(rows: list[tuple[str, str]]) -> None:
    content = csv_bytes(rows)
    assert content.count(b"\n") == content.count(b"\r\n") == len(rows) + 1
    assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) == len(rows) + 1
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(rows)[0]))
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f" or cell.hyperlink]


def test_control_characters_are_taken_out_and_said() -> None:
    content, changes = xlsx_bytes([["\x0b公園\x08", "\x1b[0m"], ["そのまま", "\x0b=1"]])
    sheet = openpyxl.load_workbook(io.BytesIO(content))["意見"]
    assert [cell.value for cell in sheet[2]] == ["公園", "[0m"]
    assert sheet["B3"].value == "'=1", "what is left without them may be a formula"
    assert changes.removed == 3
    assert ILLEGAL.search("\ud800")


def test_a_text_too_long_for_a_cell_is_cut_where_it_says_so() -> None:
    content, changes = xlsx_bytes([["1", "あ" * 40_000], ["2", "𠮷" * 20_000]])
    book = openpyxl.load_workbook(io.BytesIO(content))
    shown = [book["意見"].cell(row, 2).value for row in (2, 3)]
    assert all(len(text.encode("utf-16-le")) // 2 <= 32_767 and text.endswith("…（以下略）") for text in shown)
    assert changes.shortened == [(2, "本文"), (3, "本文")]
    about = [row[0].value for row in book["このファイルについて"]]
    assert "途中で切った文（2行目「本文」）" in about


def test_every_refusal_of_the_library_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsxwriter.worksheet.Worksheet, "_write_string", lambda *a: -2)
    with pytest.raises(WriteFailed):
        xlsx_bytes([["1", "x"]])


def test_the_workbook_is_fit_for_use_and_for_print() -> None:
    columns = [
        *COLUMNS,
        Column("channel", "収集経路", "経路", choices={f"値{n}": "とても長い説明" * 9 for n in range(30)}),
    ]
    file = io.BytesIO()
    rows = [
        ["C26-0001", "公園にベンチがほしい", "値1", date(2025, 11, 10), datetime(2025, 11, 10, 9, tzinfo=UTC), 12, None]
    ]
    extra = [Column(key, key, key) for key in ("day", "moment", "number", "blank")]
    write_xlsx(file, [*columns, *extra], rows, title="意見/一覧*", about={"作成日": "2025-11-10"}, offer_choices=True)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["意見 一覧", "コード表", "データ項目", "このファイルについて"]
    sheet = book.worksheets[0]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:G2", "$1:$1")
    assert [cell.value for cell in sheet[2]][3:] == [datetime(2025, 11, 10), datetime(2025, 11, 10, 18), 12, None]
    assert sheet.column_dimensions["B"].width >= display_width("公園にベンチがほしい")
    assert sheet.data_validations.dataValidation[0].formula1 == "'コード表'!$B$2:$B$31"
    assert not sheet.merged_cells.ranges
    assert book.properties.creator in {None, ""}
    assert "「'」を1つ付けています" in str([cell.value for row in book["このファイルについて"] for cell in row])
    assert [cell.value for cell in book["データ項目"][4]] == ["収集経路", "channel", "文字列", "経路"]


def test_cp932_says_how_many_letters_it_does_not_know() -> None:
    changes = Changes()
    content = csv_bytes([["髙﨑①", "🙂〜−か\u3099𠮷"]], encoding="cp932", changes=changes)
    assert content.decode("cp932").splitlines()[1] == "髙﨑①,〓～－が〓"
    assert changes.replaced == 2
    assert read(content)[0][1]["番号"] == "髙﨑①"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_csv_is_read_in_every_encoding_of_the_offices(encoding: str) -> None:
    content = '番号 ,本文\r\n１,"一行目\r\n二行目"\r\n,\r\n３,表①\r\n'.encode(encoding)
    assert read(content) == [
        (2, {"番号": "１", "本文": "一行目\r\n二行目"}),
        (4, {"番号": "３", "本文": "表①"}),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "ファイルが空"),
        (b"\xd0\xcf\x11\xe0old excel", "古い形式"),
        (b"\xff\xff\xff\xff\x81", "文字コード"),
        ("番号,番号\n1,2".encode(), "列「番号」が2つ"),
        (b"\n1,2\n", "列の名前がありません"),
        ('番号,本文\n1,ok\n2,"開いたまま\n3,x'.encode(), "3行目：引用符"),
        (b"PK\x03\x04 broken", "読めませんでした"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        list(TableReader(io.BytesIO(content)))
    assert reason in str(unreadable.value.sentence)


def bomb(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "entries",
    [
        {"xl/workbook.xml": b"0" * 60_000_000},
        {"xl/sheet.xml": b"0" * 3_000_000},
        {f"{n}.xml": b"x" for n in range(1001)},
        {"../evil.xml": b"x"},
    ],
    ids=["large", "dense", "many", "outside"],
)
def test_a_zip_bomb_is_refused_before_it_is_unpacked(entries: dict[str, bytes]) -> None:
    content = bomb(**entries)
    with pytest.raises(Unreadable, match="普通のファイルではない"):
        TableReader(io.BytesIO(content))


def test_numbers_days_and_choices_are_read_as_people_write_them() -> None:
    assert [whole_number(text) for text in ("１２", "1,234", "１，２３４", "12.0", " 0 ")] == [12, 1234, 1234, 12, 0]
    days = (
        "2025-11-10",
        "2025/11/10",
        "2025年11月10日",
        "令和7年11月10日",
        "R7.11.10",
        "２０２５／１１／１０",
        "2025-11-10 00:00:00",
    )
    assert {day(text) for text in days} == {date(2025, 11, 10)}
    assert day("令和元年5月1日") == date(2019, 5, 1)
    assert moment("2025/11/10 9:05").isoformat() == "2025-11-10T09:05:00+09:00"
    assert moment("2025-11-10T00:05:00.000123+00:00").isoformat() == "2025-11-10T00:05:00.000123+00:00"
    assert choice("紙", {"web": "Web", "paper": "紙"}) == choice("ｐａｐｅｒ", {"paper": "紙"}) == "paper"


ONE_DAY = [
    "2025/11/10", "R7.11.10", "令和7年11月10日", "令和7年11月10日（月）", "2025/11/10(月)", "20251110", "Ｒ７．１１．１０",
    "㋿7年11月10日", "令7.11.10", "10-Nov-25", "45971", "2025.11.10", "R07/11/10", "令和7年11月10日（月・祝）",
    "2025年 11月 10日 月曜日", "2025－11－10", "2025-11-10 午前0時",
]  # fmt: skip
HALF_PAST_THREE = [
    "2025/11/10 午後 3:30", "2025/11/10 3:30:00 午後 GMT+9", "2025/11/10 15:30:00 JST", "11/10/2025 15:30",
    "2025-11-10T06:30:00Z", "2025年11月10日 15時30分", "令和７年１１月１０日　午後３時３０分", "2025-11-10 3:30 PM",
    "45971.6458333333", "令和7年11月10日（月）午後3時30分",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "clock"), [*((text, "00:00") for text in ONE_DAY), *((text, "15:30") for text in HALF_PAST_THREE)]
)
def test_a_day_is_read_in_every_way_that_files_have_it(text: str, clock: str) -> None:
    assert day(text) == date(2025, 11, 10)
    assert f"{moment(text).astimezone(ZoneInfo('Asia/Tokyo')):%Y-%m-%d %H:%M}" == f"2025-11-10 {clock}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("令和7年度", "日まで書いてください"),
        ("2025年11月", "日まで書いてください"),
        ("11月10日", "年から書いてください"),
        ("11/10", "年から書いてください"),
        ("令和7年11月10日（火）", "曜日が日付と合いません"),
        ("2025/11/10～11/12", "時刻は"),
        ("25/11/2025", "年・月・日の順で"),
        ("2025-11-10 午後25時", "時刻は"),
        ("123456", "日付（例"),
    ],
)
def test_what_is_no_one_day_says_what_is_missing(text: str, sentence: str) -> None:
    for read_cell in (day, moment):
        with pytest.raises(CellError) as refused:
            read_cell(text)
        assert sentence in str(refused.value.sentence)


def test_a_day_that_may_be_read_in_two_ways_is_known_as_such() -> None:
    assert [is_month_first(text) for text in ("11/10/2025", "11/25/2025", "2025/11/10", "11/11/2025")] == [
        True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "code", "number", "text"),
    [
        (0.944, "0.0%", 0, "94.4%"),
        (65.09999999999999, "0.0", 0, "65.1"),
        (57.699999999999996, "General", 0, "57.7"),
        (0.1 + 0.2, "General", 0, "0.3"),
        (1e20, "0.00E+00", 0, "1" + "0" * 20),
        (-1.2, '0.0;"▲"0.0', 0, "▲1.2"),
        (-1.2, "#,##0.0_);[Red](#,##0.0)", 0, "-1.2"),
        (-1234.5, "#,##0;[Red]#,##0", 0, "-1,235"),
        (1234567, '#,##0"人"', 0, "1,234,567人"),
        (1, "000", 0, "001"),
        (12, '"WS-"000', 0, "WS-012"),
        (1234567, "#,##0,", 0, "1,235"),
        (0, "#,###", 0, "0"),
        (-0.04, "0.0", 0, "0.0"),
        (0.5, "# ?/?", 0, "0.5"),
        (5, '[>100]"多";0', 0, "5"),
        (45971, "General", 31, "2025-11-10"),
        (45971.6458333333, "General", 57, "2025-11-10 15:30"),
        (0.6458333333, "General", 32, "15:30"),
        (45971, '[DBNum3][$-411]ggge"年"m"月"d"日"', 0, "2025-11-10"),
        (45971, "[$-ja-JP-x-gannen]ggge", 0, "2025-11-10"),
        (2025, '0"年度"', 0, "2025年度"),
        (1.5, "[h]:mm", 0, "36:00"),
    ],
)
def test_a_number_is_what_its_format_shows(value: float, code: str, number: int, text: str) -> None:
    assert shown(value, code, number).text == text


@pytest.mark.parametrize("number", [*range(27, 32), 36, *range(50, 59)])
def test_every_japanese_built_in_day_format_is_a_day(number: int) -> None:
    assert shown(45971, "General", number).text == "2025-11-10"


def test_a_number_that_its_format_hides_is_known() -> None:
    assert shown(5, ";;;").is_hidden
    assert not shown(0, ";;;").is_hidden


@pytest.mark.parametrize(
    ("code", "is_hidden"), [(";;;", True), ('0;-0;0;"●"', True), ("@", False), ("0;-0;0;@", False), ("General", False)]
)
def test_a_text_that_its_format_hides_is_known(code: str, is_hidden: bool) -> None:
    assert hides_text(code) is is_hidden


@pytest.mark.parametrize("text", ["合計", "計 2件", "小計：", "総計 12", "【合計】", "合計　"])
def test_a_row_of_sums_is_known(text: str) -> None:
    assert is_total(["", text])


@pytest.mark.parametrize("text", ["計画を知りたい", "合計特殊出生率", "時計", "平均寿命をのばす", "1", ""])
def test_a_word_that_only_looks_like_a_sum_is_none(text: str) -> None:
    assert not is_total([text])


def test_errors_ditto_and_nothing_are_known_and_words_are_not() -> None:
    assert all(map(is_error, ["#REF!", "#N/A", "#DIV/0!", "####", "＃ＲＥＦ！"]))
    assert all(map(is_ditto, ["同上", "〃", "上に同じ", "同上。"]))
    assert all(map(is_nothing, ["なし", "特になし", "とくにありません。", "―", "N/A", "無回答"]))
    words = ["#1の公園", "同上の理由で反対", "なしの木を植える", "無料にして", "ー丁目"]
    assert not [word for word in words if is_error(word) or is_ditto(word) or is_nothing(word)]


@pytest.mark.parametrize(
    ("read_cell", "text"),
    [(whole_number, text) for text in ("", "²", "٣", "-1", "1.5", "1e9", "９" * 13, "12人")]
    + [(day, text) for text in ("", "明日", "2025-02-30", "令和99999年1月1日")]
    + [(moment, text) for text in ("2025/11/10 25:00", "x")],
)
def test_anything_else_gets_a_sentence(read_cell: Any, text: str) -> None:
    with pytest.raises(CellError):
        read_cell(text)


def test_a_download_has_a_japanese_name() -> None:
    response = csv_response("公園の意見.csv", COLUMNS, [["1", "=1"]])
    assert "filename*=utf-8''%E5%85%AC%E5%9C%92" in response["Content-Disposition"]
    assert b"".join(response) == "\ufeff番号,本文\r\n1,'=1\r\n".encode()
