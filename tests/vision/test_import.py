"""Yearly values out of a file: looked at first, a bad cell is named and changes nothing, twice is as once."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.core.spreadsheet import CellError
from apps.operations.models import AuditEntry
from apps.vision.models import Indicator, IndicatorValue, ValueImport
from apps.vision.parsing import figure_of, fiscal_year_of
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff
from tests.vision.factories import IndicatorFactory, ViewpointFactory

pytestmark = pytest.mark.django_db
HEAD = "指標コード,指標名,年度,値,単位,時点,出典,備考\n"
PAGE = "admin:vision_indicator_import"


@pytest.fixture
def browser(sign_in: Callable[[Any], Client]) -> Client:
    """The secretariat's browser, with two indicators there."""
    IndicatorFactory(slug="livable", title="住みよい", values={2024: "94.4"})
    IndicatorFactory(slug="people", title="参加者", unit="人", decimals=0, target_value=None, target_year=None)
    return sign_in(make_secretariat())


def look(client: Client, body: str | bytes, name: str = "values.csv") -> Any:
    content = body if isinstance(body, bytes) else (HEAD + body).encode()
    return client.post(reverse(PAGE), {"file": SimpleUploadedFile(name, content)})


def confirm(client: Client, looked: Any) -> Any:
    return client.post(reverse(PAGE), {"parcel": looked.context["parcel"].initial["parcel"]}, follow=True)


def held() -> list[tuple[str, int, Decimal]]:
    return list(
        IndicatorValue.objects.order_by("indicator__slug", "year").values_list("indicator__slug", "year", "value")
    )


def test_the_list_of_indicators_leads_to_the_import(browser: Client, sign_in: Callable[[Any], Client]) -> None:
    place = reverse("admin:vision_indicator_changelist")
    assert reverse(PAGE) in browser.get(place).text
    assert reverse(PAGE) not in sign_in(make_staff()).get(place).text


def test_looking_writes_nothing_and_importing_writes_all(browser: Client) -> None:
    before = held()
    looked = look(
        browser, 'livable,,令和7年度,94.8%,%,2025-10-01,令和7年度 市民意識調査,速報\npeople,,2025,"1,200",人,,受付簿,\n'
    )
    html = looked.content.decode()
    assert looked.status_code == 200
    assert held() == before
    assert "新しい値 2件・変わる値 0件" in html
    done = confirm(browser, looked)
    assert "2件の値を取り込みました。" in done.content.decode()
    assert held() == [
        ("livable", 2024, Decimal("94.4")),
        ("livable", 2025, Decimal("94.8")),
        ("people", 2025, Decimal("1200")),
    ]
    value = IndicatorValue.objects.get(indicator__slug="livable", year=2025)
    assert (str(value.measured_on), value.source, value.note) == ("2025-10-01", "令和7年度 市民意識調査", "速報")
    assert AuditEntry.objects.filter(verb="import_value").count() == 2


def test_the_same_file_again_changes_nothing(browser: Client) -> None:
    row = "livable,,2025,94.8,%,,調査,\n"
    confirm(browser, look(browser, row))
    again = look(browser, row)
    assert "すでに同じ値 1件" in again.content.decode()
    assert "取り込むものはありません。" in again.content.decode()
    assert AuditEntry.objects.filter(verb="import_value").count() == 1


