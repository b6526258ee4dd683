"""The yearly report: an edition is made from what is published, and its files stay the same byte for byte."""

import csv
import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from apps.core.spreadsheet.cells import display_width
from apps.operations.jobs import run_due
from apps.operations.models import Job
from apps.plans import actions
from apps.plans.models import ActionRefused, Block, Report
from apps.plans.report import COLUMNS, make_report
from apps.plans.report.pdf import draw_pdf
from apps.plans.report.xlsx import draw_xlsx
from tests.accounts.factories import make_secretariat, make_staff
from tests.plans.factories import PlanFactory, SheetFactory, bring_to, published_sheet, transcribed_sheet, write

pytestmark = pytest.mark.django_db
FILES = ["report.pdf", "report.xlsx", "report.csv", "report-dictionary.csv"]


@pytest.fixture
def report() -> Report:
    """A published edition of one sheet."""
    published_sheet(plan=PlanFactory(number=1, title="公園の運営"))
    made = make_report(year=2024, by=None)
    made.publish(by=None)
    return made


def pdf_of(report: Report) -> PdfReader:
    return PdfReader(io.BytesIO(Client().get("/plans/2024/report.pdf").content))


def test_before_there_is_one_the_address_says_so() -> None:
    published_sheet()
    for name in ["report.html", *FILES]:
        answer = Client().get(f"/plans/2024/{name}")
        assert answer.status_code == 404
        assert "まだ公表されていません。" in answer.text


def test_a_made_edition_is_not_public_before_somebody_looked_at_it() -> None:
    shown = published_sheet()
    bring_to(SheetFactory(plan__title="まだ言えないプラン"), "confirmed")
    actions.correct_sheet(sheet=shown, by=None, reason="まだ公表していない正誤")
    made = make_report(year=2024, by=None)
    assert [(sheet["number"], sheet["edition"]) for sheet in made.content["sheets"]] == [(shown.number, 1)]
    assert Client().get("/plans/2024/report.pdf").status_code == 404
    made.publish(by=None)
    assert Client().get("/plans/2024/report.pdf").status_code == 200
    with pytest.raises(ActionRefused):
        made.publish(by=None)


def test_a_year_without_published_sheets_has_no_report() -> None:
    bring_to(SheetFactory(), "confirmed")
    with pytest.raises(ActionRefused):
        make_report(year=2024, by=None)


def test_the_pdf_is_tagged_and_holds_every_line(report: Report) -> None:
    reader = pdf_of(report)
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "ja"
    assert reader.metadata["/Title"] == "調布市 行革プラン 年次報告書 令和6年度（2024年度）"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    for line in report.content["sheets"][0]["blocks"].values():
        for words in line:
            assert words["text"] in text
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in reader.pages} == {
        (1191, 842)
    }
    fonts = {str(font["/BaseFont"]) for page in reader.pages for font in
             (held.get_object() for held in page["/Resources"]["/Font"].values())}  # fmt: skip
    assert all("NotoSansJP" in name for name in fonts)


def test_what_the_document_of_a_sheet_does_not_say_is_said_once() -> None:
    """On the page, in the PDF and in the workbook; an edition that was made before says it block by block, as it did."""
    transcribed_sheet(plan=PlanFactory(number=1))
    made = make_report(year=2024, by=None)
    made.publish(by=None)
    said = "資料にない項目：後期の方向、進捗見込、評価の理由、評価の根拠"
    paper = "".join(page.extract_text() for page in pdf_of(made).pages).replace("\n", "")
    book = openpyxl.load_workbook(io.BytesIO(Client().get("/plans/2024/report.xlsx").content))["様式1"]
    form = "".join(str(cell.value) for row in book.iter_rows() for cell in row if cell.value)
    page = Client().get("/plans/2024/report.html").text
    for where in (paper, form, page):
        assert where.count(said) == 1
        assert "資料から転記" in where
        for empty in ("記載なし", "根拠の登録なし", "—"):
            assert empty not in where.partition("プランの概要")[2]
    before = {name: value for name, value in made.content["sheets"][0].items() if name != "unstated"}
    former = {**made.content, "sheets": [before]}
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(draw_pdf(former)[0])).pages)
    assert ("記載なし" in text, "資料にない項目" in text) == (True, False)
    old = openpyxl.load_workbook(io.BytesIO(draw_xlsx(former)))["様式1"]
    assert "記載なし" in {cell.value for row in old.iter_rows() for cell in row}


def test_a_sheet_that_is_too_long_goes_on_and_loses_nothing(report: Report) -> None:
    content = report.content
    long = [{"id": n, "order": n, "mark": "○", "text": f"第{n}の行：" + "長い文が続きます。" * 20, "answers": []}
            for n in range(1, 61)]  # fmt: skip
    content["sheets"][0]["blocks"]["do_first"] = long
    reader = PdfReader(io.BytesIO(draw_pdf(content)[0]))
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    gone_on = [page for page in (page.extract_text() for page in reader.pages) if "（つづき）" in page]
    assert gone_on
    assert all("前　期" in page and "総　括" in page for page in gone_on), "the heads stand on every page"
    assert all(f"第{n}の行：" in text for n in range(1, 61))
    usual = PdfReader(io.BytesIO(report.files.get(kind="pdf").content))
    assert len(reader.pages) > len(usual.pages)
    assert "（つづき）" not in "".join(page.extract_text() for page in usual.pages)


