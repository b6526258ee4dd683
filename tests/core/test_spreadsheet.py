"""Files that staff open in a spreadsheet program: nothing typed breaks them, and what the exchange file holds comes back."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

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
    moment,
    whole_number,
    write_xlsx,
)
from apps.core.spreadsheet.cells import ILLEGAL, display_width, escape, unescape
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
    assert not escape(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "'"])
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