def test_a_corrected_value_replaces_the_old_one(browser: Client) -> None:
    looked = look(browser, "livable,,2024,94.5,%,,調査,訂正\n")
    assert "変わる値 1件" in looked.content.decode()
    confirm(browser, looked)
    assert held() == [("livable", 2024, Decimal("94.5"))]
    assert AuditEntry.objects.get(verb="import_value").facts == {"year": 2024, "before": "94.4", "after": 94.5}


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("nothing,,2025,1,,,調査,", "指標コード", "「nothing」という指標コードはありません。"),
        ("livable,,令和七年,1,,,調査,", "年度", "年度（例：2024、令和6年度）"),
        ("livable,,1900,1,,,調査,", "年度", "1950年度から"),
        ("livable,,2025,約95,,,調査,", "値", "数値（例：72.2）"),
        ("livable,,2025,94.12345,,,調査,", "値", "小数は4桁まで"),
        ("livable,,2025,94.8,人,,調査,", "単位", "単位は「%」"),
        ("livable,,2025,94.8,%,13月,調査,", "時点", "日付"),
        ("livable,,2025,94.8,%,,,", "出典", "出典を書いて"),
        ("livable,,2025,94.8,%,,調査," + "あ" * 201, "備考", "200文字以内"),
        ("livable,,2025,94.8,%,,調査,,右の外", "—", "列の名前がない"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_imported(browser: Client, row: str, column: str, words: str) -> None:
    before = held()
    answer = look(browser, f"people,,2025,1200,人,,受付簿,\n{row}\n")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "何も取り込んでいません。" in html
    assert f"<td>3行目</td><td>{column}</td>" in html
    assert words in html
    assert "parcel" not in answer.context
    assert held() == before


def test_the_same_year_twice_is_named(browser: Client) -> None:
    html = look(browser, "livable,,2025,94.8,%,,調査,\nlivable,,R7,95.0,%,,調査,\n").content.decode()
    assert "<td>3行目</td><td>年度</td><td>2行目と同じ指標・年度です。</td>" in html


def test_rows_without_a_value_are_left_out(browser: Client) -> None:
    html = look(browser, "livable,,2025,,%,,,\n").content.decode()
    assert "値が空の行 1件" in html


def test_a_figure_that_may_be_mistyped_is_doubted_and_can_be_imported(browser: Client) -> None:
    for value, words in (("9.48", "丸めて"), ("948", "0%から100%"), ("9.4", "から大きく変わっています")):
        looked = look(browser, f"livable,,2025,{value},%,,調査,\n")
        assert words in looked.content.decode()
    confirm(browser, looked)
    assert ("livable", 2025, Decimal("9.4")) in held()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ファイルが空です。"),
        ("名前,値\n1,2\n".encode(), "がありません"),
        (b"\xff\xfe\x00", ""),
        (b"PK\x03\x04 broken", "読めませんでした"),
        (b"\xd0\xcf\x11\xe0xls", ".xls"),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence(browser: Client, content: bytes, words: str) -> None:
    answer = look(browser, content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer.context["form"].errors["file"]


def test_no_file_gets_a_sentence(browser: Client) -> None:
    answer = browser.post(reverse(PAGE), {})
    assert answer.status_code == 422
    assert "ファイルを選んでください。" in answer.content.decode()


def test_excel_and_the_offices_encoding_are_read(browser: Client) -> None:
    book = openpyxl.Workbook()
    for row in (HEAD.strip().split(","), ["livable", "", 2025, 94.8, "%", None, "調査", ""]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    confirm(browser, look(browser, file.getvalue(), "values.xlsx"))
    confirm(browser, look(browser, (HEAD + "people,,2025,12,人,,受付簿,\n").encode("cp932")))
    assert held()[1:] == [("livable", 2025, Decimal("94.8")), ("people", 2025, Decimal("12"))]


def test_the_sample_can_be_read_back(browser: Client) -> None:
    sample = b"".join(browser.get(reverse("admin:vision_indicator_sample")).streaming_content)
    html = look(browser, sample).content.decode()
    assert "値が空の行 2件" in html


def test_a_value_that_changed_in_between_stops_the_import(browser: Client) -> None:
    looked = look(browser, "livable,,2024,95.0,%,,調査,\npeople,,2025,12,人,,受付簿,\n")
    IndicatorValue.objects.filter(indicator__slug="livable").update(value="94.9")
    answer = confirm(browser, looked)
    assert answer.status_code == 422
    assert "何も取り込んでいません。" in answer.content.decode()
    assert held() == [("livable", 2024, Decimal("94.9"))]


def test_a_large_file_is_written_with_few_questions(browser: Client, django_assert_max_num_queries: Any) -> None:
    looked = look(browser, "".join(f"people,,{year},{year},人,,受付簿,\n" for year in range(1990, 2020)))
    with django_assert_max_num_queries(30 * 2 + 40):
        confirm(browser, looked)
    assert len(held()) == 31


def test_the_number_of_a_viewpoint_is_its_address(browser: Client) -> None:
    viewpoint = ViewpointFactory(number=1)
    page = reverse("admin:vision_viewpoint_change", args=[viewpoint.pk])
    browser.post(page, {"number": 9, "slug": "other", "title": "新しい名称", "body": "説明", "voices_note": ""})
    viewpoint.refresh_from_db()
    assert (viewpoint.number, viewpoint.title) == (1, "新しい名称")


def test_what_was_looked_at_cannot_be_forged(browser: Client, sign_in: Callable[[Any], Client]) -> None:
    looked = look(browser, "livable,,2025,95.0,%,,調査,\n")
    for client, parcel in (
        (browser, looked.context["parcel"].initial["parcel"] + "x"),
        (sign_in(make_secretariat()), looked.context["parcel"].initial["parcel"]),
        (browser, ""),
    ):
        assert client.post(reverse(PAGE), {"parcel": parcel}).status_code == 422
    assert held() == [("livable", 2024, Decimal("94.4"))]


def test_only_the_secretariat_imports(sign_in: Callable[[Any], Client]) -> None:
    IndicatorFactory()
    for person in (make_staff(), make_moderator(), UserFactory()):
        client = sign_in(person)
        for name in (PAGE, "admin:vision_indicator_sample"):
            assert client.get(reverse(name)).status_code in {302, 403}
    staff = sign_in(make_staff())
    assert staff.get(reverse("admin:vision_indicator_changelist")).status_code == 200
    page = reverse("admin:vision_indicator_change", args=[Indicator.objects.get().pk])
    assert staff.get(page).status_code == 200
    assert staff.post(page, {}).status_code == 403


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2024", 2024),
        ("２０２４年度", 2024),
        ("2024.0", 2024),
        ("令和6年度", 2024),
        ("R6", 2024),
        ("令和元年", 2019),
        ("h30", 2018),
        ("㋿6年度", 2024),
        ("令6", 2024),
        ("S63", 1988),
    ],
)
def test_years_as_people_write_them(text: str, year: int) -> None:
    assert fiscal_year_of(text) == year


@pytest.mark.parametrize(
    ("text", "unit", "figure"),
    [
        ("72.2", "%", "72.2"),
        ("７２．２％", "%", "72.2"),
        ("1,234人", "人", "1234"),
        ("-3", "", "-3"),
        ("−3.5", "", "-3.5"),
        ("▲1.2", "", "-1.2"),
        ("△ １．２％", "%", "-1.2"),
        ("57.699999999999996", "%", "57.7"),
        ("65.09999999999999%", "%", "65.1"),
        ("72.2000", "%", "72.2"),
    ],
)
def test_figures_as_people_write_them(text: str, unit: str, figure: str) -> None:
    assert figure_of(text, unit) == Decimal(figure)


@pytest.mark.parametrize("text", ["", "72.12345", "(1.2)", "1e5", "NaN", "∞", "12人", "1.2.3", "²", "9999999999999"])
def test_what_is_no_figure(text: str) -> None:
    with pytest.raises(CellError):
        figure_of(text, "%")


def test_a_value_is_typed_in_admin_and_kept_in_the_trail(browser: Client) -> None:
    indicator = Indicator.objects.get(slug="livable")
    page = reverse("admin:vision_indicator_change", args=[indicator.pk])
    form = browser.get(page).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields} | {
        "viewpoints": [],
        "fields": [],
        "is_public": "on",
    }
    data |= {"values-TOTAL_FORMS": 1, "values-INITIAL_FORMS": 0, "values-0-indicator": indicator.pk}
    data |= {"values-0-year": 2023, "values-0-value": "94.0", "values-0-source": "調査"}
    answer = browser.post(page, data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert ("livable", 2023, Decimal("94.0")) in held()
    assert AuditEntry.objects.for_target(indicator).filter(verb="add_value").get().facts == {
        "year": 2023,
        "value": "94.0",
    }


# --- as the officer sees it ----------------------------------------------------------------------------------------------
def workbook(*rows: list[Any], change: Callable[[Any], None] = lambda sheet: None) -> bytes:
    book = openpyxl.Workbook()
    for row in (HEAD.strip().split(","), *rows):
        book.active.append(row)
    change(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def said(looked: Any) -> str:
    return looked.content.decode()


def test_a_cell_is_read_as_excel_shows_it(browser: Client) -> None:
    def change(sheet: Any) -> None:
        sheet["D2"].number_format = "0.0%"
        sheet["D3"].number_format = "0.0"
        sheet["D4"].number_format = '#,##0;"▲"#,##0'

    rows = [
        ["livable", None, 2025, 0.948, "%", None, "調査", None],
        ["livable", None, 2026, 65.09999999999999, "%", None, "調査", None],
        ["people", None, 2025, -1234, None, None, "受付簿", None],
        ["people", None, 2026, 57.699999999999996, None, None, "受付簿", None],
    ]
    confirm(browser, look(browser, workbook(*rows, change=change), "values.xlsx"))
    figures = {(slug, year): value for slug, year, value in held()}
    assert (figures["livable", 2025], figures["livable", 2026]) == (Decimal("94.8"), Decimal("65.1"))
    assert (figures["people", 2025], figures["people", 2026]) == (Decimal("-1234"), Decimal("57.7"))


def test_hidden_rows_unused_columns_and_other_sheets_are_told(browser: Client) -> None:
    def change(sheet: Any) -> None:
        sheet.parent.create_sheet("昨年度")
        sheet["I1"] = "担当者メモ"

    row = ["livable", None, 2025, 94.8, "%", None, "調査", None]
    page = said(look(browser, workbook(row, change=change), "values.xlsx"))
    assert "使わない列：担当者メモ" in page
    assert "シート「昨年度」は読んでいません。" in page

    def hide(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True

    hidden = look(browser, workbook(row, row, change=hide), "values.xlsx")
    assert (hidden.status_code, "行が1行（2行目）" in said(hidden)) == (422, True)
    missing = look(browser, "指標名,値\nx,1\n".encode())
    assert "1行目にあった列：指標名、値。" in said(missing)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["livable", None, 2025, "=1/0", "%", None, "調査", None], "式の結果がファイルにありません"),
        (["livable", None, 2025, "#DIV/0!", "%", None, "調査", None], "計算のエラー（#DIV/0!）です。"),
        (["livable", None, 2025, 94.8, "%", None, "同上", None], "「同上」は、上の行の内容を書いてください。"),
    ],
)
def test_what_is_no_content_is_named(browser: Client, row: list[Any], sentence: str) -> None:
    answer = look(browser, workbook(row), "values.xlsx")
    assert (answer.status_code, sentence in said(answer)) == (422, True)


