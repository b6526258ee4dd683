"""The editor: whose, in which stage, what two people in one block see, and what is refused in words."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.operations.models import AuditEntry
from apps.plans import actions
from apps.plans.models import Block, BlockState, BlockWording, Metric, PlanSheet
from apps.plans.models.line import KEPT_WORDINGS
from tests.accounts.factories import DepartmentFactory, UserFactory, make_moderator, make_secretariat, make_staff
from tests.plans.factories import PlanFactory, SheetFactory, bring_to, circle, fill_stage, grade, published_sheet
from tests.safety.pages import Page

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
JSON = {"Accept": "application/json"}


@pytest.fixture
def sheet() -> PlanSheet:
    """A sheet in 前期."""
    return bring_to(SheetFactory(plan=PlanFactory(department=DepartmentFactory(name="公園課"))), "first")


@pytest.fixture
def writer(sign_in: SignIn, sheet: PlanSheet) -> Client:
    """A browser of the plan's own department."""
    return sign_in(make_staff(sheet.plan.plan_departments.get().department))


def address(sheet: PlanSheet, act: str = "change") -> str:
    return reverse(f"admin:plans_plansheet_{act}", args=[sheet.pk])


def write(client: Client, sheet: PlanSheet, text: str, *, block: str = "do_first", version: int = 0, **kw: Any) -> Any:
    return client.post(address(sheet, "block"), {"block": block, "version": version, "text": text}, **kw)


def shown(sheet: PlanSheet, block: str = "do_first") -> list[str]:
    return [str(line) for line in sheet.lines.in_block(block)]


def test_a_department_writes_its_stage_line_by_line(writer: Client, sheet: PlanSheet) -> None:
    answer = write(writer, sheet, "○ベンチを置きました。\n○全角，１２％のまま", follow=True)
    assert "を保存しました。" in answer.text
    assert shown(sheet) == ["○ベンチを置きました。", "○全角，１２％のまま"]
    state = BlockState.objects.get(sheet=sheet, block="do_first")
    assert (state.version, state.changed_by_id) == (1, int(writer.session["_auth_user_id"]))
    assert "write_block" in [entry.verb for entry in AuditEntry.objects.for_target(sheet)]


def test_the_page_says_first_what_is_written_now(writer: Client, sheet: PlanSheet) -> None:
    now = writer.get(address(sheet)).text.partition('class="sheet-now"')[2].partition("</nav>")[0]
    assert "今の段階「前期」で書く欄" in now
    places = ["block-do_first", "block-outlook", "block-direction", "answers", "block-footnote"]
    assert [part.partition('"')[0] for part in now.split('href="#')[1:]] == places
    assert all(f'id="{place}"' in writer.get(address(sheet)).text for place in places)


def test_lines_keep_their_records(writer: Client, sheet: PlanSheet) -> None:
    write(writer, sheet, "○一つ目\n○二つ目")
    first, second = sheet.lines.in_block("do_first")
    write(writer, sheet, "○前に入れた\n○一つ目\n○二つ目を直した", version=1)
    assert [line.pk for line in sheet.lines.in_block("do_first")][1:] == [first.pk, second.pk]


@pytest.mark.parametrize("block", ["yearly", "plan_first", "plan_second", "do_second", "summary"])
def test_other_blocks_are_read_only_in_this_stage(writer: Client, sheet: PlanSheet, block: str) -> None:
    before = shown(sheet, block)
    answer = write(writer, sheet, "○書けない欄", block=block)
    assert answer.status_code == 422
    assert "今の段階（前期）では書けません" in answer.text
    assert shown(sheet, block) == before


