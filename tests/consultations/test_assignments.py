"""うちの課の未回答: who shall answer what, what their letters say, and that none is lost or doubled."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Posting
from apps.consultations.models import ActionRefused, Assignment
from apps.consultations.tasks import write_reminders
from apps.operations.models import AuditEntry, Notification, Outbox
from apps.operations.tasks import deliver_mail
from tests.accounts.factories import DepartmentFactory, UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.admin_pages import form_of
from tests.consultations.factories import (
    AssignmentFactory,
    ConsultationFactory,
    ProposalFactory,
    ReplyFactory,
    ReplyStatusFactory,
    TopicFactory,
    reviewing,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
LIST = "/admin/consultations/assignment/"
ADD = f"{LIST}add/"
DUE = date(2026, 11, 30)


def on(day: str, clock: str = "12:00") -> Any:
    """The clock stands at this moment in Chofu."""
    return time_machine.travel(datetime.strptime(f"{day} {clock} +0900", "%Y-%m-%d %H:%M %z"), tick=False)


def keys() -> list[str]:
    return list(Outbox.objects.order_by("pk").values_list("key", flat=True))


def assigned(**fields: Any) -> Assignment:
    with on("2026-11-01"):
        voice = ProposalFactory(consultation=ConsultationFactory(reply_due_on=date(2027, 3, 1)))
        return AssignmentFactory(proposal=voice, due_on=DUE, **fields)


def test_a_thing_is_assigned_to_a_department_once() -> None:
    row = AssignmentFactory(topic=TopicFactory())
    with pytest.raises(IntegrityError, match="assignment_topic_once"), transaction.atomic():
        AssignmentFactory(topic=row.topic, department=row.department)
    with pytest.raises(IntegrityError, match="assignment_one_target"), transaction.atomic():
        AssignmentFactory()


def test_only_an_answer_by_the_department_itself_ends_it() -> None:
    row, by = AssignmentFactory(topic=TopicFactory()), make_secretariat()
    ReplyFactory(topic=row.topic).publish(by=by)
    own = ReplyFactory(topic=row.topic, department=row.department, draft_status=reviewing())
    assert list(Assignment.objects.unanswered()) == [row]
    own.publish(by=by)
    assert list(Assignment.objects.unanswered()) == [row]
    own.draft_status = ReplyStatusFactory(code="done", name="実施済")
    own.publish(by=by)
    assert not Assignment.objects.unanswered().exists()
    assert list(Assignment.objects.answered()) == [row]


def test_several_departments_are_asked_and_each_hears_of_it_once() -> None:
    topic, by = TopicFactory(), make_secretariat()
    departments = [DepartmentFactory(email=f"d{n}@example.com") for n in range(2)]
    person = make_staff(departments[0])
    for _again in range(2):
        made = Assignment.objects.assign([topic], departments, due_on=DUE, person=person, by=by)
    assert [(row.department, row.person) for row in made] == [(departments[0], person), (departments[1], None)]
    assert Assignment.objects.count() == 2
    assert set(Outbox.objects.values_list("to", flat=True)) == {person.email, "d1@example.com"}
    assert Outbox.objects.count() == 2
    assert AuditEntry.objects.filter(verb="assign").count() == 4


def test_many_things_make_one_letter_that_quotes_nobody() -> None:
    asked, department = ConsultationFactory(), DepartmentFactory(email="d@example.com")
    voices = ProposalFactory.create_batch(3, consultation=asked, body="だれかの言葉")
    Assignment.objects.assign(voices, [department], due_on=DUE, by=make_secretariat())
    letter = Outbox.objects.get()
    assert all(voice.code in letter.body for voice in voices)
    assert "だれかの言葉" not in letter.body


def test_letters_go_out_when_due_and_once(client: Client) -> None:
    row = assigned(department=DepartmentFactory(email="d@example.com"))
    soon = f"reminder:soon-20261130:assignment-{row.pk}:department-{row.department_id}"
    late = f"reminder:late-20261130:assignment-{row.pk}:department-{row.department_id}"
    with on("2026-11-26", "23:59"):
        assert write_reminders() == 0
    with on("2026-11-27", "00:00"):
        assert (write_reminders(), write_reminders()) == (1, 0)
    assert keys() == [soon]
    with on("2026-12-01", "00:00"):
        assert (write_reminders(), write_reminders()) == (1, 0)
    assert keys() == [soon, late]


def test_none_is_missed_when_no_worker_ran_for_weeks() -> None:
    assigned(department=DepartmentFactory(email="d@example.com"))
    with on("2027-02-01"):
        assert write_reminders() == 1
    assert keys()[0].startswith("reminder:late-20261130:")


def test_a_new_day_is_a_new_occasion() -> None:
    row = assigned(department=DepartmentFactory(email="d@example.com"))
    with on("2026-11-28"):
        assert write_reminders() == 1
        Assignment.objects.filter(pk=row.pk).update(due_on=date(2026, 12, 15))
        assert write_reminders() == 0
    with on("2026-12-13"):
        assert write_reminders() == 1


def test_after_the_persons_posting_the_department_hears_of_it() -> None:
    department = DepartmentFactory(email="d@example.com")
    with on("2026-11-01"):
        person = make_staff(department)
    assigned(department=department, person=person)
    with on("2026-11-27"):
        assert write_reminders() == 1
    assert Outbox.objects.get().to == person.email
    Posting.objects.filter(user=person).update(starts_on=date(2026, 4, 1), ends_on=date(2026, 11, 27))
    with on("2026-11-28"):
        assert (write_reminders(), write_reminders()) == (1, 0)
    assert Outbox.objects.order_by("pk").last().to == "d@example.com"


def test_a_person_whose_account_is_closed_is_not_written_to() -> None:
    department = DepartmentFactory(email="d@example.com")
    person = make_staff(department, is_active=False)
    assigned(department=department, person=person)
    with on("2026-11-27"):
        assert write_reminders() == 1
    assert Outbox.objects.get().to == "d@example.com"


def test_a_department_without_an_address_is_reached_through_its_staff() -> None:
    department = DepartmentFactory()
    with on("2026-11-01"):
        people = [make_staff(department), make_staff(department)]
        make_staff()
    assigned(department=department)
    with on("2026-11-28"):
        assert write_reminders() == 2
    assert set(Outbox.objects.values_list("to", flat=True)) == {person.email for person in people}


def test_a_kept_word_needs_no_letter() -> None:
    row = assigned(department=DepartmentFactory(email="d@example.com"))
    with on("2026-11-20"):
        ReplyFactory(proposal=row.proposal, department=row.department).publish(by=make_secretariat())
    with on("2026-12-05"):
        assert write_reminders() == 0


@pytest.mark.parametrize(("day", "occasion"), [("2027-02-15", "promise-soon"), ("2027-03-02", "promise-late")])
def test_the_promise_of_a_consultation_is_reminded_of(day: str, occasion: str) -> None:
    with on("2026-11-01"):
        asked = ConsultationFactory(reply_due_on=date(2027, 3, 1), department=DepartmentFactory(email="d@example.com"))
    with on("2027-02-14"):
        assert write_reminders() == 0
    with on(day):
        assert (write_reminders(), write_reminders()) == (1, 0)
        assert keys() == [f"reminder:{occasion}-20270301:consultation-{asked.pk}:department-{asked.department_id}"]


class CutOff(EmailBackend):
    """The mail leaves, and the process dies before it can note that."""

    def send_messages(self, messages: Any) -> int:
        super().send_messages(messages)
        raise SystemExit


def test_a_send_cut_off_by_a_crash_is_repeated_with_the_same_message_id_and_marked(settings: Any) -> None:
    assigned(department=DepartmentFactory(email="d@example.com"))
    working = settings.EMAIL_BACKEND
    with on("2026-11-27"):
        write_reminders()
        settings.EMAIL_BACKEND = f"{__name__}.CutOff"
        with pytest.raises(SystemExit):
            deliver_mail()
        settings.EMAIL_BACKEND = working
        write_reminders()
        assert deliver_mail() == 0
    with on("2026-11-27", "12:02"):
        assert deliver_mail() == 1
    first, second = (message.extra_headers for message in mail.outbox)
    assert first["Message-ID"] == second["Message-ID"]
    assert ("X-Retry" in first, second["X-Retry"]) == (False, "1")
    assert Outbox.objects.get().sent_at is not None


def test_the_list_is_the_departments_own_and_the_most_urgent_first(sign_in: SignIn) -> None:
    own = DepartmentFactory()
    today = timezone.localdate()
    later = AssignmentFactory(topic=TopicFactory(), department=own, due_on=today + timedelta(days=9))
    overdue = AssignmentFactory(proposal=ProposalFactory(), department=own, due_on=today - timedelta(days=2))
    foreign = AssignmentFactory(topic=TopicFactory())
    in_ours = AssignmentFactory(topic=TopicFactory(consultation=ConsultationFactory(department=own)))
    answered = AssignmentFactory(topic=TopicFactory(), department=own)
    ReplyFactory(topic=answered.topic, department=own).publish(by=make_secretariat())
    browser = sign_in(make_staff(own))

    def rows(query: str = "") -> list[Assignment]:
        return list(browser.get(f"{LIST}{query}").context["cl"].result_list)

    page = browser.get(LIST)
    assert "うちの課の未回答" in page.text
    assert "2日超過" in page.text
    assert rows() == [overdue, later]
    assert rows("?open=overdue") == [overdue]
    assert rows("?open=answered") == [answered]
    assert set(rows("?whose=all")) == {overdue, later, in_ours}
    assert foreign.target.code not in browser.get(f"{LIST}?whose=all&open=all").text
    home = browser.get("/admin/").text
    assert 'うちの課の未回答 <strong class="dashboard__waiting">2</strong>' in home
    assert 'うち期限を過ぎたもの <strong class="dashboard__waiting">1</strong>' in home


def test_who_opens_the_list_and_one_row(sign_in: SignIn) -> None:
    row = AssignmentFactory(topic=TopicFactory())
    page = reverse("admin:consultations_assignment_change", args=[row.pk])
    people = {
        "own": make_staff(row.department),
        "owner": make_staff(row.topic.consultation.department),
        "other": make_staff(),
        "moderator": make_moderator(),
        "secretariat": make_secretariat(),
        "resident": UserFactory(),
    }
    seen = {name: [sign_in(who).get(a).status_code for a in (LIST, page)] for name, who in people.items()}
    assert seen == {
        "own": [200, 200],
        "owner": [200, 200],
        "other": [200, 404],
        "moderator": [403, 403],
        "secretariat": [200, 200],
        "resident": [403, 403],
    }
    assert "市の回答を待っているテーマ" not in sign_in(make_moderator()).get("/admin/").text


def test_an_assigned_department_works_on_a_foreign_topic(sign_in: SignIn) -> None:
    draft = TopicFactory(published_at=None)
    department = DepartmentFactory()
    browser = sign_in(make_staff(department))
    page = reverse("admin:consultations_topic_change", args=[draft.pk])
    assert (browser.get(page).status_code, browser.get(draft.get_absolute_url()).status_code) == (404, 404)
    AssignmentFactory(topic=draft, department=department)
    assert (browser.get(page).status_code, browser.get(draft.get_absolute_url()).status_code) == (200, 200)


def test_staff_assign_change_and_take_back(sign_in: SignIn) -> None:
    voice, second = ProposalFactory(), DepartmentFactory()
    first = voice.consultation.department
    person = make_staff(second, nickname="第二課の職員")
    browser = sign_in(make_staff(first))
    address = f"{ADD}?codes={voice.code}"
    due, later = (timezone.localdate() + timedelta(days=days) for days in (25, 30))
    typed = {"departments": [str(first.pk), str(second.pk)], "person": str(person.pk), "due_on": str(due)}
    made = browser.post(address, form_of(browser, address) | typed, follow=True)
    assert Assignment.objects.count() == 2, made.context["errors"]
    row = Assignment.objects.get(department=second)
    assert (row.person, row.due_on) == (person, due)
    page = reverse("admin:consultations_assignment_change", args=[row.pk])
    browser.post(page, form_of(browser, page) | {"due_on": str(later), "person": ""})
    row.refresh_from_db()
    assert (row.person, row.due_on) == (None, later)
    browser.post(reverse("admin:consultations_assignment_delete", args=[row.pk]), {"post": "yes"})
    assert Assignment.objects.get().department == first
    assert AuditEntry.objects.filter(verb="take_back_assignment").count() == 1


def test_what_cannot_be_assigned_is_said_at_the_field(sign_in: SignIn) -> None:
    voice, stranger = ProposalFactory(), make_staff()
    browser = sign_in(make_staff(voice.consultation.department))
    address = f"{ADD}?codes={voice.code}"
    due = timezone.localdate() + timedelta(days=25)
    typed = {"departments": [str(voice.consultation.department_id)], "due_on": str(due)}
    foreign = browser.post(address, form_of(browser, address) | typed | {"codes": ProposalFactory().code})
    assert "あなたの課の担当ではない番号" in foreign.text
    wrong = browser.post(address, form_of(browser, address) | typed | {"person": str(stranger.pk)})
    assert "選んだ課に所属している職員" in wrong.text
    assert not Assignment.objects.exists()


def test_a_department_does_not_take_back_what_it_shall_answer_nor_moves_the_day(sign_in: SignIn) -> None:
    """Neither on its page, nor in the list, nor by assigning it to itself anew; not even in a theme of its own."""
    department = DepartmentFactory()
    person, late = make_staff(department), timezone.localdate() - timedelta(days=1)
    foreign = AssignmentFactory(proposal=ProposalFactory(), department=department, due_on=late)
    own_theme = ProposalFactory(consultation=ConsultationFactory(department=department))
    own = AssignmentFactory(proposal=own_theme, department=department, due_on=late)
    browser = sign_in(person)
    for row in (foreign, own):
        delete = reverse("admin:consultations_assignment_delete", args=[row.pk])
        assert browser.post(delete, {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        browser.post(f"{LIST}?open=all", chosen)
        page = reverse("admin:consultations_assignment_change", args=[row.pk])
        browser.post(page, form_of(browser, page) | {"due_on": "2027-12-31"})
        again = {"codes": row.target.code, "departments": [str(department.pk)], "due_on": "2027-12-31"}
        browser.post(ADD, form_of(browser, ADD) | again)
        with pytest.raises(ActionRefused, match="差し戻してください"):
            Assignment.objects.get(pk=row.pk).withdraw(by=person)
    assert {row.due_on for row in Assignment.objects.all()} == {late}
    assert Assignment.objects.count() == 2


def test_it_sends_back_with_a_reason_and_who_assigned_hears_of_it(sign_in: SignIn) -> None:
    boss, department = make_secretariat(), DepartmentFactory(name="公園課")
    row = Assignment.objects.assign([ProposalFactory()], [department], due_on=DUE, by=boss)[0]
    browser, page = sign_in(make_staff(department)), reverse("admin:consultations_assignment_change", args=[row.pk])
    form = form_of(browser, page) | {"act": "send_back"}
    assert "理由を書いてください" in browser.post(page, form | {"reason": " "}).text
    assert browser.post(page, form | {"reason": "道路の話なので、道路課が担当です"}).status_code == 302
    notice = Notification.objects.get(recipient_id=boss.pk, kind="assignment")
    assert notice.title == f"{row.target.code} の割り当てが差し戻されました（公園課）"
    assert notice.body == "道路の話なので、道路課が担当です"
    assert AuditEntry.objects.get(verb="send_back_assignment").reason == notice.body
    desk = sign_in(boss)
    assert "道路課が担当です" in desk.get(f"{LIST}?open=sent_back").text
    assert list(Assignment.objects.unanswered()) == [row], "it counts until it is taken back"
    with pytest.raises(ActionRefused, match="割り当てられた課の職員だけ"):
        row.send_back(by=boss, reason="ほかの課です")
    Assignment.objects.assign([row.target], [department], due_on=DUE, by=boss)
    assert not Assignment.objects.sent_back().exists(), "asked again, it is open again"
    assert (
        desk.post(reverse("admin:consultations_assignment_delete", args=[row.pk]), {"post": "yes"}).status_code == 302
    )


def test_where_nobody_of_the_department_is_reached_the_secretariat_hears_why(sign_in: SignIn) -> None:
    department, secretariat = DepartmentFactory(name="届かない課"), make_secretariat()
    voice = ProposalFactory()
    typed = {"departments": [str(department.pk)], "due_on": "2099-12-20", "codes": voice.code, "person": ""}
    browser = sign_in(secretariat)
    assert "届かない課（届け先の登録がありません）" in browser.get(ADD).text
    refused = browser.post(ADD, typed)
    assert refused.status_code == 422
    assert "届かない課には、代表アドレスも職員の登録もありません。" in refused.text
    assert not Assignment.objects.exists()
    answer = browser.post(ADD, typed | {"knows_unreached": "on"}, follow=True)
    said = [f"{one.level_tag}: {one}" for one in answer.context["messages"]]
    warning = "warning: 届かない課には、代表アドレスも職員の登録もありません。お知らせは事務局に届きます。"
    assert warning in said, answer.context.get("errors")
    letter = Outbox.objects.get()
    assert letter.to == secretariat.email
    assert letter.body.startswith("届かない課に代表アドレスも職員の登録もないため、事務局にお送りしています。")
    make_staff(department)
    page = reverse("admin:consultations_assignment_change", args=[Assignment.objects.get().pk])
    again = sign_in(secretariat).post(page, {"due_on": "2099-12-21", "person": ""}, follow=True)
    assert not [one for one in again.context["messages"] if one.level_tag == "warning"]


def test_a_due_day_in_the_past_is_refused_and_one_that_has_passed_may_stay(sign_in: SignIn) -> None:
    voice, browser = ProposalFactory(), sign_in(make_secretariat())
    yesterday = timezone.localdate() - timedelta(days=1)
    typed = {"departments": [str(DepartmentFactory().pk)], "due_on": str(yesterday), "codes": voice.code, "person": ""}
    refused = browser.post(ADD, typed)
    assert refused.status_code == 422
    assert "回答期限は、今日以後の日にしてください。" in refused.text
    assert voice.code in refused.text
    row = AssignmentFactory(topic=TopicFactory(), due_on=yesterday)
    person = make_staff(row.department)
    page = reverse("admin:consultations_assignment_change", args=[row.pk])
    assert browser.post(page, {"due_on": str(yesterday), "person": str(person.pk)}).status_code == 302
    earlier = browser.post(page, {"due_on": str(yesterday - timedelta(days=1)), "person": ""})
    assert earlier.status_code == 422