def test_a_letter_that_the_font_lacks_is_shown_and_listed() -> None:
    sheet = bring_to(SheetFactory(), "second")
    write(sheet, "do_second", "花😀と#typst[の]記号 $x$ @a <b> \\ も文として残ります。")
    bring_to(sheet, "published")
    made = make_report(year=2024, by=None)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.files.get(kind="pdf").content)).pages)
    assert [(one["code"], one["times"]) for one in made.missing] == [("U+1F600", 1)]
    assert "花〓と#typst[の]記号" in text.replace("\n", "")
    assert "U+1F600" in text


def test_a_form_that_is_too_long_for_a_page_is_cut_between_its_lines(report: Report) -> None:
    short = openpyxl.load_workbook(io.BytesIO(draw_xlsx(report.content)))["様式1"]
    assert (short.page_setup.scale, short.sheet_properties.pageSetUpPr.fitToPage) == (None, True)
    content = report.content
    content["sheets"][0]["blocks"]["do_first"] = [
        {"id": n, "order": n, "mark": "○", "text": "長い文が続きます。" * (20 + n % 9), "answers": []}
        for n in range(60)
    ]
    form = openpyxl.load_workbook(io.BytesIO(draw_xlsx(content)))["様式1"]
    breaks = [found.id for found in form.row_breaks.brk]
    assert len(breaks) > 1
    cut = [
        place.coord for place in form.merged_cells.ranges for row in breaks
        if place.min_row <= row < place.max_row and form.cell(place.min_row, place.min_col).value
    ]  # fmt: skip
    assert not cut


def test_the_data_are_readable_on_paper(report: Report) -> None:
    content = report.content
    content["sheets"][0]["blocks"]["summary"][0]["text"] = "長い文が続きます。" * 40
    data = openpyxl.load_workbook(io.BytesIO(draw_xlsx(content)))["データ"]
    widths = [data.column_dimensions[cell.column_letter].width for cell in data[1]]
    assert sum(widths) < 330, "A3 landscape holds about 230 letters of 10 points: not smaller than 7 points"
    assert (data.page_setup.orientation, data.page_setup.fitToHeight) == ("landscape", 0), "as wide as a page"
    assert data.print_title_rows == "$1:$1"
    for row in data.iter_rows():
        height = data.row_dimensions[row[0].row].height
        for cell, width in zip(row, widths, strict=True):
            assert display_width(str(cell.value or "")) <= width * height // 16.5, cell.coordinate


def test_the_workbook_holds_the_form_and_the_data(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(Client().get("/plans/2024/report.xlsx").content))
    assert book.sheetnames == ["様式1", "データ", "項目の説明"]
    form, data = book["様式1"], book["データ"]
    assert (form.page_setup.orientation, int(form.page_setup.paperSize)) == ("landscape", 8)
    assert form.print_area
    assert form.print_title_rows == "$1:$2"
    words = [str(cell.value) for row in form.iter_rows() for cell in row if cell.value]
    lines = [
        f"{line['mark']}{line['text']}" for block in report.content["sheets"][0]["blocks"].values() for line in block
    ]
    assert all(any(line in cell for cell in words) for line in lines)
    assert not data.merged_cells.ranges
    assert [cell.value for cell in data[1]] == [column.title for column in COLUMNS]
    assert data.max_row == 1 + len(lines)


def test_a_text_that_looks_like_a_formula_stays_a_text(report: Report) -> None:
    content = report.content
    content["sheets"][0]["blocks"]["summary"][0] |= {"mark": "", "text": "=1+1"}
    book = openpyxl.load_workbook(io.BytesIO(draw_xlsx(content)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value in {"=1+1", "'=1+1"}]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_csv_is_long_form_in_both_encodings(report: Report) -> None:
    utf8 = Client().get("/plans/2024/report.csv")
    assert utf8.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(utf8.content.decode("utf-8-sig"))))
    lines = [line for block in Block.values for line in report.content["sheets"][0]["blocks"][block]]
    assert [row["本文"] for row in rows] == [line["text"] for line in lines]
    assert len(utf8.content.decode().splitlines()) == 1 + len(lines)
    assert {row["年次評価"] for row in rows} == {"A"}
    cp932 = Client().get("/plans/2024/report.csv?encoding=cp932")
    assert [row["本文"] for row in csv.DictReader(io.StringIO(cp932.content.decode("cp932")))] == [
        r["本文"] for r in rows
    ]
    dictionary = Client().get("/plans/2024/report-dictionary.csv").content.decode("utf-8-sig")
    assert all(column.title in dictionary for column in COLUMNS)