def test_who_wrote_and_who_confirmed_stands_on_the_sheet(sign_in: SignIn, writer: Client, sheet: PlanSheet) -> None:
    write(writer, sheet, "○木陰のベンチを置きました。")
    write(writer, sheet, "○声を聞きます。", block="direction")
    writer.post(address(sheet, "outlook"), {"outlook": circle().pk})
    by = make_secretariat(nickname="確認した事務局")
    sign_in(by).post(address(sheet, "stage"), {"verb": "confirm_stage"})
    page = writer.get(address(sheet)).text
    closed = page.partition('id="block-do_first"')[2].partition("</section>")[0]
    assert "<textarea" not in closed
    assert "最後の保存：" in closed
    assert str(BlockState.objects.get(sheet=sheet, block="do_first").changed_by) in closed
    assert f"前期を確認　{by}" in page


def test_others_read_but_do_not_write(sign_in: SignIn, sheet: PlanSheet) -> None:
    expected = {
        sign_in(make_staff(DepartmentFactory())): (200, 403),
        sign_in(make_moderator()): (200, 403),
        sign_in(UserFactory()): (403, 403),
        Client(): (302, 302),
    }
    for client, statuses in expected.items():
        page = client.get(address(sheet)).status_code
        acts = [client.post(address(sheet, act), {"verb": "confirm_stage"}).status_code
                for act in ("block", "outlook", "grade", "answers", "evidence", "stage")]  # fmt: skip
        assert (page, set(acts)) == (statuses[0], {statuses[1]})
    assert not shown(sheet)


def test_two_people_in_one_block_see_both_texts(writer: Client, sign_in: SignIn, sheet: PlanSheet) -> None:
    other = sign_in(make_secretariat(nickname="事務局"))
    write(other, sheet, "○先に保存した文")
    answer = write(writer, sheet, "○わたしの文", headers=JSON)
    assert answer.status_code == 409
    assert answer.json()["theirs"] == "○先に保存した文"
    page = write(writer, sheet, "○わたしの文")
    assert page.status_code == 409
    assert "○先に保存した文" in page.text
    assert "○わたしの文" in page.text
    assert shown(sheet) == ["○先に保存した文"]
    again = write(writer, sheet, "○二人の文", version=answer.json()["version"], headers=JSON)
    assert (again.status_code, shown(sheet)) == (200, ["○二人の文"])


def test_saving_while_typing_says_so_and_fills_the_trail_once(writer: Client, sheet: PlanSheet) -> None:
    for version in range(3):
        answer = write(writer, sheet, f"○書きかけ{version}", version=version, headers=JSON)
        assert answer.json()["version"] == version + 1
        assert "保存しました（1行）" in answer.json()["sentence"]
    assert len([entry for entry in AuditEntry.objects.for_target(sheet) if entry.verb == "write_block"]) == 1


@pytest.mark.parametrize("text", ["○制御\x1b文字", "○" + "長" * 2001, "\n".join(["○行"] * 201)])
def test_what_no_form_holds_comes_back_typed(writer: Client, sheet: PlanSheet, text: str) -> None:
    answer = write(writer, sheet, text)
    assert answer.status_code == 422
    assert text[:2] in answer.text
    assert not shown(sheet)


def test_a_broken_post_is_no_error(writer: Client, sheet: PlanSheet) -> None:
    for data in ({}, {"block": "x", "version": "²"}, {"block": "do_first", "version": "-1", "text": "○"}):
        assert writer.post(address(sheet, "block"), data).status_code == 422
    assert writer.get(address(sheet, "block")).headers["Location"].startswith(address(sheet)), "after signing in again"
    for bad in ("abc", "²", "9" * 30, "999999999"):
        assert writer.get(f"/admin/plans/plansheet/{bad}/change/").status_code == 404


def test_a_department_cannot_confirm_its_own_stage(writer: Client, sheet: PlanSheet) -> None:
    answer = writer.post(address(sheet, "stage"), {"verb": "confirm_stage"})
    assert answer.status_code == 403
    assert "事務局（企画経営課）が行います" in answer.text
    sheet.refresh_from_db()
    assert sheet.state == "first"


