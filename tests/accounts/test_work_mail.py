"""仕事のお知らせ: what staff hear of their work, in one mail a day at most, as each of them chose."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Posting, User
from apps.accounts.tasks import write_work_mail
from apps.consultations.models import Assignment
from apps.consultations.tasks import tell_new_voices
from apps.operations.models import Notification, Outbox
from tests.accounts.factories import DepartmentFactory, UserFactory, make_secretariat, make_staff
from tests.consultations.factories import ConsultationFactory, ProposalFactory, TopicFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def at(hour: int, minute: int = 0, *, days: int = 0) -> Any:
    """The clock stands at this time, some days from today, in Chofu."""
    day = timezone.localdate() + timedelta(days=days)
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone.get_current_timezone())
    return time_machine.travel(moment, tick=False)


def assign(person: User, department: Any, number: int = 1) -> None:
    due = timezone.localdate() + timedelta(days=30)
    for _row in range(number):
        Assignment.objects.assign([TopicFactory()], [department], due_on=due, by=make_secretariat(), person=person)


def mails_of_the_day() -> list[Outbox]:
    return list(Outbox.objects.filter(key__startswith="work-mail:").order_by("pk"))


def test_all_of_a_day_is_one_mail() -> None:
    department = DepartmentFactory()
    person = make_staff(department)
    with at(12):
        assign(person, department, 3)
        assert not Outbox.objects.due().exists(), "nothing leaves at once"
        assert write_work_mail() == 1
        [mail] = mails_of_the_day()
        assert mail.to == person.email
        assert "3件" in mail.subject
        assert all(row.target.code in mail.body for row in Assignment.objects.all())
        assert "/admin/" in mail.body
        assert "/me/profile/" in mail.body
        assign(person, department)
        assert write_work_mail() == 0
    with at(8, 29, days=1):
        assert write_work_mail() == 0
    with at(8, 30, days=1):
        assert (write_work_mail(), write_work_mail()) == (1, 0)
    assert len(mails_of_the_day()) == 2
    parts = Outbox.objects.exclude(bundle_for=None)
    assert parts.count() == 4
    assert not parts.exclude(body="").exists(), "what went out is not kept"


def test_who_wants_each_mail_gets_each_and_who_wants_none_reads_it_in_the_portal() -> None:
    department = DepartmentFactory()
    each, none = make_staff(department, work_mail="each"), make_staff(department, work_mail="none")
    with at(12):
        assign(each, department)
        assign(none, department)
        assert [mail.to for mail in Outbox.objects.due()] == [each.email]
        assert write_work_mail() == 0
    for person in (each, none):
        notice = Notification.objects.get(recipient_id=person.pk)
        assert "回答の担当になりました" in notice.title
        assert notice.address.startswith("/admin/consultations/assignment/")


def test_the_departments_address_is_written_to_at_once_and_its_staff_read_it_too() -> None:
    department = DepartmentFactory(email="d@example.com")
    people = [make_staff(department), make_staff(department)]
    make_staff()
    with at(12):
        Assignment.objects.assign(
            [TopicFactory()], [department], due_on=timezone.localdate() + timedelta(days=30), by=make_secretariat()
        )
        assert [mail.to for mail in Outbox.objects.due()] == ["d@example.com"]
    assert set(Notification.objects.values_list("recipient_id", flat=True)) == {person.pk for person in people}


def test_who_left_the_service_gets_none_of_what_waited() -> None:
    department = DepartmentFactory()
    person = make_staff(department)
    with at(12):
        assign(person, department)
        Posting.objects.filter(user=person).update(
            starts_on=timezone.localdate() - timedelta(days=9), ends_on=timezone.localdate() - timedelta(days=1)
        )
        assert write_work_mail() == 0
    assert not mails_of_the_day()
    assert not Outbox.objects.parts().exists()


def test_new_voices_of_yesterday_are_told_to_the_departments_staff_once(sign_in: SignIn) -> None:
    own, other = DepartmentFactory(email="d@example.com"), make_staff()
    person = make_staff(own)
    theme = ConsultationFactory(department=own, title="川のこと")
    with at(12):
        ProposalFactory.create_batch(2, consultation=theme, body="だれかの言葉")
        ProposalFactory(consultation=theme, state="hidden")
    with at(6, 59, days=1):
        assert tell_new_voices() == 0
    with at(8, days=1):
        ProposalFactory(consultation=theme)
        assert (tell_new_voices(), tell_new_voices()) == (1, 0)
        notice = Notification.objects.get(recipient_id=person.pk)
        assert notice.title == "「川のこと」に新しい意見が2件届きました"
        listed = sign_in(person).get(notice.address)
        assert listed.status_code == 200
        part = Outbox.objects.get()
        assert (part.to, part.bundle_for) == (person.email, person.pk)
        assert "だれかの言葉" not in part.body
    assert not Notification.objects.filter(recipient_id=other.pk).exists()


def test_what_is_sent_back_is_mailed_with_its_reason() -> None:
    boss, department = make_secretariat(work_mail="each"), DepartmentFactory(email="d@example.com")
    row = Assignment.objects.assign(
        [TopicFactory()], [department], due_on=timezone.localdate() + timedelta(days=9), by=boss
    )[0]
    row.send_back(by=make_staff(department), reason="道路課の仕事です")
    mail = Outbox.objects.get(to=boss.email)
    assert "差し戻されました" in mail.subject
    assert "道路課の仕事です" in mail.body


def test_staff_choose_on_their_own_page_and_residents_are_not_asked(sign_in: SignIn) -> None:
    person = make_staff()
    browser = sign_in(person)
    page = browser.get("/me/profile/").text
    assert "1日1通にまとめて受け取る" in page
    typed = {
        "nickname": "",
        "age_band": "",
        "district": "",
        "relation": "",
        "work_mail": "none",
        "wants_job_notices": "on",
    }
    assert browser.post("/me/profile/", typed).status_code == 302
    person.refresh_from_db()
    assert (person.work_mail, person.wants_job_notices) == ("none", True)
    wrong = browser.post("/me/profile/", typed | {"work_mail": "hourly"})
    assert wrong.status_code == 422
    resident = UserFactory()
    theirs = sign_in(resident)
    assert "仕事のメール" not in theirs.get("/me/profile/").text
    assert theirs.post("/me/profile/", typed).status_code == 302
    resident.refresh_from_db()
    assert resident.work_mail == "daily", "what is not asked is not stored"