def test_the_sample_carries_nothing_of_the_last_year(browser: Client) -> None:
    IndicatorValue.objects.update(source="令和6年度 市民意識調査", note="昨年の備考")
    sample = b"".join(browser.get(reverse("admin:vision_indicator_sample")).streaming_content).decode("utf-8-sig")
    assert "livable,住みよい,2025,,%,,," in sample
    assert not [word for word in ("94.4", "市民意識調査", "昨年の備考") if word in sample]


def test_all_doubts_of_a_row_are_shown(browser: Client) -> None:
    Indicator.objects.filter(slug="livable").update(remark="年々上がっています")
    IndicatorValue.objects.update(source="令和6年度 市民意識調査", note="速報")
    page = said(look(browser, "livable,歩きやすい,2025,0.1234,%,,令和6年度 市民意識調査,速報\n"))
    for doubt in (
        "小数点以下1桁に丸めて",
        "1%より小さい値です",
        "から大きく変わっています。",
        "指標名「歩きやすい」が、このコードの指標「住みよい」と違います。",
        "出典の年度（令和6年度（2024年度））が、値の年度と違います。",
        "備考が、令和6年度（2024年度）と同じ文です。",
        "ひとこと「年々上がっています」は、前の値のときの文です。値が下がっています。",
    ):
        assert doubt in page, doubt
    risen = said(look(browser, "livable,,2025,95.0,%,,令和7年度 市民意識調査,\n"))
    assert "ご注意" not in risen