def test_the_year_of_a_sheet_from_writing_to_publishing(writer: Client, sign_in: SignIn, sheet: PlanSheet) -> None:
    secretariat = sign_in(make_secretariat())
    write(writer, sheet, "○木陰のベンチを置きました。")
    write(writer, sheet, "○声を聞きます。", block="direction")
    writer.post(address(sheet, "outlook"), {"outlook": circle().pk})
    secretariat.post(address(sheet, "stage"), {"verb": "confirm_stage"})
    write(writer, sheet, "○アンケートを行います。", block="plan_second")
    write(writer, sheet, "○参加者は４４人でした。", block="do_second")
    secretariat.post(address(sheet, "stage"), {"verb": "confirm_stage"})
    write(writer, sheet, "○次年度も続けます。", block="summary")

    typed = {"grade": grade("B").pk, "reason": "設置が一部遅れたため", "next_action": ""}
    refused = secretariat.post(address(sheet, "grade"), typed)
    assert refused.status_code == 422
    for sentence in ("評価の根拠（", "「今後の対応」が必要です", "設置が一部遅れたため"):
        assert sentence in refused.text
    page = secretariat.get(address(sheet)).text
    assert "対応する実績がまだ選ばれていない計画：3行" in page

    promises, results = list(sheet.lines.plans()), list(sheet.lines.results())
    ties = {f"outcome-{line.pk}": "done" for line in promises} | {
        f"results-{line.pk}": [results[0].pk] for line in promises
    }
    writer.post(address(sheet, "answers"), {"version": 0, **ties})
    assert not sheet.lines.unanswered().exists()
    writer.post(address(sheet, "evidence"), {"kind": "document", "title": "利用状況調査"})
    secretariat.post(address(sheet, "grade"), typed | {"next_action": "発注を早めます。"})
    secretariat.post(address(sheet, "stage"), {"verb": "confirm"})
    assert write(writer, sheet, "○あとから", block="summary", version=1).status_code == 422
    asked = secretariat.post(address(sheet, "stage"), {"verb": "publish"}, follow=True)
    sheet.refresh_from_db()
    assert sheet.state == "confirmed", "first it is looked at as everybody will read it"
    for words in ("公表前の確認", "参加者は４４人でした。", "設置が一部遅れたため", "この内容で公表する"):
        assert words in asked.text
    assert writer.get(address(sheet, "preview")).status_code == 302
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', asked.text)
    secretariat.post(address(sheet, "stage"), {"verb": "publish", "seen": seen})
    sheet.refresh_from_db()
    assert sheet.state == "published"
    public = Client().get(sheet.get_absolute_url()).text
    for words in ("参加者は４４人でした。", "設置が一部遅れたため", "発注を早めます。", "利用状況調査", "実施"):
        assert words in public
    for act, data in (("grade", typed), ("evidence", {"kind": "figure", "title": "あとから"}),
                      ("stage", {"verb": "reopen", "stage": "first", "reason": "理由"})):  # fmt: skip
        assert secretariat.post(address(sheet, act), data).status_code == 422
    secretariat.post(address(sheet, "stage"), {"verb": "correct", "reason": "人数の誤り"})
    assert PlanSheet.objects.in_work().get().correction_reason == "人数の誤り"


def test_answers_are_of_this_sheet_and_need_a_result(writer: Client, sheet: PlanSheet) -> None:
    promise = sheet.lines.plans()[0]
    other = bring_to(SheetFactory(), "second").lines.results()[0]
    for data in ({f"outcome-{promise.pk}": "done"},
                 {f"outcome-{promise.pk}": "done", f"results-{promise.pk}": [other.pk]},
                 {f"outcome-{promise.pk}": "perhaps"}):  # fmt: skip
        assert writer.post(address(sheet, "answers"), {"version": 0, **data}).status_code == 422
    assert writer.post(address(sheet, "answers"), {"version": 0, f"outcome-{promise.pk}": "not"}).status_code == 302
    assert promise.answers.get().outcome == "not"
    assert writer.post(address(sheet, "answers"), {"version": 0}).status_code == 409


