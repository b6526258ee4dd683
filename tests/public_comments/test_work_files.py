"""要点と市の考え方を Excel で書く: the workbooks go out, come back, are looked at, and are saved; all or nothing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.operations.models import AuditEntry
from apps.public_comments import actions
from apps.public_comments.models import Case, CityView, OpinionPoint
from tests.accounts.factories import DepartmentFactory, make_staff
from tests.documents.factories import SECOND, published, stage
from tests.public_comments.factories import ADDRESS, NAME, close, entered, open_case, sent, viewed

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
TREES, RIVER = "木を植えてください。", "川も守ってください。"


@pytest.fixture
def case() -> Case:
    case = open_case(DepartmentFactory(name="公園課"))
    sent(case, TREES, section=case.version.sections.get(key="s2"))
    sent(case, f"{TREES}{RIVER}")
    entered(case, f"={RIVER}\n以上")
    return close(case)


@pytest.fixture
def runner(sign_in: SignIn, case: Case) -> Client:
    return sign_in(make_staff(case.department))


def page_of(case: Case, name: str) -> str:
    return reverse(f"admin:public_comments_case_{name}", args=[case.pk])


def book_of(browser: Client, case: Case, name: str) -> Any:
    answer = browser.get(page_of(case, f"{name}_file"))
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.content))


def cells(book: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]


def as_file(book: Any) -> SimpleUploadedFile:
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("a.xlsx", file.getvalue())


def checked(browser: Client, case: Case, name: str, book: Any) -> Any:
    return browser.post(page_of(case, name), {"file": as_file(book)})


def save(browser: Client, case: Case, name: str, looked: Any) -> str:
    rows = looked.context["rows_form"].initial["rows"]
    answer = browser.post(page_of(case, name), {"rows": rows}, follow=True)
    return str(next(iter(answer.context["messages"])))


def row_of(book: Any, body: str) -> Any:
    """The first row of a letter with these words."""
    return next(row for row in book.worksheets[0].iter_rows(min_row=2) if str(row[2].value).lstrip("'") == body)


def test_points_are_cut_and_placed_by_workbook(case: Case, runner: Client) -> None:
    view = viewed(case)
    book = book_of(runner, case, "points")
    sheet = book.worksheets[0]
    assert len(cells(book)) == 3
    both = row_of(book, f"{TREES}{RIVER}")
    sheet.append([both[0].value, "", "", "", RIVER, "", "別の話"])
    both[4].value, both[5].value = TREES, view.number
    row_of(book, TREES)[5].value = view.number
    row_of(book, f"={RIVER}\n以上")[5].value = str(view.number)
    looked = checked(runner, case, "points", book)
    assert "保存する行4、変わらない行0、空欄の行0、直すところがある行0" in looked.text
    assert "（文の全体）" in looked.text
    assert not OpinionPoint.objects.exists(), "nothing is written yet"
    assert save(runner, case, "points", looked) == "4件を保存しました。"
    assert set(OpinionPoint.objects.values_list("quote", "view__number", "out_of_scope")) == {
        (TREES, 1, ""), (RIVER, None, "別の話"), (f"={RIVER}\n以上", 1, "")
    }  # fmt: skip
    assert AuditEntry.objects.for_target(case).first().verb == "save_points"
    assert save(runner, case, "points", looked) == "0件を保存しました。"
    again = book_of(runner, case, "points")
    point = next(row for row in again.worksheets[0].iter_rows(min_row=2) if row[4].value == RIVER)
    point[5].value, point[6].value = 1, None
    looked = checked(runner, case, "points", again)
    assert "保存する行1、変わらない行3" in looked.text
    save(runner, case, "points", looked)
    assert OpinionPoint.objects.filter(view=view).count() == 4


def test_the_workbooks_name_nobody(case: Case, runner: Client) -> None:
    viewed(case)
    for name in ("points", "views"):
        words = str([[cell.value for row in sheet for cell in row] for sheet in book_of(runner, case, name).worksheets])
        assert TREES[:4] in words
        assert not [word for word in (NAME, ADDRESS, "見本町") if word in words]


def test_one_bad_row_keeps_all_from_being_saved(case: Case, runner: Client) -> None:
    view, other = viewed(case), sent(open_case(), "別の案件")
    letter, whole = case.opinions.order_by("pk")[:2]
    point = actions.cut_point(part=whole.parts.get(), quote=TREES, by=None)[0]
    lines = [
        "受付番号,要点の番号,要点,市の考え方の番号,答えない理由",
        f"{letter.number_shown}-1,,,{view.number},",
        f"{other.number_shown}-1,,,1,",
        f"{letter.number_shown}-1,{point.pk},{TREES},1,",
        f"{whole.number_shown}-1,{point.pk},,1,",
        f"{whole.number_shown}-1,,木を切って,1,",
        f"{whole.number_shown}-1,,{RIVER},77,",
        f"{whole.number_shown}-1,,{RIVER},1,理由",
        f"{whole.number_shown}-1,,{TREES},1,",
        f"{whole.number_shown}-1,x,{RIVER},1,",
        f"{whole.number_shown}-1,,{RIVER},,{'長' * 121}",
    ]
    looked = runner.post(page_of(case, "points"), {"file": SimpleUploadedFile("a.csv", "\n".join(lines).encode())})
    assert looked.status_code == 422
    assert [(number, column) for number, column, _sentence in looked.context["checked"].problems] == [
        (3, "受付番号"), (4, "要点の番号"), (5, "要点"), (6, "要点"), (7, "市の考え方の番号"), (8, "答えない理由"),
        (9, "要点"), (10, "要点の番号"), (11, "答えない理由"),
    ]  # fmt: skip
    assert "行を保存する" not in looked.text
    for name in ("points", "views"):
        for bad in (b"", b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0old"):
            assert runner.post(page_of(case, name), {"file": SimpleUploadedFile("b.csv", bad)}).status_code == 422
        for rows in ("", "x", "eyJ:1abc:x"):
            assert runner.post(page_of(case, name), {"rows": rows}).status_code == 302
    assert OpinionPoint.objects.count() == 1


def test_nothing_is_saved_over_what_another_changed(case: Case, runner: Client) -> None:
    view = viewed(case)
    point = actions.cut_point(part=case.opinions.first().parts.get(), quote=RIVER[:3], by=None)[0]
    book = book_of(runner, case, "points")
    for row in book.worksheets[0].iter_rows(min_row=2):
        row[5].value = view.number
    looked = checked(runner, case, "points", book)
    actions.place_point(point=point, view=None, out_of_scope="別の話", by=None)
    assert "ほかの職員が変えました" in save(runner, case, "points", looked)
    assert OpinionPoint.objects.get().out_of_scope == "別の話", "all or nothing"


def test_views_are_written_by_workbook(case: Case, runner: Client) -> None:
    first, second = viewed(case), viewed(case, kind=None, text="")
    later = published(case.version.document, SECOND, base=case.version, stage=stage("final"), slug="final")
    changed, section = later.sections.get(key="s2"), case.version.sections.get(key="s2")
    book = book_of(runner, case, "views")
    sheet = book.worksheets[0]
    sheet["E3"].value, sheet["F3"].value = "反映する", "'=植えます。\n来年です。"
    sheet["B3"].value, sheet["G3"].value = str(section), f"{later.label} {changed}"
    sheet.append([None, None, None, "新しい概要", None, None, None])
    sheet.append([9, "案の全体", None, "九番", "今後の参考", "考えます。", None])
    looked = checked(runner, case, "views", book)
    assert looked.context["checked"].problems == []
    assert "保存する行3、変わらない行1" in looked.text
    assert save(runner, case, "views", looked) == "3件を保存しました。"
    second.refresh_from_db()
    assert (second.kind.code, second.text) == ("adopted", "=植えます。\n来年です。")
    assert (second.section, second.changed_section) == (section, changed)
    assert dict(CityView.objects.values_list("number", "summary"))[3] == "新しい概要"
    assert CityView.objects.get(number=9).kind.code == "reference"
    assert save(runner, case, "views", looked) == "0件を保存しました。", "a second press makes no second view"
    assert "保存する行0、変わらない行4" in checked(runner, case, "views", book_of(runner, case, "views")).text
    book = book_of(runner, case, "views")
    book.worksheets[0]["F2"].value = "ファイルの文"
    looked = checked(runner, case, "views", book)
    first.text = "ほかの職員の文"
    actions.write_view(view=first, edition=first.edition, by=None)
    assert "ほかの人が" in save(runner, case, "views", looked)
    assert CityView.objects.get(pk=first.pk).text == "ほかの職員の文"


def test_views_that_cannot_be_taken_say_where(case: Case, runner: Client) -> None:
    viewed(case)
    lines = [
        "番号,案の節,意見の概要,反映区分,市の考え方,変えた節",
        "1,,,,,",
        "2,知らない節,概要,,,",
        "3,,概要,よい,,",
        "4,,概要,,,知らない節",
        "1,,概要,,,",
        "0,,概要,,,",
        f"5,,概要,,{'長' * 4001},",
        "x,,概要,,,",
    ]
    looked = runner.post(page_of(case, "views"), {"file": SimpleUploadedFile("a.csv", "\n".join(lines).encode())})
    assert [(number, column) for number, column, _sentence in looked.context["checked"].problems] == [
        (2, "意見の概要"), (3, "案の節"), (4, "反映区分"), (5, "変えた節"), (6, "番号"), (7, "番号"), (8, "市の考え方"),
        (9, "番号"),
    ]  # fmt: skip
    assert CityView.objects.count() == 1


def test_a_department_that_was_asked_writes_its_own_views_only(case: Case, sign_in: SignIn) -> None:
    own, foreign = viewed(case), viewed(case)
    roads = DepartmentFactory(name="道路課")
    actions.assign_views(case=case, views=[own], departments=[roads], due_on=timezone.localdate(), by=None)
    writer = sign_in(make_staff(roads))
    book = book_of(writer, case, "views")
    assert [row[0] for row in cells(book)] == [own.number]
    book.worksheets[0]["F2"].value = "道路課の文"
    looked = checked(writer, case, "views", book)
    book.worksheets[0].append([foreign.number, None, None, "概要", None, "文", None])
    book.worksheets[0].append([None, None, None, "概要", None, "文", None])
    refused = checked(writer, case, "views", book).context["checked"].problems
    assert [(number, column) for number, column, _sentence in refused] == [(3, "番号"), (4, "番号")]
    assert save(writer, case, "views", looked) == "1件を保存しました。"
    own.refresh_from_db()
    assert own.text == "道路課の文"
    book.worksheets[0].delete_rows(3, 2)
    book.worksheets[0]["F2"].value = "あとの文"
    looked = checked(writer, case, "views", book)
    own.assignments.all().delete()
    viewed_elsewhere = looked.context["rows_form"].initial["rows"]
    assert writer.post(page_of(case, "views"), {"rows": viewed_elsewhere}).status_code == 403
    assert writer.get(page_of(case, "points")).status_code == 403


def test_nobody_else_and_nothing_while_letters_come(case: Case, sign_in: SignIn, runner: Client) -> None:
    looked = checked(runner, case, "points", book_of(runner, case, "points"))
    rows = looked.context["rows_form"].initial["rows"]
    colleague = sign_in(make_staff(case.department))
    assert "別の人の確認" in colleague.post(page_of(case, "points"), {"rows": rows}, follow=True).text
    still_open = open_case(case.department)
    for name in ("points", "views"):
        assert sign_in(make_staff()).get(page_of(case, name)).status_code == 403
        assert sign_in(make_staff()).get(page_of(case, f"{name}_file")).status_code == 403
        for address in (page_of(still_open, name), page_of(still_open, f"{name}_file")):
            assert runner.get(address).status_code == 302
