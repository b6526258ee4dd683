"""期限のカレンダー: a department's due days by an unguessable URL, and who makes it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from apps.accounts.models import Department
from apps.operations.models import AuditEntry
from apps.plans.models import StageDeadline
from tests.accounts.factories import DepartmentFactory, UserFactory, make_secretariat, make_staff
from tests.consultations.factories import AssignmentFactory, ConsultationFactory, ProposalFactory, ReplyFactory
from tests.participation.factories import report_of
from tests.plans.factories import PlanFactory, SheetFactory, bring_to
from tests.public_comments.factories import open_case
from tests.surveys.factories import open_survey

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
PAGE = "/staff-calendars/"


def in_days(number: int) -> Any:
    return timezone.localdate() + timedelta(days=number)


def titles(browser: Client, department: Department) -> list[str]:
    department.refresh_from_db()
    answer = browser.get(f"{PAGE}{department.calendar_key}.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    return [str(event["summary"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")]


def with_calendar(**fields: Any) -> Department:
    department = DepartmentFactory(**fields)
    department.renew_calendar(by=None)
    return department


def test_it_holds_every_kind_of_due_day_and_no_word_of_a_resident(client: Client) -> None:
    own = with_calendar()
    voice = ProposalFactory(body="だれかの言葉", consultation=ConsultationFactory(department=own, title="川のこと"))
    AssignmentFactory(proposal=voice, department=own)
    open_case(own, title="景観の案")
    open_survey(department=own, title="公園の使い方")
    bring_to(SheetFactory(plan=PlanFactory(department=own)), "first")
    StageDeadline.objects.create(year=2024, stage="first", due_on=in_days(5))
    report = report_of(own)
    found = titles(client, own)
    assert f"回答期限：{voice.code}" in found
    assert {"市の回答予定日：川のこと", "受付終了：川のこと"} <= set(found)
    assert {"意見の募集の最終日：景観の案", "アンケートの最終日：公園の使い方"} <= set(found)
    assert any(title.startswith("PDCAシート プラン") for title in found)
    assert f"市民参加・協働の調査票の提出の期限：{report.year}" in found
    assert "だれかの言葉" not in client.get(f"{PAGE}{own.calendar_key}.ics").text


def test_others_work_and_finished_work_are_not_in_it(client: Client) -> None:
    own = with_calendar()
    done = AssignmentFactory(proposal=ProposalFactory(), department=own)
    ReplyFactory(proposal=done.proposal, department=own).publish(by=make_secretariat())
    AssignmentFactory(proposal=ProposalFactory())
    ConsultationFactory(department=own, answered=True)
    assert titles(client, own) == []


def test_the_url_is_made_by_the_department_and_a_new_one_ends_the_former(sign_in: SignIn, client: Client) -> None:
    own, other = DepartmentFactory(), DepartmentFactory()
    browser = sign_in(make_staff(own))
    page = browser.get(PAGE).text
    assert "アドレスはまだありません。" in page
    assert other.name not in page
    assert browser.post(f"{PAGE}{other.code}/renew/").status_code == 404
    assert browser.post(f"{PAGE}{own.code}/renew/").url == PAGE
    own.refresh_from_db()
    first = f"{PAGE}{own.calendar_key}.ics"
    assert first in browser.get(PAGE).text
    assert client.get(first).status_code == 200
    browser.post(f"{PAGE}{own.code}/renew/")
    assert client.get(first).status_code == 404
    assert AuditEntry.objects.filter(verb="renew_calendar").count() == 2
    assert PAGE in browser.get("/admin/consultations/assignment/").text


def test_the_secretariat_sees_all_and_residents_none(sign_in: SignIn, client: Client) -> None:
    departments = [DepartmentFactory(), DepartmentFactory()]
    page = sign_in(make_secretariat()).get(PAGE).text
    assert all(department.name in page for department in departments)
    assert sign_in(UserFactory()).get(PAGE).status_code == 404
    assert client.get(PAGE).status_code == 302
    assert client.get(f"{PAGE}x.ics").status_code == 404, "a department without a key is not found by an empty one"