def test_opening_again_through_the_page_keeps_the_old_text(sign_in: SignIn, sheet: PlanSheet) -> None:
    secretariat = sign_in(by := make_secretariat(nickname="開き直した事務局"))
    sheet = bring_to(sheet, "second")
    assert secretariat.post(address(sheet, "stage"), {"verb": "reopen", "stage": "first"}).status_code == 422
    data = {"verb": "reopen", "stage": "first", "reason": "人数を確かめるため"}
    page = secretariat.post(address(sheet, "stage"), data, follow=True).text
    assert f"前期から開き直し　{by}：人数を確かめるため" in page
    write(secretariat, sheet, "○直した実績")
    assert "○木陰のあるベンチを設置しました。" in secretariat.get(address(sheet)).text
    assert shown(sheet, Block.DO_FIRST) == ["○直した実績"]


def test_an_unknown_verb_changes_nothing(sign_in: SignIn, sheet: PlanSheet) -> None:
    secretariat = sign_in(make_secretariat())
    for verb in ("", "delete", "publish", "confirm"):
        assert secretariat.post(address(sheet, "stage"), {"verb": verb, "reason": "x"}).status_code == 422
    sheet.refresh_from_db()
    assert sheet.state == "first"


def test_a_figure_of_a_line_becomes_a_series(writer: Client, sheet: PlanSheet) -> None:
    write(writer, sheet, "○参加者は４４人でした。")
    line = sheet.lines.in_block("do_first")[0]
    metric = Metric.objects.create(slug="people", title="参加者", unit="人", plan=sheet.plan)
    foreign = Metric.objects.create(slug="foreign", title="ほかのプラン", unit="件", plan=PlanFactory())
    typed = {"metric": metric.pk, "year": 2024, "value": "44", "as_of": "2024-09-30", "line": line.pk}
    for wrong in ({"value": "たくさん"}, {"metric": foreign.pk}, {"line": "999999"}, {"year": "-1"}):
        assert writer.post(address(sheet, "figure"), typed | wrong).status_code == 422
    assert writer.post(address(sheet, "figure"), typed).status_code == 302
    assert writer.post(address(sheet, "figure"), typed).status_code == 422, "one value a year"
    value = sheet.values.get()
    assert (value.shown, value.line_id, str(value.as_of)) == ("44", line.pk, "2024-09-30")
    write(writer, sheet, "", version=1)
    assert sheet.values.get().line_id is None, "a figure stays when its line goes"
    bring_to(sheet, "published")
    page = Client().get(sheet.get_absolute_url()).text
    assert "数値の推移：参加者" in page
    assert writer.post(address(sheet, "figure"), {"remove": value.pk}).status_code == 422
    assert writer.post(address(sheet, "figure"), typed | {"change": value.pk, "value": "45"}).status_code == 422
    assert sheet.values.get().shown == "44"


def test_a_department_keeps_a_figure_found_in_a_line_in_a_series_of_its_own(writer: Client, sheet: PlanSheet) -> None:
    write(writer, sheet, "○講座の参加者は２，０４４人，満足度は６４．２％でした。")
    line = sheet.lines.in_block("do_first")[0]
    page = writer.get(address(sheet)).text
    assert "行の中に見つかった数値：2個" in page
    form = writer.get(address(sheet), {"line": line.pk, "place": 1}).context["figure_form"]
    given = {"line": line.pk, "value": form["value"].value(), "unit": form["unit"].value(), "year": 2024}
    assert (given["value"], given["unit"]) == ("64.2", "％")
    assert writer.post(address(sheet, "figure"), given).status_code == 422, "a series needs a title"
    assert writer.post(address(sheet, "figure"), given | {"title": "講座の満足度"}).status_code == 302
    value = sheet.values.get()
    assert (value.metric.title, value.metric.unit, value.metric.plan) == ("講座の満足度", "％", sheet.plan)
    assert "行の中に見つかった数値：1個" in writer.get(address(sheet)).text
    again = writer.post(address(sheet, "figure"), given | {"title": "講座の満足度", "year": 2025})
    assert again.status_code == 422
    assert sheet.values.count() == 1


