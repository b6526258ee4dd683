"""提出 and 差戻し: what is missing is named, whoever waits is told, and what waits is not written on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.operations.models import AuditEntry, Notification, Outbox
from apps.plans import actions
from apps.plans.emails.reminders import remind
from apps.plans.models import ActionRefused, Block, PlanSheet, SheetSubmission, StageDeadline
from tests.accounts.factories import DepartmentFactory, make_secretariat, make_staff
from tests.plans.factories import PlanFactory, SheetFactory, bring_to, circle, fill_stage, grade, write

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
LIST = "admin:plans_plansheet_changelist"


@pytest.fixture
def sheet() -> PlanSheet:
    """A sheet in 前期 with everything that 提出 needs."""
    sheet = bring_to(SheetFactory(plan=PlanFactory(department=DepartmentFactory(name="公園課", email=""))), "first")
    fill_stage(sheet)
    return sheet


@pytest.fixture
def clerk(sheet: PlanSheet) -> User:
    """Somebody of the plan's department."""
    return make_staff(sheet.plan.plan_departments.get().department)


@pytest.fixture
def boss() -> User:
    """Somebody of the secretariat."""
    return make_secretariat()


def page(sheet: PlanSheet, act: str = "change") -> str:
    return reverse(f"admin:plans_plansheet_{act}", args=[sheet.pk])


def hand(client: Client, sheet: PlanSheet, verb: str, **more: str) -> Any:
    return client.post(page(sheet, "hand_in"), {"hand_verb": verb, **more}, follow=True)


def told(user: User) -> list[str]:
    return [row.title for row in Notification.objects.visible_to(user)]


def standing(sheet: PlanSheet) -> str:
    return PlanSheet.objects.get(pk=sheet.pk).whereabouts


def test_a_stage_goes_to_the_secretariat_and_comes_back_with_a_reason(
    sign_in: SignIn, sheet: PlanSheet, clerk: User, boss: User
) -> None:
    browser, desk = sign_in(clerk), sign_in(boss)
    assert "提出しました。" in hand(browser, sheet, "submit").text
    assert standing(sheet) == "submitted"
    assert told(boss) == [f"プラン{sheet.number}の「前期」が提出されました（公園課）"]
    assert told(clerk) == []
    waiting = [
        f"state=submitted{own}" in one.get("/admin/").text for one, own in ((browser, "&amp;whose=own"), (desk, '"'))
    ]
    assert waiting == [True, True], "both sides see on their first page where it waits"
    assert "提出済（確認待ち）" in desk.get(reverse(LIST), {"state": "submitted"}).text
    answer = hand(desk, sheet, "send_back", **{"reason": "参加者数を書いてください。"})
    assert "差し戻しました。" in answer.text
    assert standing(sheet) == "returned"
    assert told(clerk) == [f"プラン{sheet.number}の「前期」が差し戻されました（公園課）"]
    assert "差戻しの理由：参加者数を書いてください。" in Outbox.objects.get(bundle_for=clerk.pk).body
    assert "参加者数を書いてください。" in browser.get(page(sheet)).text
    assert hand(browser, sheet, "submit").status_code == 200
    desk.post(page(sheet, "stage"), {"verb": "confirm_stage", "seen": PlanSheet.objects.get(pk=sheet.pk).stage_key})
    assert (PlanSheet.objects.get(pk=sheet.pk).state, standing(sheet)) == ("second", "open")
    assert told(clerk)[0] == f"プラン{sheet.number}の「前期」が確認されました（公園課）"
    assert [one.state for one in sheet.submissions.order_by("pk")] == ["returned", "confirmed"]
    shown = browser.get(page(sheet)).text
    assert shown.count("前期を提出") == 2, "every 提出 stays readable"
    verbs = {entry.verb for entry in AuditEntry.objects.for_target(sheet)}
    assert {"submit_stage", "send_back_stage", "confirm_stage"} <= verbs