def test_an_import_is_taken_back_as_a_whole(browser: Client, sign_in: Callable[[Any], Client]) -> None:
    before = list(IndicatorValue.objects.values())
    confirm(
        browser, look(browser, "livable,,2024,95.0,%,2025-01-01,別の調査,訂正\nlivable,,2025,96,%,,調査,\n", "R7.csv")
    )
    done = ValueImport.objects.get()
    page = reverse("admin:vision_indicator_withdraw_import", args=[done.pk])
    assert page in browser.get(reverse(PAGE)).text
    shown = browser.get(page).text
    assert "94.4%" in shown
    assert "値なし" in shown
    assert sign_in(make_staff()).post(page).status_code == 403
    answer = browser.post(page, follow=True).text
    assert "2件の値を、取り込む前に戻しました。" in answer
    assert list(IndicatorValue.objects.values()) == before
    assert "すでに取り消されています。" in browser.post(page).text
    facts = AuditEntry.objects.filter(verb="take_back_value").values_list("facts", flat=True)
    told = sorted((fact["year"], fact["before"], fact["after"]) for fact in facts)
    assert told == [(2024, "95", 94.4), (2025, "96", None)]


def test_an_import_whose_values_were_corrected_since_is_not_taken_back(browser: Client) -> None:
    confirm(browser, look(browser, "livable,,2024,95.0,%,,調査,\nlivable,,2025,96,%,,調査,\n"))
    IndicatorValue.objects.filter(year=2025).update(note="職員が直した")
    page = reverse("admin:vision_indicator_withdraw_import", args=[ValueImport.objects.get().pk])
    assert "取り込みのあとで変わりました" in browser.get(page).text
    answer = browser.post(page)
    assert (answer.status_code, "2025年度の値が変わったため" in answer.text) == (422, True)
    assert [value for _slug, _year, value in held()] == [Decimal("95.0"), Decimal("96")]


def test_a_note_that_somebody_changed_in_between_stops_the_import(browser: Client) -> None:
    looked = look(browser, "livable,,2024,95.0,%,,調査,\n")
    IndicatorValue.objects.update(note="職員が直した")
    assert confirm(browser, looked).status_code == 422