def test_a_figure_is_put_right_in_its_place(sign_in: SignIn, writer: Client, sheet: PlanSheet) -> None:
    metric = Metric.objects.create(slug="people", title="参加者", unit="人", plan=sheet.plan)
    writer.post(address(sheet, "figure"), {"metric": metric.pk, "year": 2024, "value": "44"})
    value = sheet.values.get()
    form = writer.get(address(sheet), {"change": value.pk}).context["figure_form"]
    assert form["value"].value() == value.value
    right = {"change": value.pk, "metric": metric.pk, "year": 2024, "value": "54"}
    assert sign_in(make_staff(DepartmentFactory())).post(address(sheet, "figure"), right).status_code == 403
    assert writer.post(address(sheet, "figure"), right).status_code == 302
    assert [(held.pk, held.shown) for held in sheet.values.all()] == [(value.pk, "54")]
    assert "change_figure" in [entry.verb for entry in AuditEntry.objects.for_target(sheet)]
    for nonsense in ({"change": "x"}, {"line": "9" * 30, "place": "-1"}, {"change": 999_999}):
        assert writer.get(address(sheet), nonsense).status_code == 200


def grading(page: Any) -> dict[str, str]:
    """What a browser without scripts would send of the form of evidence and grade, as it stands."""
    (form,) = [form for form in Page("/", page.text).forms if {"title", "reason"} <= form.names]
    return {name: value.strip() for name, (value, *_more) in form.filled().items() if name != "remove"}


def test_without_scripts_no_button_of_grade_and_evidence_loses_what_was_typed_for_the_other(
    sign_in: SignIn, sheet: PlanSheet
) -> None:
    client = sign_in(make_secretariat())
    fill_stage(bring_to(sheet, "summary"))
    words = {"grade": str(grade("B").pk), "reason": "設置が一部遅れたため", "next_action": "発注を早めます。"}
    refused = client.post(address(sheet, "grade"), grading(client.get(address(sheet))) | words)
    assert refused.status_code == 422
    first, more = {"kind": "document", "title": "利用状況調査"}, {"reason": "設置も検証も遅れたため"}
    added = client.post(address(sheet, "evidence"), grading(refused) | first | more)
    assert "下の年次評価は、まだ保存していません。" in added.text
    assert (words | more | {"title": ""}).items() <= grading(added).items()

    again = client.post(address(sheet, "evidence"), grading(refused) | first)
    assert (again.status_code, sheet.evidence.count()) == (422, 1), "the page read again: no second piece"
    assert (words | first).items() <= grading(again).items()

    second = {"kind": "figure", "title": "設置数12基"}
    taken = client.post(address(sheet, "evidence"), grading(added) | second | {"remove": sheet.evidence.get().pk})
    assert not sheet.evidence.exists()
    assert (words | more | second).items() <= grading(taken).items()
    assert client.post(address(sheet, "grade"), grading(taken)).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.grade_reason, sheet.evidence.get().title) == (more["reason"], "設置数12基")
    assert client.post(address(sheet, "evidence"), grading(client.get(address(sheet))) | first).status_code == 302


def test_nothing_of_grade_and_evidence_is_stored_by_half(sign_in: SignIn, sheet: PlanSheet) -> None:
    client = sign_in(make_secretariat())
    fill_stage(bring_to(sheet, "summary"))
    typed = {"grade": grade("B").pk, "reason": "遅れたため", "next_action": "", "kind": "figure", "title": "12基"}
    assert client.post(address(sheet, "grade"), typed).status_code == 422, "B asks for what is done next"
    assert client.post(address(sheet, "grade"), typed | {"kind": "", "next_action": "早めます。"}).status_code == 422
    sheet.refresh_from_db()
    assert (sheet.grade, sheet.evidence.count()) == (None, 0)


