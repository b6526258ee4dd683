"""A file of voices is read as the officer sees it who sends it; what would be published by mistake stops it first."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone
from openpyxl.styles import Color, Font, PatternFill

from apps.consultations.models import Batch, Consultation, Proposal
from tests.accounts.factories import make_staff
from tests.consultations.factories import ConsultationFactory
from tests.consultations.moderation import RuleFactory
from tests.intake.test_import import bring_in, result, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asked() -> Consultation:
    return ConsultationFactory(slug="koen", title="公園のこれから")


@pytest.fixture
def browser(sign_in: Callable[[Any], Client], asked: Consultation) -> Client:
    return sign_in(make_staff(asked.department))


def book(*rows: list[Any], change: Callable[[Any], None] = lambda sheet: None) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "意見"
    for row in rows:
        made.active.append(row)
    change(made.active)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def page_of(browser: Client, batch: Batch) -> str:
    return browser.get(batch.get_absolute_url()).content.decode()


def reasons(batch: Batch, kind: str = "problems") -> dict[int, str]:
    batch.refresh_from_db()
    return {line[0]: line[2] for line in batch.result[kind]}


def hide_row(sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:C4"
    sheet.row_dimensions[3].hidden = True


def hide_column(sheet: Any) -> None:
    sheet.column_dimensions["C"].hidden = True


def narrow_column(sheet: Any) -> None:
    sheet.column_dimensions["C"].width = 0.1


def fold_row(sheet: Any) -> None:
    sheet.row_dimensions.group(3, 3, hidden=True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (hide_row, "行が1行（3行目）"),
        (fold_row, "行が1行（3行目）"),
        (hide_column, "列が1列（C列）"),
        (narrow_column, "列が1列（C列）"),
    ],
)
def test_what_is_hidden_stops_the_file_and_is_counted(
    browser: Client, asked: Consultation, change: Callable[[Any], None], told: str
) -> None:
    rows = [
        ["番号", "本文", "公開可否"],
        ["1", "木陰", "可"],
        ["2", "隣の犬。090-0000-0000", "可"],
        ["3", "ベンチ", "可"],
    ]
    batch = send(browser, book(*rows, change=change), "a.xlsx")
    page = page_of(browser, batch)
    assert f"シート「意見」に、見えなくなっている{told}あります。" in page
    assert (batch.may_import, Proposal.objects.count()) == (False, 0)
    assert result(send(browser, book(*rows), "a.xlsx")) == (3, 0, 0, 0)


def test_hidden_rows_and_columns_without_content_stop_nothing(browser: Client, asked: Consultation) -> None:
    def change(sheet: Any) -> None:
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["F"].hidden = True

    assert result(send(browser, book(["本文"], ["木陰"], change=change), "a.xlsx")) == (1, 0, 0, 0)


@pytest.mark.parametrize("column", ["名前", "氏名", "お名前（任意）", "投稿者", "name"])
def test_a_name_is_no_display_name_unasked(browser: Client, asked: Consultation, column: str) -> None:
    content = f"受付番号,{column},年齢,内容\n1,山田太郎,72,木陰を増やす\n".encode()
    batch = send(browser, content)
    page = page_of(browser, batch)
    assert "の列は、表示名にしません（匿名になります）" in page
    assert "使わない列：" in page
    assert "年齢" in page
    bring_in(browser, batch)
    assert Proposal.objects.get().shown_name == "匿名"
    told = send(browser, content, "承諾済み.csv", use_names="on")
    assert "（「" in page_of(browser, told)
    bring_in(browser, told, same="take")
    assert Proposal.objects.latest("pk").shown_name == "山田太郎"


@pytest.mark.parametrize(
    ("mark", "name"), [("○", "匿名"), ("レ", "匿名"), ("匿名希望", "匿名"), ("", "みどり"), ("×", "みどり")]
)
def test_a_mark_in_the_column_匿名_means_it(browser: Client, asked: Consultation, mark: str, name: str) -> None:
    batch = send(browser, f"番号,表示名,匿名,本文\n1,みどり,{mark},木陰を増やす\n".encode())
    bring_in(browser, batch)
    assert Proposal.objects.get().shown_name == name
    other = send(browser, "番号,表示名,匿名,本文\n2,みどり,たぶん,ベンチ\n".encode())
    assert "「○」か空欄で" in reasons(other)[2]


def test_a_row_that_may_not_be_public_is_left_out(browser: Client, asked: Consultation) -> None:
    batch = send(browser, "番号,本文,公開可否\n1,木陰,可\n2,隣の犬,不可\n3,池,\n4,砂場,保留\n".encode())
    assert result(batch) == (2, 0, 0, 2)
    assert reasons(batch)[3] == "公開できない（「不可」の）行です。"
    bring_in(browser, batch, skip_bad="1")
    assert set(Proposal.objects.values_list("body", flat=True)) == {"木陰", "池"}


def test_a_merged_cell_holds_in_every_row_it_covers(browser: Client, asked: Consultation) -> None:
    def merge(sheet: Any) -> None:
        for area in ("A2:A4", "B2:B5", "C2:C5"):
            sheet.merge_cells(area)

    rows = [
        ["グループ", "行事名", "集めた日", "本文"],
        ["テーブル1", "公園ワークショップ", "2025-11-01", "木陰を増やす"],
        ["", "", "", "ベンチを増やす"],
        ["", "", "", "水飲み場を直す"],
        ["テーブル2", "", "", "花壇を作る"],
    ]
    batch = send(browser, book(*rows, change=merge), "a.xlsx")
    assert result(batch) == (4, 0, 0, 0)
    bring_in(browser, batch)
    made = Proposal.objects.order_by("pk")
    assert [voice.group_label for voice in made] == [*["テーブル1"] * 3, "テーブル2"]
    assert {(voice.batch.event_name, str(voice.batch.held_on)) for voice in made} == {
        ("公園ワークショップ", "2025-11-01")
    }


def test_a_merged_cell_holds_in_no_row_beneath(browser: Client, asked: Consultation) -> None:
    rows = [["グループ", "本文"], ["テーブル1", "木陰を増やす"], ["", "ベンチを増やす"], ["", "池をきれいに"]]
    bring_in(browser, send(browser, book(*rows, change=lambda sheet: sheet.merge_cells("A2:A3")), "a.xlsx"))
    made = Proposal.objects.order_by("pk")
    assert [voice.group_label for voice in made] == ["テーブル1", "テーブル1", ""]


def test_which_sheet_was_read_and_which_were_not_is_said(browser: Client, asked: Consultation) -> None:
    def more(sheet: Any) -> None:
        for name, state in (("テーブル2", "visible"), ("メモ", "hidden")):
            other = sheet.parent.create_sheet(name)
            other.append(["本文"])
            other.sheet_state = state

    page = page_of(browser, send(browser, book(["本文"], ["木陰"], change=more), "a.xlsx"))
    assert "シート「意見」を読みました。" in page
    assert "シート「テーブル2」「メモ（非表示）」は読んでいません。" in page
    wrong = page_of(browser, send(browser, book(["感想", "所属"], ["木陰", "x"], change=more), "a.xlsx"))
    assert "シート「意見」：「本文」の列がありません。" in wrong
    assert "1行目にあった列：感想、所属。" in wrong
    assert "テーブル2、メモ（非表示）" in wrong


NO_VOICES = [
    ("合計", "2"),
    ("", "計 2件"),
    ("小計：", ""),
    ("3", "#REF!"),
    ("4", "同上"),
    ("5", "〃"),
    ("番号", "本文"),
]


@pytest.mark.parametrize(("number", "body"), NO_VOICES)
def test_what_is_no_voice_is_pointed_out_and_not_taken(
    browser: Client, asked: Consultation, number: str, body: str
) -> None:
    batch = send(
        browser, book(["番号", "本文"], ["1", "計画を知りたい"], ["2", "合計特殊出生率の話"], [number, body]), "a.xlsx"
    )
    assert result(batch) == (2, 0, 0, 1), batch.result["problems"]
    assert list(reasons(batch)) == [4]


@pytest.mark.parametrize("body", ["なし", "特になし。", "―", "※集計は企画経営課", "無回答"])
def test_what_may_be_no_voice_is_doubted_and_a_person_decides(browser: Client, asked: Consultation, body: str) -> None:
    batch = send(browser, f"番号,本文\n1,木陰\n2,{body}\n".encode())
    assert list(reasons(batch, "doubts")) == [3]
    assert "どうするか、選んでください" in bring_in(browser, batch)
    bring_in(browser, batch, odd="leave")
    assert [voice.body for voice in Proposal.objects.all()] == ["木陰"]


def test_a_telephone_number_in_a_row_is_doubted_and_a_person_decides(browser: Client, asked: Consultation) -> None:
    RuleFactory(name="個人情報らしい文字列", kind="personal", words="042-481-7111")
    batch = send(browser, "番号,本文\n1,市役所042-481-7111\n2,連絡は０９０ー１２３４ー５６７８へ\n".encode())
    assert reasons(batch, "doubts") == {3: "電話番号らしい文字列があります"}
    bring_in(browser, batch, odd="leave")
    assert [voice.body for voice in Proposal.objects.all()] == ["市役所042-481-7111"]


def test_a_formula_without_a_result_and_a_number_that_is_not_shown_are_pointed_out(
    browser: Client, asked: Consultation
) -> None:
    def change(sheet: Any) -> None:
        sheet["B3"].number_format = ";;;"

    batch = send(browser, book(["番号", "本文"], ["1", '="木"&"陰"'], ["2", 5], change=change), "a.xlsx")
    told = reasons(batch)
    assert "式の結果がファイルにありません" in told[2]
    assert "値が見えません" in told[3]


def test_a_text_that_nobody_sees_is_not_published(browser: Client, asked: Consultation) -> None:
    def change(sheet: Any) -> None:
        sheet["B2"].number_format = ";;;"
        sheet["B3"].font = Font(color="FFFFFFFF")
        sheet["B4"].font, sheet["B4"].fill = Font(color="FFFFFFFF"), PatternFill("solid", fgColor="FF003366")
        sheet["B5"].font = Font(color=Color(theme=0))

    rows = [[str(number), f"電話は090-0000-000{number}"] for number in range(1, 5)]
    batch = send(browser, book(["番号", "本文"], *rows, change=change), "a.xlsx")
    told = reasons(batch)
    assert {row for row in told if "値が見えません" in told[row]} == {2, 3, 5}, "white on a dark fill is seen"
    assert "0000-000" not in str([told[2], told[3], told[5]])


def test_a_group_that_became_a_day_is_doubted(browser: Client, asked: Consultation) -> None:
    def change(sheet: Any) -> None:
        sheet["B2"].number_format = 'm"月"d"日"'

    batch = send(browser, book(["本文", "グループ"], ["木陰", 45659], change=change), "a.xlsx")
    assert "「1-2」などが Excel で日付に変わっていないか" in reasons(batch, "doubts")[2]


def test_every_column_that_is_not_used_is_listed(browser: Client, asked: Consultation) -> None:
    batch = send(browser, "本文,内容,意見,性別,電話\n木陰,別の文,もう一つ,女,090\n".encode())
    assert batch.result["unused"] == ["内容", "意見", "性別", "電話"]
    nameless = send(browser, "番号,,本文\n1,はみ出した文,木陰\n".encode())
    assert "列の名前がないところに文字があります。" in reasons(nameless)[2]


def test_days_come_in_as_the_japanese_formats_show_them(browser: Client, asked: Consultation) -> None:
    rows = [["番号", "本文", "行事名", "集めた日", "投稿日"]]
    formats = ["mm-dd-yy", "[$-411]ge\\.m\\.d;@", '[$-411]ggge"年"m"月"d"日"', 'yyyy"年"m"月"d"日"']
    rows += [[str(n), f"声{n}", "意見箱", 45971, 45971.6458333333] for n in range(len(formats))]

    def change(sheet: Any) -> None:
        for n, code in enumerate(formats, start=2):
            sheet.cell(n, 4).number_format = sheet.cell(n, 5).number_format = code

    bring_in(browser, send(browser, book(*rows, change=change), "a.xlsx"))
    made = Proposal.objects.all()
    assert {str(voice.batch.held_on) for voice in made} == {"2025-11-10"}
    assert {f"{timezone.localtime(voice.published_at):%Y-%m-%d %H:%M}" for voice in made} == {"2025-11-10 15:30"}


def test_texts_that_look_like_figures_come_out_and_in_as_they_were(browser: Client, asked: Consultation) -> None:
    rows = [
        ["番号", "本文", "グループ", "見出し"],
        ["R1", "=1+1 のような意見", "1-2", "001"],
        ["R2", "０９０のような数字 1E5", "1E5", "+81"],
        ["R3", "＝全角の式", "TRUE", "FALSE"],
        ["R4", "－駅前に", "A", "3/4"],
    ]
    text = "\n".join(",".join(f"'{cell}" if cell[0] in "=+＝－" else cell for cell in row) for row in rows)
    bring_in(browser, send(browser, text.encode()))
    assert sorted(Proposal.objects.values_list("body", "group_label", "title")) == sorted(
        tuple(row[1:]) for row in rows[1:]
    )
