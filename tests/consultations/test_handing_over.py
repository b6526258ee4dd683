"""割り当て: the words of who assigns, the read receipt, and who hears when nobody answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import Traveller

from apps.consultations.models import ActionRefused, Assignment
from apps.consultations.models.answers.assignment import MESSAGE_MAX
from apps.consultations.tasks import write_reminders
from apps.operations.models import AuditEntry, Outbox
from tests.accounts.factories import DepartmentFactory, make_secretariat, make_staff
from tests.consultations.admin_pages import form_of
from tests.consultations.factories import AssignmentFactory, ProposalFactory, ReplyFactory, TopicFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
ADD = "/admin/consultations/assignment/add/"
LIST = "/admin/consultations/assignment/"
DAY = timedelta(days=1)


def page_of(row: Assignment) -> str:
    return reverse("admin:consultations_assignment_change", args=[row.pk])


def in_days(number: int) -> Any:
    return timezone.localdate() + timedelta(days=number)


def escalations() -> set[tuple[str, str]]:
    """What was written to whom above the department: (who, e-mail)."""
    found = Outbox.objects.filter(key__startswith="reminder:escalation-").values_list("key", "to")
    return {(key.split(":")[1].removeprefix("escalation-"), to) for key, to in found}


def test_the_words_of_who_assigns_stand_in_the_mail_and_on_the_page(sign_in: SignIn) -> None:
    voice, department = ProposalFactory(), DepartmentFactory(email="d@example.com")
    browser = sign_in(make_staff(voice.consultation.department))
    typed = {
        "codes": voice.code, "departments": [str(department.pk)], "due_on": str(in_days(9)), "person": "",
        "message": "予算の見通しを\n書いてください。",
    }  # fmt: skip
    too_long = browser.post(ADD, typed | {"message": "あ" * (MESSAGE_MAX + 1)})
    assert too_long.status_code == 422
    assert voice.code in too_long.text
    browser.post(ADD, typed)
    row = Assignment.objects.get()
    letter = Outbox.objects.get()
    assert "予算の見通しを\n書いてください。" in letter.body
    assert page_of(row) in letter.body
    staff = sign_in(make_staff(department))
    assert "予算の見通しを" in staff.get(page_of(row)).text
    staff.post(page_of(row), form_of(staff, page_of(row)) | {"message": "書きかえ"})
    row.refresh_from_db()
    assert row.message == "予算の見通しを\n書いてください。", "only who assigned it may change it"


def test_other_words_are_another_letter_and_the_same_words_are_none() -> None:
    voice, department, boss = ProposalFactory(), DepartmentFactory(email="d@example.com"), make_secretariat()
    for message in ("はじめ", "はじめ", "あと"):
        Assignment.objects.assign([voice], [department], due_on=in_days(9), by=boss, message=message)
    assert [("はじめ" in body, "あと" in body) for body in Outbox.objects.order_by("pk").values_list("body", flat=True)] == [
        (True, False), (False, True)
    ]  # fmt: skip


def test_the_assigner_sees_on_which_day_it_was_opened(sign_in: SignIn) -> None:
    row = AssignmentFactory(topic=TopicFactory())
    boss, reader = sign_in(make_secretariat()), sign_in(make_staff(row.department))
    receipt = reverse("admin:consultations_assignment_open", args=[row.pk])
    assert "data-read-receipt" not in boss.get(page_of(row)).text, "the assigner's look is not the department's"
    assert "data-read-receipt" in reader.get(page_of(row)).text
    assert Assignment.objects.get().opened_at is None, "reading writes nothing"
    assert boss.get(f"{LIST}").text.count("まだ") == 1
    assert reader.get(receipt).url == page_of(row)
    assert Assignment.objects.get().opened_at is None
    assert reader.post(receipt).url == page_of(row)
    first = Assignment.objects.get().opened_at
    assert first == timezone.now()
    reader.post(receipt)
    assert AuditEntry.objects.filter(verb="open_assignment").count() == 1
    assert "data-read-receipt" not in reader.get(page_of(row)).text
    today = timezone.localdate()
    assert f"{today.month}月{today.day}日" in boss.get(LIST).text


def test_nobody_else_opens_it(sign_in: SignIn) -> None:
    row = AssignmentFactory(topic=TopicFactory())
    receipt = reverse("admin:consultations_assignment_open", args=[row.pk])
    assert sign_in(make_staff()).post(receipt).status_code == 404
    owner = make_staff(row.topic.consultation.department)
    with pytest.raises(ActionRefused, match="割り当てられた課の職員だけ"):
        row.mark_opened(by=owner)
    assert Assignment.objects.get().opened_at is None


def test_sending_back_is_opening_too_and_a_new_request_is_unopened() -> None:
    boss, department = make_secretariat(), DepartmentFactory(email="d@example.com")
    row = Assignment.objects.assign([ProposalFactory()], [department], due_on=in_days(9), by=boss)[0]
    row.send_back(by=make_staff(department), reason="別の課です")
    assert Assignment.objects.get().opened_at is not None
    Assignment.objects.assign([row.target], [department], due_on=in_days(9), by=boss)
    assert Assignment.objects.get().opened_at is None
    Assignment.objects.get().mark_opened(by=make_staff(department))
    Assignment.objects.assign([row.target], [department], due_on=in_days(9), by=boss)
    assert Assignment.objects.get().opened_at is not None, "the same request stays opened"
    Assignment.objects.assign([row.target], [department], due_on=in_days(12), by=boss)
    assert Assignment.objects.get().opened_at is None


def test_long_overdue_the_head_hears_and_then_the_secretariat_each_once(frozen_clock: Traveller) -> None:
    secretariat = make_secretariat()
    department = DepartmentFactory(email="d@example.com", head_email="head@example.com")
    rows = [AssignmentFactory(topic=TopicFactory(), department=department, due_on=in_days(0)) for _row in range(3)]
    frozen_clock.shift(6 * DAY)
    write_reminders()
    assert escalations() == set()
    frozen_clock.shift(DAY)
    for _again in range(2):
        write_reminders()
    assert escalations() == {("head", "head@example.com")}
    letter = Outbox.objects.get(to="head@example.com")
    assert "3件" in letter.subject
    assert all(row.target.code in letter.body for row in rows)
    frozen_clock.shift(7 * DAY)
    for _again in range(2):
        write_reminders()
    assert escalations() == {("head", "head@example.com"), ("secretariat", secretariat.email)}
    assert Outbox.objects.filter(key__startswith="reminder:escalation-").count() == 2
    frozen_clock.shift(30 * DAY)
    write_reminders()
    assert Outbox.objects.filter(key__startswith="reminder:escalation-").count() == 2


def test_without_a_head_the_secretariat_hears_earlier(frozen_clock: Traveller, sign_in: SignIn) -> None:
    secretariat = make_secretariat()
    row = AssignmentFactory(
        topic=TopicFactory(), department=DepartmentFactory(email="d@example.com"), due_on=in_days(0)
    )
    frozen_clock.shift(7 * DAY)
    write_reminders()
    assert escalations() == {("secretariat", secretariat.email)}
    assert "事務局 " in sign_in(make_secretariat()).get(page_of(row)).text


def test_what_is_answered_or_sent_back_goes_no_higher(frozen_clock: Traveller) -> None:
    boss = make_secretariat()
    back, done = (
        AssignmentFactory(
            topic=TopicFactory(), department=DepartmentFactory(head_email="head@example.com"), due_on=in_days(0)
        )
        for _row in range(2)
    )
    back.send_back(by=make_staff(back.department), reason="別の課です")
    ReplyFactory(topic=done.topic, department=done.department).publish(by=boss)
    frozen_clock.shift(20 * DAY)
    write_reminders()
    assert escalations() == set()


def test_a_new_day_begins_the_way_up_anew(frozen_clock: Traveller) -> None:
    boss, department = make_secretariat(), DepartmentFactory(email="d@example.com")
    row = AssignmentFactory(topic=TopicFactory(), department=department, due_on=in_days(0))
    frozen_clock.shift(7 * DAY)
    write_reminders()
    Assignment.objects.assign([row.topic], [department], due_on=in_days(5), by=boss)
    assert Assignment.objects.get().secretariat_told_at is None
    write_reminders()
    assert len(escalations()) == 1
    frozen_clock.shift(12 * DAY)
    write_reminders()
    assert Outbox.objects.filter(key__startswith="reminder:escalation-").count() == 2