def test_every_label_of_the_page_leads_to_its_own_control(sign_in: SignIn, sheet: PlanSheet) -> None:
    page = sign_in(make_secretariat()).get(address(bring_to(sheet, "summary")))
    ids = re.findall(r' id="([^"]+)"', page.text)
    assert sorted(set(ids)) == sorted(ids)


def test_what_a_block_said_before_can_be_had_back(writer: Client, sign_in: SignIn, sheet: PlanSheet) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        write(writer, sheet, "○木陰のベンチを三か所に置き、利用した人の声を聞きました。")
        clock.shift(5)
        write(writer, sheet, "○木陰のベンチを三か所に置き、利用した人の声を聞きました。○", version=1)
        assert not sheet.wordings.exists(), "not every save while one types"
        clock.shift(5)
        write(writer, sheet, "○", version=2)
        assert [kept.text[:12] for kept in sheet.wordings.all()] == ["○木陰のベンチを三か所に"], "much went at once"
        clock.shift(90)
        write(writer, sheet, "○あとから書いた文", version=2 + 1)
        other = sign_in(make_secretariat())
        write(other, sheet, "○ほかの人の文", version=4)
        kept = [wording.text for wording in sheet.wordings.order_by("pk")]
        assert "○あとから書いた文" in kept, "another person's text took its place"
        page = writer.get(address(sheet)).text
        assert "前の文（" in page
        first = sheet.wordings.order_by("pk").first()
        stale = writer.post(address(sheet, "restore_wording"), {"wording": first.pk, "version": 1})
        assert stale.status_code == 409
        version = BlockState.objects.get(sheet=sheet, block="do_first").version
        assert (
            writer.post(address(sheet, "restore_wording"), {"wording": first.pk, "version": version}).status_code == 302
        )
        assert shown(sheet, Block.DO_FIRST)[0].startswith("○木陰のベンチを三か所に")
        assert "○ほかの人の文" in [wording.text for wording in sheet.wordings.all()], (
            "the present text is kept in its place"
        )
        for wrong in ({"wording": 999_999, "version": version + 1}, {"wording": "x"}, {}):
            assert writer.post(address(sheet, "restore_wording"), wrong).status_code == 422


def test_old_wordings_are_few_and_go_with_publication(sheet: PlanSheet) -> None:
    state = BlockState.objects.create(sheet=sheet, block="do_first")
    for number in range(KEPT_WORDINGS + 5):
        BlockWording.objects.keep(state, f"○{number}番目の文")
    assert sheet.wordings.count() == KEPT_WORDINGS
    assert sheet.wordings.order_by("pk").first().text == "○5番目の文"
    bring_to(sheet, "published")
    assert not sheet.wordings.exists()


def test_a_sheet_from_a_document_takes_ties_after_publication(sign_in: SignIn) -> None:
    sheet = bring_to(SheetFactory(), "confirmed")
    PlanSheet.objects.filter(pk=sheet.pk).update(source="令和5年度のPDCAシート")
    sheet = PlanSheet.objects.get(pk=sheet.pk)
    actions.publish_sheet(sheet=sheet, by=None)
    secretariat, promise = sign_in(make_secretariat()), sheet.lines.plans()[0]
    result = sheet.lines.results()[0]
    typed = {"version": 0, f"outcome-{promise.pk}": "not", f"results-{promise.pk}": [result.pk]}
    assert f"outcome-{promise.pk}" in secretariat.get(address(sheet)).text
    assert secretariat.post(address(sheet, "answers"), typed).status_code == 302
    page = Client().get(sheet.get_absolute_url()).text
    assert "未実施" in page
    assert result.text in page
    own = published_sheet()
    promise = own.lines.plans()[0]
    assert secretariat.post(address(own, "answers"), {"version": 0, f"outcome-{promise.pk}": "not"}).status_code == 422
    with pytest.raises(DatabaseError), transaction.atomic():
        own.answers.create(plan_line=promise, outcome="not")
