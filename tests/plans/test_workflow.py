"""計画 → 前期 → 後期 → 総括 → 確定 → 公表: in order, audited, and frozen by the database at the end."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from apps.operations.models import AuditEntry
from apps.plans import actions
from apps.plans.models import ActionRefused, Block, Evidence, LineAnswer, Metric, MetricValue, PlanSheet
from tests.accounts.factories import make_secretariat
from tests.plans.factories import SheetFactory, bring_to, fill_stage, grade, published_sheet, write
from tests.vision.factories import IndicatorFactory

pytestmark = pytest.mark.django_db


def test_stages_open_in_order_and_each_confirmation_is_noted() -> None:
    person, sheet = make_secretariat(), SheetFactory()
    for state in ("plan", "first", "second"):
        assert sheet.state == state
        fill_stage(sheet)
        actions.confirm_stage(sheet=sheet, by=person)
    assert sheet.state == "summary"
    fill_stage(sheet)
    with pytest.raises(ActionRefused, match="確認できる段階ではありません"):
        actions.confirm_stage(sheet=sheet, by=person)
    assert [record.stage for record in sheet.stage_records.all()] == ["plan", "first", "second"]
    noted = [entry.facts["after"] for entry in AuditEntry.objects.by_user(person) if entry.verb == "confirm_stage"]
    assert noted == ["summary", "second", "first"]


def test_an_empty_block_is_named() -> None:
    sheet = bring_to(SheetFactory(), "first")
    with pytest.raises(ActionRefused) as refused:
        actions.confirm_stage(sheet=sheet, by=None)
    assert [str(sentence) for sentence in refused.value.missing] == [
        "「前期【取組実績及び取組による成果・効果】（ＤＯ・ＣＨＥＣＫ）」が書かれていません。",
        "「【後期における取組の方向】（ＡＣＴＩＯＮ）」が書かれていません。",
        "「年度別計画に対する今年度の進捗見込」の記号が選ばれていません。",
    ]


def test_a_grade_without_ground_is_refused_with_the_list() -> None:
    sheet = bring_to(SheetFactory(), "summary")
    with pytest.raises(ActionRefused) as refused:
        actions.give_grade(sheet=sheet, grade=grade("B"), by=None, reason=" ", next_action="")
    assert [str(sentence) for sentence in refused.value.missing] == [
        "「今年度の総括」が書かれていません。",
        "評価の理由が書かれていません。",
        "評価の根拠（数値・資料・会議・取組・市民の声）が一つも登録されていません。",
        "この評価のときは「今後の対応」が必要です。",
    ]
    sheet.refresh_from_db()
    assert sheet.grade is None


def test_a_sheet_is_confirmed_only_with_a_grade_that_still_stands_on_something() -> None:
    sheet = bring_to(SheetFactory(), "summary")
    fill_stage(sheet)
    with pytest.raises(ActionRefused) as refused:
        actions.confirm_sheet(sheet=sheet, by=None)
    assert "年次評価が選ばれていません。" in [str(one) for one in refused.value.missing]
    proof = Evidence.objects.create(sheet=sheet, kind="document", title="報告書")
    actions.give_grade(sheet=sheet, grade=grade(), by=None, reason="予定した数を設置したため。", next_action="")
    proof.delete()
    with pytest.raises(ActionRefused) as refused:
        actions.confirm_sheet(sheet=sheet, by=None)
    assert [str(one)[:5] for one in refused.value.missing] == ["評価の根拠"]
    assert sheet.state == "summary"


def test_a_sheet_transcribed_from_a_document_needs_no_ground_and_says_so() -> None:
    sheet = bring_to(SheetFactory(source="令和6年度 個別プランPDCAシート"), "summary")
    fill_stage(sheet)
    actions.give_grade(sheet=sheet, grade=grade("B"), by=None, reason="", next_action="")
    actions.confirm_sheet(sheet=sheet, by=None)
    actions.publish_sheet(sheet=sheet, by=None)
    page = Client().get(sheet.get_absolute_url()).text
    assert "資料から転記" in page
    assert "評価の理由、評価の根拠" in page.partition('class="unstated"')[2].partition("</p>")[0]


def test_a_figure_that_moved_away_has_to_be_mentioned() -> None:
    sheet = bring_to(SheetFactory(), "summary")
    metric = Metric.objects.create(slug="share", title="利用率", unit="％", wanted="up", plan=sheet.plan)
    MetricValue.objects.create(metric=metric, year=2023, value=60)
    MetricValue.objects.create(metric=metric, year=2024, value=55, sheet=sheet)
    write(sheet, Block.SUMMARY, "引き続き進めます。")
    Evidence.objects.create(sheet=sheet, kind="figure", title="利用率")
    with pytest.raises(ActionRefused) as refused:
        actions.give_grade(sheet=sheet, grade=grade(), by=None, reason="進んだため", next_action="")
    assert "「利用率」が望ましい向きと逆に動いています" in str(refused.value.missing[0])
    actions.give_grade(
        sheet=sheet, grade=grade(), by=None, reason="利用率は下がりましたが、設置は予定どおりのため", next_action=""
    )
    assert sheet.grade == grade()


def test_a_linked_indicator_that_moved_away_from_its_target_has_to_be_mentioned() -> None:
    sheet = bring_to(SheetFactory(), "summary")
    write(sheet, Block.SUMMARY, "引き続き進めます。")
    Evidence.objects.create(sheet=sheet, kind="figure", title="利用率")
    for title, values in (("公園に満足している人", {2023: "70", 2024: "65"}), ("近づいた指標", {2023: "65", 2024: "70"}),
                          ("まだ測っていない指標", {2022: "70", 2023: "65"})):  # fmt: skip
        sheet.links.create(indicator=IndicatorFactory(title=title, values=values))
    sheet.links.create(indicator=IndicatorFactory(title="目標なし", target_value=None, target_year=None,
                                                  values={2023: "9", 2024: "1"}))  # fmt: skip
    with pytest.raises(ActionRefused) as refused:
        actions.give_grade(sheet=sheet, grade=grade(), by=None, reason="進んだため", next_action="")
    assert [str(one)[:13] for one in refused.value.missing] == ["「公園に満足している人」が"]
    actions.give_grade(
        sheet=sheet,
        grade=grade(),
        by=None,
        reason="「公園に満足している人」は減りましたが、予定どおりのため",
        next_action="",
    )


def test_opening_again_needs_a_reason_and_keeps_the_text() -> None:
    sheet = bring_to(SheetFactory(), "confirmed")
    with pytest.raises(ActionRefused):
        actions.reopen_sheet(sheet=sheet, by=None, stage="first", reason="  ")
    with pytest.raises(ActionRefused):
        actions.reopen_sheet(sheet=sheet, by=None, stage="confirmed", reason="理由")
    actions.reopen_sheet(sheet=sheet, by=None, stage="first", reason="人数を確かめるため")
    kept = sheet.reopenings.newest()[0]
    sheet.lines.in_block(Block.DO_FIRST).update(text="書き直した実績")
    assert (sheet.state, kept.reason) == ("first", "人数を確かめるため")
    assert kept.kept["blocks"]["do_first"] == ["○木陰のあるベンチを設置しました。"]
    assert kept.kept["reason"] == "予定した数を設置したため。"


def test_after_publishing_nothing_is_opened_again() -> None:
    with pytest.raises(ActionRefused) as refused:
        actions.reopen_sheet(sheet=published_sheet(), by=None, stage="first", reason="理由")
    assert "正誤の版" in str(refused.value.sentence)


def test_only_the_last_edition_is_corrected_and_only_with_a_reason() -> None:
    sheet = published_sheet()
    with pytest.raises(ActionRefused):
        actions.correct_sheet(sheet=sheet, by=None, reason="")
    new = actions.correct_sheet(sheet=sheet, by=None, reason="誤字")
    with pytest.raises(ActionRefused):
        actions.correct_sheet(sheet=new, by=None, reason="まだ公表していない")
    assert [str(line) for line in new.lines.all()] == [str(line) for line in sheet.lines.all()]
    with pytest.raises((ActionRefused, IntegrityError)), transaction.atomic():
        actions.correct_sheet(sheet=sheet, by=None, reason="同時に二つは作れない")


CHANGES: list[Callable[[PlanSheet], Any]] = [
    lambda sheet: PlanSheet.objects.filter(pk=sheet.pk).update(grade_reason="書きかえ"),
    lambda sheet: PlanSheet.objects.filter(pk=sheet.pk).update(state="summary", published_at=None, frozen=None),
    lambda sheet: PlanSheet.objects.filter(pk=sheet.pk).update(frozen={}),
    lambda sheet: sheet.lines.update(text="書きかえ"),
    lambda sheet: sheet.lines.filter(block=Block.DIRECTION).delete(),
    lambda sheet: sheet.lines.create(block=Block.SUMMARY, order=99, mark="○", text="あとから"),
    lambda sheet: sheet.evidence.update(title="書きかえ"),
    lambda sheet: sheet.evidence.create(kind="figure", title="あとから"),
    lambda sheet: sheet.evidence.all().delete(),
    lambda sheet: sheet.answers.update(outcome="not"),
    lambda sheet: sheet.answers.all().delete(),
    lambda sheet: sheet.values.update(value=1),
    lambda sheet: sheet.values.all().delete(),
    lambda sheet: sheet.stage_records.update(confirmed_by=None),
    lambda sheet: sheet.stage_records.all().delete(),
    lambda sheet: sheet.reopenings.update(reason="書きかえ"),
    lambda sheet: sheet.reopenings.all().delete(),
    lambda sheet: PlanSheet.objects.filter(pk=sheet.pk).delete(),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_the_portals_role_cannot_change_what_is_published(number: int) -> None:
    sheet = bring_to(SheetFactory(), "summary")
    plan, result = sheet.lines.plans().first(), sheet.lines.results().first()
    LineAnswer.objects.create(sheet=sheet, plan_line=plan, result_line=result, outcome="done")
    metric = Metric.objects.create(slug="people", title="参加者", unit="人", plan=sheet.plan)
    MetricValue.objects.create(metric=metric, year=2024, value=44, sheet=sheet, line=result)
    sheet.reopenings.create(stage="first", reason="人数を確かめるため", kept=sheet.text_snapshot())
    bring_to(sheet, "published")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE chofu_app")
    with pytest.raises(DatabaseError, match="published plan sheet"), transaction.atomic():
        CHANGES[number](sheet)


def test_lines_of_another_sheet_do_not_answer() -> None:
    one, two = bring_to(SheetFactory(), "second"), bring_to(SheetFactory(), "second")
    LineAnswer.objects.create(
        sheet=one, plan_line=one.lines.plans().first(), result_line=two.lines.results().first(), outcome="done"
    )
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    LineAnswer.objects.all().delete()


@pytest.mark.parametrize(
    "make",
    [
        lambda sheet, line: LineAnswer.objects.create(sheet=sheet, plan_line=line, outcome="done"),
        lambda sheet, line: LineAnswer.objects.create(sheet=sheet, plan_line=line, result_line=line, outcome="done"),
        lambda sheet, line: sheet.lines.create(block="yearly", order=9, text="二行\nにわたる"),
        lambda sheet, line: sheet.lines.create(block="yearly", order=9, text=""),
        lambda sheet, line: sheet.lines.create(block="other", order=9, text="知らない欄"),
        lambda sheet, line: sheet.lines.create(block="yearly", order=9, text="制御\x0b文字"),
        lambda sheet, line: SheetFactory(plan=sheet.plan, year=sheet.year),
        lambda sheet, line: SheetFactory(plan=sheet.plan, year=2030, edition=2),
        lambda sheet, line: Evidence.objects.create(sheet=sheet, kind="figure", title=""),
    ],
)
def test_the_database_says_no_first(make: Callable[..., Any]) -> None:
    sheet = bring_to(SheetFactory(), "first")
    with pytest.raises(IntegrityError), transaction.atomic():
        make(sheet, sheet.lines.first())


def test_a_sheet_that_was_confirmed_anew_is_looked_at_before_it_is_published(
    sign_in: Callable[[Any], Client], frozen_clock: Traveller
) -> None:
    sheet, secretariat = bring_to(SheetFactory(), "confirmed"), sign_in(make_secretariat())
    preview, stage = (reverse(f"admin:plans_plansheet_{name}", args=[sheet.pk]) for name in ("preview", "stage"))
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', secretariat.get(preview).text)
    actions.reopen_sheet(sheet=sheet, stage="summary", reason="総括を直すため", by=None)
    frozen_clock.shift(60)
    write(sheet, "summary", "○別の人が直した総括")
    actions.confirm_sheet(sheet=sheet, by=None)
    answer = secretariat.post(stage, {"verb": "publish", "seen": seen})
    assert (answer.status_code, "開き直されました" in answer.text) == (422, True)
    sheet.refresh_from_db()
    assert sheet.state == "confirmed"
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', secretariat.get(preview).text)
    secretariat.post(stage, {"verb": "publish", "seen": seen})
    sheet.refresh_from_db()
    assert sheet.state == "published"