def test_what_is_missing_is_named_and_nothing_is_handed_in(sign_in: SignIn, sheet: PlanSheet, clerk: User) -> None:
    sheet.lines.in_block("direction").delete()
    answer = hand(sign_in(clerk), sheet, "submit")
    assert answer.status_code == 422
    assert "「【後期における取組の方向】（ＡＣＴＩＯＮ）」が書かれていません。" in answer.text
    assert standing(sheet) == "open"


def test_the_grade_is_asked_before_the_summary_is_handed_in(sheet: PlanSheet, clerk: User) -> None:
    bring_to(sheet, "summary")
    with pytest.raises(ActionRefused) as refused:
        actions.submit_stage(sheet=sheet, by=clerk)
    assert "年次評価が選ばれていません。" in [str(one) for one in refused.value.missing]


def test_nobody_of_the_department_writes_while_it_waits(sign_in: SignIn, sheet: PlanSheet, clerk: User) -> None:
    browser = sign_in(clerk)
    actions.submit_stage(sheet=sheet, by=clerk)
    shown = browser.get(page(sheet)).text
    assert 'name="text" id="text-do_first"' not in shown
    assert "提出を取り下げる" in shown
    block = {"block": "do_first", "version": 0, "text": "○あとから"}
    assert browser.post(page(sheet, "block"), block).status_code == 422
    with pytest.raises(ActionRefused, match="取り下げる"):
        actions.set_outlook(sheet=sheet, outlook=None, by=clerk)
    with pytest.raises(ActionRefused, match="取り下げる"):
        actions.remove_evidence(sheet=sheet, pk=1, by=clerk)
    with pytest.raises(ActionRefused, match="取り下げる"):
        actions.answer_lines(sheet=sheet, answers={}, version=0, by=clerk)
    actions.set_outlook(sheet=sheet, outlook=circle(), by=make_secretariat())
    assert "取り下げました" in hand(browser, sheet, "withdraw").text
    assert browser.post(page(sheet, "block"), block).status_code == 302


def test_a_summary_that_waits_takes_no_grade(sheet: PlanSheet, clerk: User) -> None:
    bring_to(sheet, "summary")
    SheetSubmission.objects.hand_in(sheet, by=clerk)
    with pytest.raises(ActionRefused, match="取り下げる"):
        actions.give_grade(sheet=sheet, grade=grade(), reason="できたため。", next_action="", by=clerk)


def test_taking_back_ends_with_the_confirmation(sign_in: SignIn, sheet: PlanSheet, clerk: User, boss: User) -> None:
    actions.submit_stage(sheet=sheet, by=clerk)
    actions.withdraw_submission(sheet=sheet, by=clerk)
    assert told(boss)[0] == f"プラン{sheet.number}の「前期」の提出が取り下げられました（公園課）"
    actions.submit_stage(sheet=sheet, by=clerk)
    actions.confirm_stage(sheet=sheet, by=boss)
    answer = hand(sign_in(clerk), sheet, "withdraw")
    assert (answer.status_code, "確認を待つ提出がありません。" in answer.text) == (422, True)


def test_the_confirmation_of_another_text_than_the_one_looked_at_is_refused(
    sign_in: SignIn, sheet: PlanSheet, clerk: User, boss: User
) -> None:
    actions.submit_stage(sheet=sheet, by=clerk)
    seen = PlanSheet.objects.get(pk=sheet.pk).stage_key
    assert f'value="{seen}"' in sign_in(boss).get(page(sheet)).text
    actions.withdraw_submission(sheet=sheet, by=clerk)
    actions.submit_stage(sheet=sheet, by=clerk)
    answer = sign_in(boss).post(page(sheet, "stage"), {"verb": "confirm_stage", "seen": seen})
    assert (answer.status_code, "提出・取下げ・確認されました" in answer.text) == (422, True)
    assert standing(sheet) == "submitted"


def test_a_second_press_hands_in_once(sheet: PlanSheet, clerk: User, boss: User) -> None:
    first = actions.submit_stage(sheet=sheet, by=clerk)
    assert actions.submit_stage(sheet=sheet, by=clerk) == first
    assert len(told(boss)) == 1


