"""From one year to the next: drafts, what was promised, the calendar, reminders, the board."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.operations.models import Outbox
from apps.plans.emails.reminders import occasion, remind
from apps.plans.line_parser import directions_in
from apps.plans.models import Block, HandoverMemo, PlanSheet, StageDeadline
from apps.plans.models.sheet import PARTS_OF_WORK
from apps.plans.services.carry_over import promises_of
from tests.accounts.factories import DepartmentFactory, make_moderator, make_secretariat, make_staff
from tests.plans.factories import PlanFactory, SheetFactory, bring_to, published_sheet, write

pytestmark = pytest.mark.django_db
BOARD = "admin:plans_plansheet_board"
OPEN = {"year": 2025, "verb": "open", "seen": "on"}
CHOFU = ZoneInfo("Asia/Tokyo")


def edit_page(sheet: PlanSheet, act: str = "change") -> str:
    return reverse(f"admin:plans_plansheet_{act}", args=[sheet.pk])


def test_a_new_year_begins_with_what_was_promised(sign_in: Callable[[Any], Client]) -> None:
    last = published_sheet()
    PlanFactory(is_active=False)
    StageDeadline.objects.create(year=2024, stage="first", due_on=date(2024, 9, 30))
    secretariat = sign_in(make_secretariat())
    asked = secretariat.post(reverse(BOARD), {"year": 2025, "verb": "open"}).text
    assert "○次年度も引き続き設置を進めます。" in asked, "what will be made is shown first"
    assert "令和7年9月30日" in asked
    assert not PlanSheet.objects.in_year(2025).exists()
    assert not StageDeadline.objects.of_year(2025)
    page = secretariat.post(reverse(BOARD), OPEN, follow=True).text
    assert "令和7年度（2025年度）のシートを1件作りました。" in page
    draft = PlanSheet.objects.in_year(2025).get()
    assert (draft.state, draft.number) == ("plan", last.number)
    assert [str(line) for line in draft.lines.all()] == ["○次年度も引き続き設置を進めます。"]
    assert StageDeadline.objects.of_year(2025) == {"first": date(2025, 9, 30)}
    secretariat.post(reverse(BOARD), OPEN)
    assert PlanSheet.objects.in_year(2025).count() == 1, "a second press makes nothing"


def test_only_the_secretariat_opens_a_year(sign_in: Callable[[Any], Client]) -> None:
    published_sheet()
    for verb in ("open", "remove"):
        for seen in ("", "on"):
            answer = sign_in(make_staff()).post(reverse(BOARD), {"year": 2025, "verb": verb, "seen": seen})
            assert answer.status_code == 403
    secretariat = sign_in(make_secretariat())
    for year in ("", "²", "99999", "-1"):
        assert secretariat.post(reverse(BOARD), {"year": year}).status_code == 302
        assert secretariat.get(reverse(BOARD), {"year": year}).status_code == 200
    assert PlanSheet.objects.count() == 1


def test_what_was_promised_is_found_again_or_missed() -> None:
    last = bring_to(SheetFactory(), "summary")
    write(last, Block.SUMMARY, "ベンチの設置を引き続き進めます。", "利用者の声を毎年聞きます。", "看板を直します。")
    bring_to(last, "published")
    PlanSheet.objects.open_year(2025, by=None)
    draft = PlanSheet.objects.in_year(2025).get()
    draft.lines.in_block(Block.PLAN_FIRST).delete()
    write(draft, Block.PLAN_FIRST, "ベンチの設置を引き続き進めます。", "利用者の声を毎年２回聞きます。")
    found = promises_of(draft, list(draft.lines.all()))
    assert [(p.is_same, p.taken_up is not None) for p in found][:3] == [(True, True), (False, True), (False, False)]


@pytest.mark.parametrize(
    ("days", "when"), [(8, ""), (7, "soon"), (0, "soon"), (-1, "late-1"), (-7, "late-1"), (-8, "late-2")]
)
def test_when_a_letter_is_due(days: int, when: str) -> None:
    today = date(2024, 9, 23)
    assert occasion(today + timedelta(days=days), today) == when


def test_reminders_go_to_the_writer_else_to_the_department_and_each_once() -> None:
    own = DepartmentFactory(email="park@example.com")
    mine = bring_to(SheetFactory(plan=PlanFactory(department=own)), "first")
    nobody = bring_to(SheetFactory(plan=PlanFactory(department=DepartmentFactory(email=""))), "first")
    bring_to(SheetFactory(plan=PlanFactory(department=own)), "second")
    StageDeadline.objects.create(year=2024, stage="first", due_on=date(2024, 9, 30))
    noon = datetime(2024, 9, 24, 12, tzinfo=CHOFU)
    with time_machine.travel(noon, tick=False):
        remind()
        remind()
    mail = Outbox.objects.get()
    assert (mail.to, "プラン" in mail.subject, "令和6年9月30日（月）" in mail.body) == ("park@example.com", True, True)
    writer = make_staff(own, email="writer@example.com")
    writer.postings.all().update(starts_on=date(2024, 4, 1))
    PlanSheet.objects.filter(pk=mine.pk).update(writer=writer)
    with time_machine.travel(noon + timedelta(days=8), tick=False):
        remind()
    late = Outbox.objects.order_by("pk").last()
    assert (late.to, late.subject.startswith("【期限を過ぎています】")) == ("writer@example.com", True)
    with time_machine.travel(noon + timedelta(days=9), tick=False):
        remind()
    assert Outbox.objects.count() == 2
    assert nobody.state == "first"
    with time_machine.travel(noon + timedelta(days=15), tick=False):
        writer.postings.all().update(ends_on=date(2024, 10, 1))
        remind()
    assert Outbox.objects.order_by("pk").last().to == "park@example.com", "who has left the post is not written to"


def test_a_reminder_that_reaches_no_department_goes_to_the_secretariat_and_says_why() -> None:
    department = DepartmentFactory(email="")
    bring_to(SheetFactory(plan=PlanFactory(department=department)), "first")
    StageDeadline.objects.create(year=2024, stage="first", due_on=date(2024, 9, 30))
    noon = datetime(2024, 9, 24, 12, tzinfo=CHOFU)
    secretariat, person = make_secretariat(), make_staff(department)
    for one in (secretariat, person):
        one.postings.all().update(starts_on=date(2024, 10, 2) if one == person else date(2024, 4, 1))
    with time_machine.travel(noon, tick=False):
        remind()
    mail = Outbox.objects.get()
    assert (mail.to, "事務局にお送りしています" in mail.body) == (secretariat.email, True)
    with time_machine.travel(noon + timedelta(days=9), tick=False):
        remind()
    late = Outbox.objects.order_by("pk").last()
    assert (late.to, "事務局にお送りしています" in late.body) == (person.email, False)


def test_whoever_of_the_department_writes_first_is_reminded(sign_in: Callable[[Any], Client]) -> None:
    sheet = bring_to(SheetFactory(), "first")
    staff, other = (make_staff(sheet.plan.plan_departments.get().department) for _n in range(2))
    for person in (make_secretariat(), staff, other):
        version = sheet.block_states.count() and sheet.block_states.get().version
        data = {"block": "do_first", "version": version, "text": f"○{person.pk}"}
        sign_in(person).post(edit_page(sheet, "block"), data)
    sheet.refresh_from_db()
    assert sheet.writer == staff
    sign_in(other).post(edit_page(sheet, "take_over_links"))
    sheet.refresh_from_db()
    assert sheet.writer == other


def test_the_board_says_who_is_late(sign_in: Callable[[Any], Client]) -> None:
    bring_to(SheetFactory(), "first")
    bring_to(SheetFactory(), "second")
    StageDeadline.objects.create(year=2024, stage="first", due_on=date(2024, 9, 30))
    with time_machine.travel(datetime(2024, 10, 3, 9, tzinfo=CHOFU), tick=False):
        page = sign_in(make_secretariat()).get(reverse(BOARD)).text
    assert page.count("3日過ぎています") == 1
    assert page.count("確認済み") == 3


def test_the_first_page_of_the_admin_site_leads_to_the_sheets_to_write(sign_in: Callable[[Any], Client]) -> None:
    own = DepartmentFactory()
    late = bring_to(SheetFactory(plan=PlanFactory(department=own)), "first")
    mine = bring_to(SheetFactory(plan=PlanFactory(department=own)), "second")
    others = bring_to(SheetFactory(), "first")
    ready = bring_to(SheetFactory(), "confirmed")
    StageDeadline.objects.create(year=2024, stage="first", due_on=timezone.localdate() - timedelta(days=3))
    StageDeadline.objects.create(year=2024, stage="second", due_on=timezone.localdate())
    everywhere = reverse("admin:plans_plansheet_changelist")

    def rows(browser: Client, query: str) -> set[PlanSheet]:
        home = browser.get("/admin/").text.replace("&amp;", "&")
        assert f'href="{everywhere}?{query}"' in home
        return set(browser.get(f"{everywhere}?{query}").context["cl"].result_list)

    writer, secretariat = sign_in(make_staff(own)), sign_in(make_secretariat())
    assert "うちの課が記入するシート" in writer.get("/admin/").text
    assert rows(writer, "state=open&whose=own") == {late, mine}
    assert rows(writer, "state=late&whose=own") == {late}
    assert "（3日超過）" in writer.get(f"{everywhere}?state=late").text
    assert rows(secretariat, "state=late") == {late, others}
    assert rows(secretariat, "state=confirmed") == {ready}
    assert (
        "行革プラン"
        not in sign_in(make_moderator())
        .get("/admin/")
        .text.partition('class="dashboard__parts"')[2]
        .partition("</div>")[0]
    )


def test_memos_stay_inside_the_city_hall(sign_in: Callable[[Any], Client]) -> None:
    sheet = published_sheet()
    writer = sign_in(make_staff(sheet.plan.plan_departments.get().department))
    assert writer.post(edit_page(sheet, "memo"), {"text": "  "}).status_code == 422
    assert writer.post(edit_page(sheet, "memo"), {"text": "業者の連絡先は棚の中"}).status_code == 302
    assert "業者の連絡先は棚の中" in writer.get(edit_page(sheet)).text
    assert "業者の連絡先" not in Client().get(sheet.get_absolute_url()).text
    assert sign_in(make_staff()).post(edit_page(sheet, "memo"), {"text": "x"}).status_code == 403
    assert HandoverMemo.objects.count() == 1


def test_a_stage_has_one_deadline() -> None:
    StageDeadline.objects.create(year=2024, stage="first", due_on=date(2024, 9, 30))
    with pytest.raises(IntegrityError), transaction.atomic():
        StageDeadline.objects.create(year=2024, stage="first", due_on=date(2024, 10, 1))


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("講座を開きました。", ""),
        ("講座を開きました。次年度は、回数を増やします。", "次年度は、回数を増やします。"),
        ("引き続き，適切な運用を図ります。", "引き続き，適切な運用を図ります。"),
        ("課題を整理する必要があります。", "課題を整理する必要があります。"),
        ("参加者は44人でした", ""),
        (
            "大きな混乱はありませんでしたが，次年度は見直します。",
            "大きな混乱はありませんでしたが，次年度は見直します。",
        ),
    ],
)
def test_directions_are_told_from_results(text: str, direction: str) -> None:
    assert directions_in(text) == direction


def test_a_draft_begins_with_directions_and_not_with_results() -> None:
    last = bring_to(SheetFactory(), "summary")
    write(last, Block.SUMMARY, "ベンチを置きました。次年度は日陰を増やします。", "看板を直しました。")
    bring_to(last, "published")
    PlanSheet.objects.open_year(2025, by=None)
    texts = [line.text for line in PlanSheet.objects.in_year(2025).get().lines.in_block(Block.PLAN_FIRST)]
    assert texts == ["次年度は日陰を増やします。", "次年度も引き続き設置を進めます。"]


def test_a_year_that_was_opened_by_mistake_is_taken_back_while_empty(sign_in: Callable[[Any], Client]) -> None:
    for _each in range(2):
        published_sheet()
    secretariat = sign_in(make_secretariat())
    secretariat.post(reverse(BOARD), OPEN)
    touched, empty = PlanSheet.objects.in_year(2025)
    written = {"block": "plan_first", "version": 0, "text": "○書き始めた文"}
    secretariat.post(edit_page(touched, "block"), written)
    asked = secretariat.post(reverse(BOARD), {"year": 2025, "verb": "remove"}).text
    assert empty.title in asked
    assert "記入の始まっている1件" in asked
    assert PlanSheet.objects.in_year(2025).count() == 2
    page = secretariat.post(reverse(BOARD), {"year": 2025, "verb": "remove", "seen": "on"}, follow=True).text
    assert "シートを1件取り消しました" in page
    assert list(PlanSheet.objects.in_year(2025)) == [touched]
    assert PlanSheet.objects.in_year(2024).count() == 2


def test_everything_that_hangs_on_a_sheet_keeps_it_from_being_taken_back() -> None:
    parts = {relation.get_accessor_name() for relation in PlanSheet._meta.related_objects}
    assert parts == {*PARTS_OF_WORK, "lines"}
