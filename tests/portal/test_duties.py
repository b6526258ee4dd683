"""異動・代理: a person's duties pass to another on a day to come, or somebody stands in for a while."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from apps.accounts.models import DutyChange, Posting, User, recipients_of
from apps.operations.models import AuditEntry, Notification
from apps.portal.tasks import move_duties
from tests.accounts.factories import DepartmentFactory, UserFactory, make_secretariat, make_staff
from tests.consultations.factories import AssignmentFactory, ReplyFactory, TopicFactory
from tests.plans.factories import PlanFactory, SheetFactory, bring_to

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
PAGE = "/staff-duties/"
DAY = timedelta(days=1)


def in_days(number: int) -> Any:
    return timezone.localdate() + timedelta(days=number)


def typed(successor: User, **changed: Any) -> dict[str, Any]:
    facts = {"kind": "move", "successor": successor.pk, "starts_on": in_days(10), "ends_on": "", "step": "save"}
    return facts | changed


def work_of(person: User, department: Any) -> tuple[Any, Any]:
    row = AssignmentFactory(topic=TopicFactory(), department=department, person=person, due_on=in_days(40))
    sheet = bring_to(SheetFactory(plan=PlanFactory(department=department)), "first")
    sheet.writer = person
    sheet.save(update_fields=["writer"])
    return row, sheet


def test_everything_moves_on_the_day_and_not_before(sign_in: SignIn, frozen_clock: Traveller) -> None:
    own = DepartmentFactory()
    person, successor = make_staff(own), make_staff(own)
    row, sheet = work_of(person, own)
    done = AssignmentFactory(topic=TopicFactory(), department=own, person=person)
    ReplyFactory(topic=done.topic, department=own).publish(by=make_secretariat())
    browser = sign_in(person)
    preview = browser.post(PAGE, typed(successor, step="preview"))
    assert row.target.code in preview.text
    assert done.target.code not in preview.text
    assert "移るもの・代理するもの（2件）" in preview.text
    assert not DutyChange.objects.exists()
    assert browser.post(PAGE, typed(successor)).url == PAGE
    frozen_clock.shift(9 * DAY)
    assert move_duties() == 0
    frozen_clock.shift(DAY)
    assert (move_duties(), move_duties()) == (1, 0)
    for thing, name in ((row, "person"), (sheet, "writer"), (done, "person")):
        thing.refresh_from_db()
        assert getattr(thing, name) == (person if thing is done else successor)
    entry = AuditEntry.objects.get(verb="move_duties")
    assert (entry.facts["moved"], entry.facts["left"]) == (2, 0)
    titles = Notification.objects.filter(recipient_id=successor.pk).values_list("title", flat=True)
    assert any("担当を引き継ぎました：2件" in title for title in titles)


def test_it_is_taken_back_until_the_day(sign_in: SignIn, frozen_clock: Traveller) -> None:
    own = DepartmentFactory()
    person, successor = make_staff(own), make_staff(own)
    row, _sheet = work_of(person, own)
    browser = sign_in(person)
    browser.post(PAGE, typed(successor))
    change = DutyChange.objects.get()
    address = f"{PAGE}{change.pk}/take-back/"
    assert address in browser.get(PAGE).text
    assert address not in sign_in(successor).get(PAGE).text
    assert sign_in(successor).post(address).status_code == 409
    assert sign_in(make_staff()).post(address).status_code == 404
    assert browser.post(address).url == PAGE
    assert browser.post(address).status_code == 409, "once"
    frozen_clock.shift(11 * DAY)
    assert move_duties() == 0
    row.refresh_from_db()
    assert row.person == person
    assert AuditEntry.objects.filter(verb="take_back_duty_change").count() == 1


def test_what_the_successor_cannot_answer_stays_and_the_secretariat_hears(
    frozen_clock: Traveller, sign_in: SignIn
) -> None:
    own, boss = DepartmentFactory(), make_secretariat()
    person, stranger = make_staff(own), make_staff()
    row, _sheet = work_of(person, own)
    browser = sign_in(boss)
    preview = browser.post(PAGE, typed(stranger, person=person.pk, step="preview"))
    assert "移せないもの（2件）" in preview.text
    browser.post(PAGE, typed(stranger, person=person.pk))
    frozen_clock.shift(10 * DAY)
    assert move_duties() == 1
    row.refresh_from_db()
    assert row.person == person
    assert Notification.objects.filter(recipient_id=boss.pk, title__contains="移せなかったもの 2件").exists()


def test_a_new_role_by_the_day_is_enough(frozen_clock: Traveller, sign_in: SignIn) -> None:
    own = DepartmentFactory()
    person, stranger = make_staff(own), make_staff()
    row, _sheet = work_of(person, own)
    sign_in(person).post(PAGE, typed(stranger))
    Posting.objects.create(user=stranger, role="staff", department=own, starts_on=in_days(10))
    frozen_clock.shift(10 * DAY)
    assert move_duties() == 1
    row.refresh_from_db()
    assert row.person == stranger


def test_a_substitute_is_written_to_in_the_period_only(frozen_clock: Traveller, sign_in: SignIn) -> None:
    own = DepartmentFactory(email="d@example.com")
    person, substitute = make_staff(own), make_staff(own)
    row, _sheet = work_of(person, own)

    def reached() -> list[str]:
        fresh = User.objects.with_postings().get(pk=person.pk)
        return [email for _name, email in recipients_of(own, fresh).people]

    facts = typed(substitute, kind="substitute", starts_on=in_days(1), ends_on=in_days(3))
    assert sign_in(person).post(PAGE, facts).url == PAGE
    assert reached() == [person.email]
    frozen_clock.shift(DAY)
    assert reached() == [substitute.email]
    frozen_clock.shift(3 * DAY)
    assert reached() == [person.email]
    assert move_duties() == 0
    row.refresh_from_db()
    assert row.person == person


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"starts_on": "x"}, "日付は 2025-07-01 のように"),
        ({"starts_on": "today"}, "引き継ぎは、明日以後の日にしてください。"),
        ({"kind": "substitute"}, "代理には、始まる日以後の終わる日を入れてください。"),
        ({"successor": "self"}, "今の担当者とは別の人を選んでください。"),
        ({"successor": "999999999999999999999"}, "正しく選択してください"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(sign_in: SignIn, changed: dict[str, str], sentence: str) -> None:
    own = DepartmentFactory()
    person, successor = make_staff(own), make_staff(own)
    words = {"today": str(in_days(0)), "self": str(person.pk)}
    refused = sign_in(person).post(
        PAGE, typed(successor) | {key: words.get(value, value) for key, value in changed.items()}
    )
    assert refused.status_code == 422
    assert sentence in refused.text
    assert not DutyChange.objects.exists()


def test_two_moves_of_a_person_are_not_open_at_once(sign_in: SignIn) -> None:
    own = DepartmentFactory()
    person, first, second = make_staff(own), make_staff(own), make_staff(own)
    browser = sign_in(person)
    browser.post(PAGE, typed(first))
    again = browser.post(PAGE, typed(second))
    assert again.status_code == 422
    assert "この人の引き継ぎは、すでに決まっています。" in again.text
    with pytest.raises(IntegrityError, match="duty_change_one_move"), transaction.atomic():
        DutyChange.objects.create(kind="move", person=person, successor=second, starts_on=in_days(4))


def test_nobody_passes_on_anothers_duties_but_the_secretariat(sign_in: SignIn) -> None:
    own = DepartmentFactory()
    person, other = make_staff(own), make_staff(own)
    sign_in(other).post(PAGE, typed(person, person=person.pk))
    assert DutyChange.objects.get().person == other, "the field of another person is not read"
    assert sign_in(UserFactory()).get(PAGE).status_code == 404