def test_only_the_secretariat_sends_back_and_with_a_reason(
    sign_in: SignIn, sheet: PlanSheet, clerk: User, boss: User
) -> None:
    with pytest.raises(ActionRefused, match="提出されていない"):
        actions.send_back_stage(sheet=sheet, reason="理由", by=boss)
    actions.submit_stage(sheet=sheet, by=clerk)
    assert hand(sign_in(clerk), sheet, "send_back", reason="理由").status_code == 403
    answer = hand(sign_in(boss), sheet, "send_back", reason=" ")
    assert (answer.status_code, "差し戻す理由を書いてください。" in answer.text) == (422, True)
    assert hand(sign_in(boss), sheet, "unknown").status_code == 422
    with pytest.raises(PermissionDenied):
        actions.submit_stage(sheet=sheet, by=make_staff(DepartmentFactory()))
    with pytest.raises(IntegrityError), transaction.atomic():
        sheet.submissions.get().close("returned", by=boss)


def test_reopening_is_told_and_takes_what_waited_with_it(sheet: PlanSheet, clerk: User, boss: User) -> None:
    actions.submit_stage(sheet=sheet, by=clerk)
    actions.reopen_sheet(sheet=sheet, stage="plan", reason="計画を見直すため。", by=boss)
    assert told(clerk) == [f"プラン{sheet.number}の「計画」が開き直されました（公園課）"]
    assert standing(sheet) == "open"
    assert "開き直した理由：計画を見直すため。" in Outbox.objects.get(bundle_for=clerk.pk).body


def test_what_was_handed_in_is_not_late(sheet: PlanSheet, clerk: User) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    StageDeadline.objects.create(year=sheet.year, stage="first", due_on=yesterday)
    assert list(PlanSheet.objects.late()) == [sheet]
    assert remind() == 1
    actions.submit_stage(sheet=sheet, by=clerk)
    assert (list(PlanSheet.objects.late()), remind()) == ([], 0)


def test_every_sheet_stands_in_one_list(sheet: PlanSheet, clerk: User, boss: User) -> None:
    def numbers() -> list[int]:
        values = ("open", "submitted", "returned", "confirmed", "published")
        return [PlanSheet.objects.whereabouts(value).count() for value in values]

    assert numbers() == [1, 0, 0, 0, 0]
    actions.submit_stage(sheet=sheet, by=clerk)
    assert numbers() == [0, 1, 0, 0, 0]
    actions.send_back_stage(sheet=sheet, reason="数を書いてください。", by=boss)
    assert numbers() == [0, 0, 1, 0, 0]
    bring_to(SheetFactory(), "confirmed")
    bring_to(sheet, "published")
    assert numbers() == [0, 0, 0, 1, 1]
    with pytest.raises(DatabaseError), transaction.atomic():
        sheet.submissions.update(reason="あとから")


def test_promises_and_results_are_matched_in_order_by_one_press(sign_in: SignIn, sheet: PlanSheet, clerk: User) -> None:
    write(sheet, Block.PLAN_FIRST, "看板を直します。", "花を植えます。")
    write(sheet, Block.DO_FIRST, "看板を直しました。")
    first, second, third = sheet.lines.in_block(Block.PLAN_FIRST)
    results = list(sheet.lines.in_block(Block.DO_FIRST))
    actions.answer_lines(sheet=sheet, answers={first.pk: ("partly", [results[1].pk])}, version=0, by=clerk)
    browser = sign_in(clerk)
    assert (
        "順番どおりの実績と「実施」で対応づけました。"
        in browser.post(page(sheet, "answers_in_order"), follow=True).text
    )
    found = [(one.plan_line, one.result_line, one.outcome) for one in sheet.answers.order_by("plan_line__order")]
    assert found == [(first, results[1], "partly"), (second, results[1], "done")], "what was answered stays"
    again = browser.post(page(sheet, "answers_in_order"))
    assert (again.status_code, "順番どおりに対応づけられる行がありません。" in again.text) == (422, True)
    assert not third.answers.exists()
    actions.submit_stage(sheet=sheet, by=clerk)
    with pytest.raises(ActionRefused, match="取り下げる"):
        actions.answer_in_order(sheet=sheet, by=clerk)
