"""What everyone reads: years, the tree of a year, one sheet; only what is published."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.plans import actions
from apps.plans.models import LineAnswer, PlanSheet, SheetLine, SheetLink
from apps.plans.services.share_card import card_of
from tests.accounts.factories import DepartmentFactory, make_secretariat
from tests.consultations.factories import ProposalFactory
from tests.plans.factories import (
    MeasureFactory,
    PlanFactory,
    SheetFactory,
    bring_to,
    circle,
    published_sheet,
    transcribed_sheet,
)

pytestmark = pytest.mark.django_db
STATES = ["plan", "first", "second", "summary", "confirmed"]


def get(address: str) -> Any:
    return Client().get(address)


@pytest.mark.parametrize("state", STATES)
def test_what_is_not_published_is_nowhere(state: str) -> None:
    sheet = bring_to(SheetFactory(plan__title="まだ言えないプラン"), state)
    assert get(sheet.get_absolute_url()).status_code == 404
    assert get("/plans/2024/").status_code == 404
    assert "2024" not in get("/plans/").text
    assert not SheetLine.objects.public().exists()
    published_sheet()
    assert "まだ言えないプラン" not in get("/plans/2024/").text
    assert "まだ言えないプラン" not in get("/plans/2024/?q=プラン").text


def test_the_sheet_stands_in_the_order_of_the_paper() -> None:
    page = get(published_sheet().get_absolute_url()).text
    order = ["方針 1", "基本的取組 1-1", "担当課", "プランの概要", "年度別計画 ", ">前期<", "block-plan_first",
             "block-do_first", "block-outlook", "block-direction", ">後期<", "block-plan_second", "block-do_second",
             ">総括<", "年次評価", "block-summary"]  # fmt: skip
    places = [page.index(words, page.index('class="pdca"')) for words in order]
    assert places == sorted(places)


def test_a_mark_stands_with_its_meaning_or_says_that_none_is_known() -> None:
    mark = circle()
    assert "（記号の意味の記載はありません）" in get(published_sheet().get_absolute_url()).text
    mark.words = "年度別計画を達成する見込み"
    mark.save()
    page = get(published_sheet().get_absolute_url()).text
    assert "</span> 年度別計画を達成する見込み" in page.partition('id="block-outlook"')[2].partition("</p>")[0]


def test_what_the_document_does_not_say_stands_in_one_line_with_whom_to_ask() -> None:
    sheet = transcribed_sheet(plan=PlanFactory(department=DepartmentFactory(name="緑の課")))
    page = get(sheet.get_absolute_url()).text
    assert page.count("資料にない項目：") == 1
    said = page.partition('class="unstated"')[2].partition("</p>")[0]
    assert "資料にない項目：後期の方向、進捗見込、評価の理由、評価の根拠" in said
    assert ('href="/contact/"' in said, "くわしくは担当（緑の課）へ" in said) == (True, True)
    for empty in ("記載はありません", "block-direction", "block-outlook", "根拠の登録なし"):
        assert empty not in page
    assert "資料にない項目" not in get(published_sheet().get_absolute_url()).text


def test_who_wrote_and_who_confirmed_is_said_without_names() -> None:
    by = make_secretariat(nickname="確認した職員")
    sheet = SheetFactory(plan=PlanFactory(department=DepartmentFactory(name="緑の課")))
    actions.reopen_sheet(sheet=bring_to(sheet, "second"), by=by, stage="first", reason="直すため")
    actions.confirm_stage(sheet=sheet, by=by)
    bring_to(sheet, "published")
    about = get(sheet.get_absolute_url()).text.partition('id="about-title"')[2]
    assert "<dt>記入</dt><dd>緑の課</dd>" in about
    assert about.count("事務局（企画経営課）") == 4, "計画, 前期 once, 後期, 総括"
    assert about.count("前期の確認") == 1
    assert "確認した職員" not in about


def test_counts_of_a_branch_stand_beside_those_of_the_year_before() -> None:
    plans = [PlanFactory() for _number in range(3)]
    for year, codes in ((2023, "ABB"), (2024, "AAB")):
        for plan, code in zip(plans, codes, strict=True):
            published_sheet(code, plan=plan, year=year)
    context = get("/plans/2024/").context
    branch = context["branches"][0]
    assert (branch.counts, branch.before) == ({"A": 2, "B": 1}, {"A": 1, "B": 2})
    assert branch.branches["参加と協働による共創のまちづくりの推進"].counts == {"A": 2, "B": 1}
    tallies = {tally.name: (dict(tally.counts), dict(tally.before)) for tally in context["departments"]}
    assert tallies[plans[1].department_names()[0]] == ({"A": 1}, {"B": 1})
    assert "（前年度 1件）" in get("/plans/2024/").text


def test_filters_by_department_grade_and_words() -> None:
    own = DepartmentFactory(name="緑の課")
    wanted = published_sheet("B", plan=PlanFactory(department=own))
    other = published_sheet("A")
    shown = {
        query: get(f"/plans/2024/?{query}").context["sheets"]
        for query in ("department=緑の課", "grade=B", "grade=A", "q=木陰のあるベンチ", f"q={other.title}", "q=ない")
    }
    assert shown == {
        "department=緑の課": [wanted],
        "grade=B": [wanted],
        "grade=A": [other],
        "q=木陰のあるベンチ": [wanted, other],
        f"q={other.title}": [other],
        "q=ない": [],
    }
    assert "あてはまるプランは見つかりませんでした。" in get("/plans/2024/?q=ない").text


@pytest.mark.parametrize("query", ["grade=%00", "department=x", "q=" + "あ" * 300, "grade[]=A", "q=%00"])
def test_a_query_that_cannot_be_read_is_no_error(query: str) -> None:
    published_sheet()
    assert get(f"/plans/2024/?{query}").status_code == 200


@pytest.mark.parametrize("address", ["/plans/1999/", "/plans/20244/", "/plans/2024/0/", "/plans/2024/99999/",
                                     "/plans/２０２４/", "/plans/2024/1/?edition=9"])  # fmt: skip
def test_an_address_of_nothing_is_404(address: str) -> None:
    published_sheet(plan__number=1)
    assert get(address).status_code == 404


def test_names_stand_as_they_were_on_the_day_of_publishing() -> None:
    sheet = published_sheet()
    plan = sheet.plan
    old = (plan.title, plan.department_names()[0])
    department = plan.plan_departments.get().department
    department.name, plan.title = "統合された課", "改めた名称"
    department.save()
    plan.save()
    page = get(sheet.get_absolute_url()).text
    assert all(words in page for words in old)
    assert "統合された課" not in page
    assert "改めた名称" not in page
    assert old[1] in get("/plans/2024/").text


def test_a_correction_is_shown_beside_the_old_edition() -> None:
    sheet = published_sheet()
    new = actions.correct_sheet(sheet=sheet, by=None, reason="人数の誤り")
    new.lines.results().update(text="正しい人数は４５人でした。")
    assert "正しい人数" not in get(sheet.get_absolute_url()).text, "not before it is published"
    actions.confirm_sheet(sheet=new, by=None)
    actions.publish_sheet(sheet=new, by=None)
    page = get(sheet.get_absolute_url()).text
    assert "正しい人数は４５人でした。" in page
    assert "正誤（第2版" in page
    assert "人数の誤り" in page
    old = get(f"{sheet.get_absolute_url()}?edition=1").text
    assert "参加者は４４人でした。" in old
    assert "これは第1版です。" in old
    assert list(PlanSheet.objects.public()) == [new]


def test_search_finds_public_lines_in_any_spelling() -> None:
    published_sheet()
    assert {line.block for line in SheetLine.objects.public().search("44人")} == {"do_second"}
    assert {line.block for line in SheetLine.objects.public().search("あんけーと")} == {"plan_second", "do_second"}


@pytest.mark.parametrize("address", ["/plans/", "/plans/2024/", "/plans/2024/?q=ベンチ"])
@pytest.mark.usefixtures("without_page_cache")
def test_pages_cost_the_same_for_many_plans(address: str) -> None:
    counts = []
    for number in (3, 12):
        while PlanSheet.objects.count() < number:
            published_sheet(plan=PlanFactory(measure=MeasureFactory()))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.usefixtures("without_page_cache")
def test_a_sheet_costs_the_same_for_many_lines() -> None:
    counts = []
    for lines in (3, 30):
        sheet = bring_to(SheetFactory(), "summary")
        for order in range(lines):
            line = sheet.lines.create(block="plan_second", order=order + 10, mark="○", text="さらに進めます。")
            result = sheet.lines.create(block="do_second", order=order + 10, mark="○", text="進めました。")
            sheet.answers.create(plan_line=line, result_line=result, outcome="done")
        bring_to(sheet, "published")
        with CaptureQueriesContext(connection) as queries:
            assert get(sheet.get_absolute_url()).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_sheet_has_a_picture_with_its_grade_once_it_is_published() -> None:
    waiting, sheet = bring_to(SheetFactory(), "confirmed"), published_sheet()
    image = get(f"{sheet.get_absolute_url()}og.png")
    assert (image.status_code, image.headers["Content-Type"]) == (200, "image/png")
    card = card_of(sheet)
    assert (card.title, card.grade) == (sheet.title, ("A", "計画どおりに進捗"))
    assert f'content="http://localhost:8000{sheet.get_absolute_url()}og.png"' in get(sheet.get_absolute_url()).text
    assert get(f"{waiting.get_absolute_url()}og.png").status_code == 404


def test_the_card_of_a_sheet_says_grade_outcomes_and_voices(client: Client) -> None:
    sheet = bring_to(SheetFactory(), "summary")
    lines = list(sheet.lines.plans())
    for line, outcome in zip(lines, ("done", "partly"), strict=False):
        LineAnswer.objects.create(sheet=sheet, plan_line=line, outcome=outcome, result_line=sheet.lines.results()[0])
    bring_to(sheet, "published", "B")
    voice = ProposalFactory()
    SheetLink.objects.create(sheet=sheet, proposal=voice)
    html = client.get(sheet.get_absolute_url()).content.decode()
    card = html[html.index("sheet-answer-title") : html.index("pdca__head")]
    assert f"計画した{len(lines)}件のうち1件を実施" in card
    assert "ほかに一部実施1件" in card
    assert "つながる市民の声 1件" in card
    assert ">B<" in card
    assert card.count("stations__item--done") == 3, "voice, plan, grade"
    assert card.count("stations__item--absent") == 2
