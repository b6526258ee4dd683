"""A sheet as a workbook: out, through LibreOffice, and in again without the loss of a character."""

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.core.spreadsheet import Unreadable
from apps.plans.models import Block, Evidence, PlanSheet
from apps.plans.workbook import compare, read_workbook, write_workbook
from tests.accounts.factories import make_secretariat
from tests.plans.factories import SheetFactory, bring_to, circle, grade, write

pytestmark = pytest.mark.django_db
HARD = ["全角，１２％「かっこ」ＡＩ　空白", "=1+1", "'引用", "@a -b +c", "_x0041_ は文字", "0012", "2024-09-30", "　字下げ",
        "𠮷野家と髙﨑①㈱", "A" * 300, '=HYPERLINK("http://x")', "１，２３４", "1E5", "TRUE"]  # fmt: skip


@pytest.fixture
def sheet() -> PlanSheet:
    """A sheet in 後期 with texts that spreadsheet programs like to change."""
    made = bring_to(SheetFactory(), "second")
    write(made, Block.DO_SECOND, *HARD)
    write(made, Block.PLAN_SECOND, "計画")
    Evidence.objects.create(sheet=made, kind="figure", title="参加者４４人", url="https://example.com/?a=1&b=2")
    return made


def cells(data: bytes) -> dict[str, list[list[Any]]]:
    """Every cell of every sheet as text, an empty cell and none alike, without the empty ones at the ends."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = {}
    for page in book:
        rows = [
            [str(value) if value not in {None, ""} else "" for value in row] for row in page.iter_rows(values_only=True)
        ]
        rows = [row[: max((n for n, cell in enumerate(row, 1) if cell), default=0)] for row in rows]
        while rows and not rows[-1]:
            rows.pop()
        found[page.title] = rows
    return found


def test_out_and_in_changes_nothing(sheet: PlanSheet) -> None:
    brought = read_workbook(io.BytesIO(write_workbook(sheet)))
    assert [text for _pk, _mark, text in brought.blocks["do_second"]] == HARD
    assert [pk for pk, _mark, _text in brought.blocks["do_second"]] == [
        line.pk for line in sheet.lines.in_block("do_second")
    ]
    assert compare(sheet, brought).changes == []


def test_libreoffice_loses_no_character(sheet: PlanSheet, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.fail(
            "LibreOffice Calc is missing: run script/test, which installs it, or apt-get install libreoffice-calc"
        )
    written = write_workbook(sheet)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "sheet.xlsx").write_bytes(written)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "out"), str(tmp_path / "in" / "sheet.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    saved = (tmp_path / "out" / "sheet.xlsx").read_bytes()
    assert cells(saved) == cells(written)
    assert compare(sheet, read_workbook(io.BytesIO(saved))).changes == []
    book = openpyxl.load_workbook(io.BytesIO(saved))
    assert book["シート"].column_dimensions["A"].hidden
    rules = [rule.formula1 for rule in book["シート"].data_validations.dataValidation]
    assert rules
    assert all("選択肢" in str(rule) for rule in rules)


def test_the_form_is_that_of_the_paper(sheet: PlanSheet) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(sheet)))
    assert book.sheetnames == ["シート", "根拠", "選択肢"]
    form = book["シート"]
    assert (form.page_setup.orientation, int(form.page_setup.paperSize)) == ("landscape", 8)
    labels = [row[2] for row in form.iter_rows(values_only=True) if str(row[0]).startswith("block:")]
    assert labels == [block.label for block in Block]


def changed(sheet: PlanSheet, change: Callable[[Any], None]) -> bytes:
    """The workbook after somebody wrote in it."""
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(sheet)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(page: Any, key: str) -> int:
    return next(row[0].row for row in page.iter_rows() if str(row[0].value or "").startswith(key))


def post(client: Client, sheet: PlanSheet, data: bytes) -> Any:
    return client.post(
        reverse("admin:plans_plansheet_import_workbook", args=[sheet.pk]), {"file": SimpleUploadedFile("s.xlsx", data)}
    )


def test_the_difference_is_shown_before_anything_changes(sign_in: Callable[[Any], Client], sheet: PlanSheet) -> None:
    client = sign_in(make_secretariat())
    keep, gone = sheet.lines.in_block("do_second")[0], sheet.lines.in_block("do_second")[1]

    def write_in(book: Any) -> None:
        page = book["シート"]
        page.cell(row_of(page, f"line:{keep.pk}"), 3).value = "書き直した実績"
        page.cell(row_of(page, f"line:{gone.pk}"), 3).value = ""
        page.cell(row_of(page, "new:do_second"), 3).value = "新しい実績"
        proof = book["根拠"]
        for column, value in ((2, "資料・文書"), (3, "報告書"), (5, "令和6年9月30日")):
            proof.cell(row_of(proof, "evidence:new"), column).value = value

    page = post(client, sheet, changed(sheet, write_in))
    for words in ("書き直した実績", "新しい実績", str(gone), "報告書", "まだ何も変えていません"):
        assert words in page.text
    assert sheet.lines.in_block("do_second")[0].text == HARD[0], "nothing changed yet"
    done = client.post(
        reverse("admin:plans_plansheet_import_workbook", args=[sheet.pk]), {"payload": page.context["payload"]}
    )
    assert done.status_code == 302
    lines = list(sheet.lines.in_block("do_second"))
    assert (lines[0].pk, lines[0].text, lines[-1].text) == (keep.pk, "書き直した実績", "新しい実績")
    assert gone.pk not in {line.pk for line in lines}
    assert str(Evidence.objects.get(title="報告書").dated_on) == "2024-09-30"
    again = client.post(
        reverse("admin:plans_plansheet_import_workbook", args=[sheet.pk]), {"payload": page.context["payload"]}
    )
    assert again.status_code == 409, "somebody wrote since it was compared"


def test_a_closed_block_is_not_changed_by_a_file(sign_in: Callable[[Any], Client], sheet: PlanSheet) -> None:
    client, line = sign_in(make_secretariat()), sheet.lines.in_block("do_first")[0]

    def write_in(book: Any) -> None:
        page = book["シート"]
        page.cell(row_of(page, f"line:{line.pk}"), 3).value = "書きかえ"
        page.cell(row_of(page, "new:do_second"), 3).value = "一緒に入らない行"

    page = post(client, sheet, changed(sheet, write_in))
    assert "このままでは取り込めません" in page.text
    payload = page.context["payload"]
    refused = client.post(reverse("admin:plans_plansheet_import_workbook", args=[sheet.pk]), {"payload": payload})
    assert refused.status_code == 422
    assert not sheet.lines.filter(text__in=["書きかえ", "一緒に入らない行"]).exists()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04broken", b"a,b\r\n1,2", "シート".encode()])
def test_another_file_is_refused_in_words(sign_in: Callable[[Any], Client], sheet: PlanSheet, data: bytes) -> None:
    answer = post(sign_in(make_secretariat()), sheet, data)
    assert answer.status_code == 422
    assert "ファイル" in answer.text


def test_a_wrong_row_is_named(sheet: PlanSheet) -> None:
    def write_in(book: Any) -> None:
        page, proof = book["シート"], book["根拠"]
        page.cell(row_of(page, "new:do_second"), 3).value = "二行\nの文"
        proof.cell(row_of(proof, "evidence:new"), 2).value = "知らない種類"

    data = changed(sheet, write_in)
    with pytest.raises(Unreadable) as wrong:
        read_workbook(io.BytesIO(data))
    assert "「シート」" in str(wrong.value.sentence)
    assert "「根拠」" in str(wrong.value.sentence)
    assert "行目：" in str(wrong.value.sentence)


def test_the_file_of_another_sheet_is_refused(sign_in: Callable[[Any], Client], sheet: PlanSheet) -> None:
    other = bring_to(SheetFactory(), "second")
    assert post(sign_in(make_secretariat()), sheet, write_workbook(other)).status_code == 422


def test_mark_and_grade_come_in_by_the_same_guard(sign_in: Callable[[Any], Client]) -> None:
    client, first = sign_in(make_secretariat()), bring_to(SheetFactory(), "first")
    mark = circle().mark

    def choose(book: Any) -> None:
        book["シート"].cell(row_of(book["シート"], "outlook"), 3).value = mark

    page = post(client, first, changed(first, choose))
    client.post(reverse("admin:plans_plansheet_import_workbook", args=[first.pk]), {"payload": page.context["payload"]})
    first.refresh_from_db()
    assert first.outlook == circle()
    last, wanted = bring_to(SheetFactory(), "summary"), grade("A")

    def judge(book: Any) -> None:
        book["シート"].cell(row_of(book["シート"], "grade"), 3).value = wanted.code
        book["根拠"].cell(row_of(book["根拠"], "reason"), 3).value = "進んだため"

    page = post(client, last, changed(last, judge))
    refused = client.post(
        reverse("admin:plans_plansheet_import_workbook", args=[last.pk]), {"payload": page.context["payload"]}
    )
    assert refused.status_code == 422
    assert "評価の根拠（" in refused.text


def test_hidden_rows_and_columns_stop_the_workbook_but_our_own_column_does_not(sheet: PlanSheet) -> None:
    def hide(book: Any) -> None:
        page = book["シート"]
        row = row_of(page, "new:do_second")
        page.cell(row, 3).value = "見えない実績"
        page.row_dimensions[row].hidden = True
        page["E3"] = "右のメモ"
        page.column_dimensions["E"].hidden = True

    with pytest.raises(Unreadable, match=r"見えなくなっている行が1行（.+）、列が1列（E列）あります"):
        read_workbook(io.BytesIO(changed(sheet, hide)))
    assert read_workbook(io.BytesIO(changed(sheet, lambda book: None))).sheet == sheet.pk


def test_a_cell_of_a_plan_is_read_as_excel_shows_it(sheet: PlanSheet) -> None:
    def write_in(book: Any) -> None:
        page, proof = book["シート"], book["根拠"]
        cell = page.cell(row_of(page, "new:do_second"), 3)
        cell.value, cell.number_format = 0.944, '0.0%"（達成率）"'
        place = row_of(proof, "evidence:new")
        for column, value in ((2, "資料・文書"), (3, "報告書"), (5, 45971)):
            proof.cell(place, column).value = value
        proof.cell(place, 5).number_format = "[$-411]ge.m.d"

    brought = read_workbook(io.BytesIO(changed(sheet, write_in)))
    assert "94.4%（達成率）" in [text for _pk, _mark, text in brought.blocks["do_second"]]
    assert brought.evidence[-1]["dated_on"] == "2025-11-10"


def test_errors_ditto_and_a_missing_sheet_are_named(sheet: PlanSheet) -> None:
    def write_in(book: Any) -> None:
        page = book["シート"]
        row = row_of(page, "new:do_second")
        page.cell(row, 3).value = "同上"
        page.cell(row + 1, 3).value = "#REF!"
        page.cell(row + 2, 4).value = "右に書いた実績"

    with pytest.raises(Unreadable) as wrong:
        read_workbook(io.BytesIO(changed(sheet, write_in)))
    assert "「同上」は、上の行の内容を書いてください。" in str(wrong.value.sentence)
    assert "計算のエラー（#REF!）です。" in str(wrong.value.sentence)
    assert "右の列に文字があります。" in str(wrong.value.sentence)

    def rename(book: Any) -> None:
        book["根拠"].title = "こんきょ"

    with pytest.raises(Unreadable, match="ファイルにあるシート：シート、こんきょ、選択肢"):
        read_workbook(io.BytesIO(changed(sheet, rename)))