def test_letters_that_shift_jis_does_not_know_are_listed_with_the_edition(sign_in: Callable[[Any], Client]) -> None:
    sheet = bring_to(SheetFactory(), "summary")
    write(sheet, Block.SUMMARY, "花♥と♥、髙島さんの𠮷野家")
    bring_to(sheet, "published")
    report = make_report(year=2024, by=None)
    assert [(one["letter"], one["times"]) for one in report.lost] == [("♥", 2), ("𠮷", 1)]
    assert "♥（U+2665）2か所" in sign_in(make_secretariat()).get(f"/admin/plans/report/{report.pk}/change/").text
    report.publish(by=None)
    assert "♥（U+2665）、𠮷（U+20BB7）" in Client().get("/plans/2024/report.html").text


def test_the_same_file_a_year_later(report: Report) -> None:
    before = {name: Client().get(f"/plans/2024/{name}").content for name in FILES}
    plan = report.content["sheets"][0]
    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        published_sheet(plan=PlanFactory(number=2))
        second = make_report(year=2024, by=None)
        assert {name: Client().get(f"/plans/2024/{name}").content for name in FILES} == before
        second.publish(by=None)
        assert Client().get("/plans/2024/report.pdf").content != before["report.pdf"]
        for name in FILES:
            assert Client().get(f"/plans/2024/{name}?edition=1").content == before[name]
        page = Client().get("/plans/2024/report.html?edition=1").text
    assert hashlib.sha256(before["report.pdf"]).hexdigest() in page
    assert plan["title"] in page
    assert page.index("前期【取組計画】") < page.index("後期【取組計画】") < page.index("【今年度の総括")
    assert Client().get("/plans/2024/report.pdf?edition=7").status_code == 404


CHANGES = [
    lambda report: Report.objects.filter(pk=report.pk).update(content={}),
    lambda report: Report.objects.filter(pk=report.pk).update(published_at=None),
    lambda report: report.files.update(content=b""),
    lambda report: report.files.all().delete(),
    lambda report: report.delete(),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_the_portals_role_cannot_change_a_report(report: Report, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE chofu_app")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        CHANGES[number](report)


def test_the_secretariat_has_it_made_and_publishes_it(sign_in: Callable[[Any], Client]) -> None:
    published_sheet()
    secretariat = sign_in(make_secretariat())
    add = reverse("admin:plans_report_add")
    assert secretariat.get(add).status_code == 200
    assert secretariat.post(add, {"year": "1999"}).status_code == 422
    asked = secretariat.post(add, {"year": "2024"})
    assert asked.headers["Location"] == Job.objects.get().get_absolute_url()
    secretariat.post(add, {"year": "2024"})
    assert Job.objects.count() == 1, "one at a time"
    assert run_due(slow=False) == 0, "it waits in its own queue"
    assert run_due(slow=True) == 1
    job = Job.objects.get()
    assert (job.state, job.done, job.total) == ("done", 4, 4)
    report = Report.objects.get()
    held = reverse("admin:plans_report_file", args=[report.pk, "pdf"])
    assert secretariat.get(held).content == bytes(report.files.get(kind="pdf").content)
    assert (
        report.files.get(kind="pdf").sha256
        in secretariat.get(reverse("admin:plans_report_change", args=[report.pk])).text
    )
    staff, button = sign_in(make_staff()), reverse("admin:plans_report_publish", args=[report.pk])
    assert (staff.get(add).status_code, staff.get(held).status_code) == (403, 404)
    assert staff.post(button).status_code == 403
    page = reverse("admin:plans_report_change", args=[report.pk])
    assert secretariat.get(button).headers["Location"] == page, "reading its address publishes nothing"
    preview = reverse("admin:plans_report_preview", args=[report.pk])
    assert f'href="{preview}"' in secretariat.get(page).text
    listed = {"action": "publish", "_selected_action": [str(report.pk)]}
    for asked in (secretariat.post(button), secretariat.post(reverse("admin:plans_report_changelist"), listed)):
        assert asked.headers["Location"] == preview, "an edition is looked at before it stands for good"
    seen = secretariat.get(preview).text
    assert held in seen
    assert "この内容で公表する" in seen
    assert staff.get(preview).status_code == 403
    assert Client().get("/plans/2024/report.html").status_code == 404
    assert "を公表しました。" in secretariat.post(button, {"seen": "on"}, follow=True).text
    assert Client().get("/plans/2024/report.html").status_code == 200
    assert "この版はすでに公表しています。" in secretariat.post(button, {"seen": "on"}, follow=True).text
    assert secretariat.get(preview).status_code == 302


def test_a_report_that_cannot_be_made_says_why() -> None:
    sheet = published_sheet()
    Job.objects.enqueue(kind="plan-report", key="2001", title="x", about=sheet, url="/", arguments={"year": 2001})
    run_due(slow=True)
    job = Job.objects.get()
    assert (job.state, "公表したシートがありません" in job.error) == ("failed", True)
