"""決裁: where a department has approvers, a reply is published only after each agreed, and never by who wrote it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from time_machine import Traveller

from apps.accounts.models import Department, DutyChange, Posting, User
from apps.consultations import actions
from apps.consultations.models import ActionRefused, Approval, ApprovalStep, Approver, DraftComment, Reply
from apps.consultations.tasks import write_reminders
from apps.operations.models import AuditEntry, Notification
from apps.portal.services.desk import desk_of
from apps.portal.tasks import move_duties
from tests.accounts.factories import DepartmentFactory, make_council_member, make_secretariat, make_staff
from tests.consultations.admin_pages import form_of
from tests.consultations.factories import ProposalFactory, ReplyFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
DAY = timedelta(days=1)
LIST = "/admin/consultations/reply/"


class Office:
    """A department whose replies pass a chief and a director, with somebody who writes and a draft."""

    def __init__(self, approvers: int = 2) -> None:
        self.department: Department = DepartmentFactory()
        self.writer, self.chief, self.director, self.other = (
            make_staff(self.department, staff_name=name) for name in ("書く係", "係長", "課長", "ほかの係")
        )
        for order, person in enumerate([self.chief, self.director][:approvers], start=1):
            Approver.objects.create(department=self.department, order=order, person=person)
        self.reply = ReplyFactory(proposal=ProposalFactory(), department=self.department)
        self.write("来年度に直します。")

    def write(self, body: str, by: User | None = None) -> None:
        self.reply.refresh_from_db()
        self.reply.draft_body = body
        self.reply.save_draft(by=by or self.writer)

    @property
    def page(self) -> str:
        return reverse("admin:consultations_reply_approval", args=[self.reply.pk])

    def ask(self) -> Approval:
        return actions.ask_approval(reply=self.reply, by=self.writer)


@pytest.fixture
def office() -> Office:
    return Office()


def told(person: User) -> list[str]:
    return list(Notification.objects.filter(recipient_id=person.pk).order_by("pk").values_list("title", flat=True))


def state_of(reply: Reply) -> str:
    return Approval.objects.of_reply(reply).last_of_reply().get().state


def waiting(person: User) -> dict[str, int]:
    return {str(row.words): row.number for part in desk_of(person) for row in part.rows if "決裁" in str(row.words)}


def test_a_draft_goes_from_hand_to_hand_and_out(sign_in: SignIn, office: Office) -> None:
    writer, chief, director = sign_in(office.writer), sign_in(office.chief), sign_in(office.director)
    change = reverse("admin:consultations_reply_change", args=[office.reply.pk])
    assert writer.post(change, form_of(writer, change) | {"act": "ask"}).status_code == 302
    assert "決裁をお願いします" in told(office.chief)[-1]
    assert not told(office.director)
    assert waiting(office.chief) == {"決裁（あなたの番）": 1}
    assert "決裁（あなたの番）" not in waiting(office.director)
    assert "来年度に直します。" in chief.get(office.page).text
    assert "承認して公開する" not in chief.get(office.page).text
    assert chief.post(office.page, {"act": "approve"}).status_code == 302
    assert "決裁をお願いします" in told(office.director)[-1]
    assert "承認して公開する" in director.get(office.page).text
    assert director.post(office.page, {"act": "approve_publish", "comment": "よいです"}).status_code == 302
    office.reply.refresh_from_db()
    assert (office.reply.body, state_of(office.reply)) == ("来年度に直します。", Approval.State.RELEASED)
    assert "公開されました" in told(office.writer)[-1]
    text = writer.get(office.page).text
    assert "公開：課長" in text
    assert "係長" in text
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"ask_approval", "approve_draft", "publish_reply"} <= verbs


def test_nobody_passes_the_order_or_publishes_own_words(sign_in: SignIn, office: Office) -> None:
    writer = sign_in(office.writer)
    with pytest.raises(ActionRefused, match="決裁が要ります"):
        office.reply.publish(by=office.other)
    change = reverse("admin:consultations_reply_change", args=[office.reply.pk])
    refused = writer.post(change, form_of(writer, change) | {"act": "publish"})
    assert refused.status_code == 422
    office.ask()
    for person in (office.writer, office.director, office.other, make_secretariat()):
        with pytest.raises(ActionRefused, match="次の順番の人"):
            actions.approve_draft(reply=office.reply, by=person)
    with pytest.raises(ActionRefused, match="まだ次の決裁者"):
        actions.approve_draft(reply=office.reply, by=office.chief, publishes=True)
    actions.approve_draft(reply=office.reply, by=office.chief)
    actions.approve_draft(reply=office.reply, by=office.director)
    assert state_of(office.reply) == Approval.State.APPROVED
    assert writer.post(office.page, {"act": "release"}).status_code == 409
    assert "公開する" not in writer.get(office.page).text
    assert sign_in(office.other).post(office.page, {"act": "release"}).status_code == 302
    office.reply.refresh_from_db()
    assert office.reply.is_published


def test_the_writer_among_the_approvers_does_not_agree_to_own_words() -> None:
    office = Office(approvers=1)
    office.write("係長が書いた文", by=office.chief)
    with pytest.raises(ActionRefused, match="ほかにいません"):
        actions.ask_approval(reply=office.reply, by=office.chief)
    with pytest.raises(ActionRefused, match="ほかにいません"):  # nor through somebody else's press
        actions.ask_approval(reply=office.reply, by=office.writer)
    Approver.objects.create(department=office.department, order=2, person=office.director)
    approval = actions.ask_approval(reply=office.reply, by=office.chief)
    assert [step.approver for step in approval.steps.all()] == [office.director]


def test_it_is_sent_back_with_a_reason_and_handed_in_again(sign_in: SignIn, office: Office) -> None:
    office.ask()
    chief = sign_in(office.chief)
    empty = chief.post(office.page, {"act": "return", "comment": " "})
    assert empty.status_code == 422
    assert "直してほしいところ" in empty.text
    long = chief.post(office.page, {"act": "return", "comment": "長" * 1001})
    assert long.status_code == 422
    assert "長" * 1001 in long.text  # nothing typed is lost
    chief.post(office.page, {"act": "return", "comment": "期日を書いてください"})
    assert state_of(office.reply) == Approval.State.RETURNED
    assert "差し戻されました" in told(office.writer)[-1]
    assert desk_words(office.writer)["差し戻された下書き"] == 1
    assert "期日を書いてください" in sign_in(office.writer).get(office.page).text
    office.write("来年度の4月に直します。")
    office.ask()
    assert "差し戻された下書き" not in desk_words(office.writer)


def desk_words(person: User) -> dict[str, int]:
    return {str(row.words): row.number for part in desk_of(person) for row in part.rows}


def test_another_wording_ends_the_round(office: Office) -> None:
    office.ask()
    actions.approve_draft(reply=office.reply, by=office.chief)
    office.write("来年度に直します。")  # the same words change nothing
    assert state_of(office.reply) == Approval.State.WAITING
    actions.approve_draft(reply=office.reply, by=office.director)
    office.write("やはり直しません。", by=office.other)
    assert state_of(office.reply) == Approval.State.WITHDRAWN
    office.reply.refresh_from_db()
    with pytest.raises(ActionRefused, match="決裁が要ります"):
        office.reply.publish(by=office.director)


def test_a_round_is_one_and_is_taken_back(office: Office) -> None:
    approval = office.ask()
    with pytest.raises(ActionRefused, match="すでに決裁に回って"):
        office.ask()
    with pytest.raises(IntegrityError, match="approval_one_open"), transaction.atomic():
        Approval.objects.create(reply=office.reply, content_key="x")
    stranger = make_staff()
    with pytest.raises(ActionRefused, match="取り下げられる決裁"):
        actions.withdraw_approval(reply=office.reply, by=stranger)
    actions.withdraw_approval(reply=office.reply, by=office.writer)
    approval.refresh_from_db()
    assert approval.state == Approval.State.WITHDRAWN
    with pytest.raises(ActionRefused, match="もうありません"):
        actions.approve_draft(reply=office.reply, by=office.chief)


def test_a_substitute_decides_and_it_says_so(sign_in: SignIn, office: Office) -> None:
    today = timezone.localdate()
    DutyChange.objects.create(
        kind="substitute", person=office.chief, successor=office.other, starts_on=today, ends_on=today + DAY
    )
    office.ask()
    assert "決裁をお願いします" in told(office.other)[-1]
    assert waiting(office.other)["決裁（あなたの番）"] == 1
    assert sign_in(office.other).post(office.page, {"act": "approve"}).status_code == 302
    step = ApprovalStep.objects.order_by("order").first()
    assert step is not None
    assert (step.approver, step.decided_by, step.is_by_substitute) == (office.chief, office.other, True)
    assert "代理：ほかの係" in sign_in(office.writer).get(office.page).text


def test_what_waits_for_days_is_reminded_of_once(office: Office, frozen_clock: Traveller) -> None:
    office.ask()
    frozen_clock.shift(2 * DAY)
    write_reminders()
    assert len(told(office.chief)) == 1
    frozen_clock.shift(2 * DAY)
    write_reminders()
    write_reminders()
    assert [title for title in told(office.chief) if "止まっています" in title] == told(office.chief)[1:]
    assert "3日より前からの決裁（あなたの番）" in desk_words(office.chief)


def test_the_secretariat_hears_of_an_approver_who_is_gone(office: Office, frozen_clock: Traveller) -> None:
    head = make_secretariat()
    office.ask()
    Posting.objects.filter(user=office.chief).update(ends_on=timezone.localdate())
    frozen_clock.shift(4 * DAY)
    write_reminders()
    assert any("この課にいなくなりました" in title for title in told(head))
    office.chief = User.objects.with_postings().get(pk=office.chief.pk)
    with pytest.raises(ActionRefused, match="次の順番の人"):
        actions.approve_draft(reply=office.reply, by=office.chief)


def test_places_in_the_order_move_with_the_duties(office: Office, frozen_clock: Traveller) -> None:
    office.ask()
    DutyChange.objects.create(
        kind="move", person=office.chief, successor=office.other, starts_on=timezone.localdate() + DAY
    )
    frozen_clock.shift(DAY)
    move_duties()
    assert Approver.objects.filter(department=office.department, person=office.other).exists()
    actions.approve_draft(reply=office.reply, by=office.other)


def test_comments_are_read_by_those_concerned(sign_in: SignIn, office: Office) -> None:
    office.ask()
    assert sign_in(office.other).post(office.page, {"act": "comment", "comment": ""}).status_code == 422
    sign_in(office.other).post(office.page, {"act": "comment", "comment": "予算は確かめましたか"})
    assert "ひとことが届きました" in told(office.writer)[-1]
    assert "ひとことが届きました" in told(office.chief)[-1]
    assert not told(office.other)
    assert "予算は確かめましたか" in sign_in(office.director).get(office.page).text
    assert DraftComment.objects.get().author == office.other


def test_words_about_a_resident_go_with_the_resident(office: Office) -> None:
    office.ask()
    actions.comment_on_draft(reply=office.reply, by=office.other, body="あの人の電話は…")
    actions.return_draft(reply=office.reply, by=office.chief, comment="名前を消してください")
    target = office.reply.target
    assert DraftComment.objects.repeating(target).exists()
    assert ApprovalStep.objects.repeating(target).count() == 2
    assert not DraftComment.objects.repeating(ProposalFactory()).exists()


def test_others_see_none_of_it(sign_in: SignIn, office: Office) -> None:
    office.ask()
    for person in (make_staff(), make_council_member()):
        assert sign_in(person).get(office.page).status_code in {302, 403, 404}
        assert sign_in(person).post(office.page, {"act": "approve"}).status_code in {302, 403, 404}
    assert state_of(office.reply) == Approval.State.WAITING


@pytest.mark.parametrize("chosen", ["mine", "late", "asked", "returned", "approved", "nonsense"])
def test_the_list_is_narrowed(sign_in: SignIn, office: Office, chosen: str) -> None:
    office.ask()
    page = sign_in(office.chief).get(LIST, {"approval": chosen})
    assert page.status_code == 200
    assert (office.reply.target.code in page.text) is (chosen in {"mine", "nonsense"})
    page = sign_in(office.other).get(LIST, {"approval": chosen})
    assert (office.reply.target.code in page.text) is (chosen in {"asked", "nonsense"})


def test_only_the_secretariat_sets_the_order_and_only_with_the_departments_staff(sign_in: SignIn) -> None:
    department, stranger = DepartmentFactory(), make_staff()
    address = "/admin/consultations/approver/add/"
    assert sign_in(make_staff(department)).get(address).status_code == 403
    browser = sign_in(make_secretariat())
    typed = {"department": department.pk, "order": 1, "person": stranger.pk}
    refused = browser.post(address, typed)
    assert refused.status_code == 422
    assert "この課の職員ではありません" in refused.text
    assert browser.post(address, typed | {"person": make_staff(department).pk}).status_code == 302


def test_names_of_staff_stay_among_staff(sign_in: SignIn, client: Client, office: Office) -> None:
    office.writer.extension = "1234"
    office.writer.save()
    office.write("来年度に直します。やります。")
    office.ask()
    assert "書く係（内線1234）" in sign_in(office.chief).get(office.page).text
    for step in (office.chief, office.director):
        actions.approve_draft(reply=office.reply, by=step)
    office.reply.refresh_from_db()
    office.reply.publish(by=office.other)
    public = client.get(office.reply.target.get_absolute_url()).text
    assert "来年度に直します" in public
    for name in ("書く係", "係長", "課長", "ほかの係", "1234"):
        assert name not in public
