"""A department answers a 論点 and all authors are told once; a missed date shows by itself; drafts stay in the house."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.consultations.models import Reply, ReplyStatus, Topic
from apps.consultations.tasks import write_digests
from apps.operations.models import Outbox
from tests.accounts.factories import DepartmentFactory, UserFactory, make_staff
from tests.consultations.admin_pages import form_of, save
from tests.consultations.factories import ConsultationFactory, ProposalFactory, ReplyStatusFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
LIST = "/admin/consultations/proposal/"


def at(moment: str) -> Any:
    """The clock stands at this moment in Chofu."""
    return time_machine.travel(datetime.strptime(moment, "%Y-%m-%d %H:%M %z"), tick=False)


def send(browser: Client, address: str, **typed: Any) -> Any:
    """Fill in a form of the admin site and press 保存."""
    return browser.post(address, form_of(browser, address) | typed, follow=True)


def told(browser: Client) -> list[str]:
    """What the person reads under お知らせ about replies."""
    return [row.title for row in browser.get("/me/notifications/").context["page"].rows if row.kind == "reply"]


@time_machine.travel("2026-11-25 12:00 +0900", tick=False)
def test_a_department_answers_a_topic_and_all_authors_are_told_once(sign_in: SignIn, client: Client) -> None:
    asked = ConsultationFactory()
    office = DepartmentFactory()
    owner, answerer = sign_in(make_staff(asked.department)), sign_in(make_staff(office))
    busy, other = UserFactory(), UserFactory()
    voices = [ProposalFactory(consultation=asked, author=author) for author in (busy, busy, other)]

    chosen = {"action": "group_voices", "_selected_action": [voice.pk for voice in voices]}
    page = owner.post(LIST, chosen)["Location"]
    send(owner, page, title="休める場所", act="publish")
    topic = Topic.objects.get()
    assignment = f"{reverse('admin:consultations_assignment_add')}?codes={topic.code}"
    send(owner, assignment, departments=[str(office.pk)], due_on="2026-12-20")

    assert topic.code in answerer.get(reverse("admin:consultations_assignment_changelist")).text
    reply_page = f"{reverse('admin:consultations_reply_add')}?code={topic.code}&department={office.pk}"
    reviewing = ReplyStatusFactory(code="reviewing", name="検討中", is_answer=False)
    send(answerer, reply_page, draft_status=str(reviewing.pk), draft_body="調べています。", act="publish")
    assert [len(told(sign_in(person))) for person in (busy, other)] == [1, 1]
    assert topic.code in answerer.get(reverse("admin:consultations_assignment_changelist")).text

    reply = Reply.objects.get()
    change = reverse("admin:consultations_reply_change", args=[reply.pk])
    reflected = ReplyStatusFactory()
    send(answerer, change, draft_status=str(reflected.pk), draft_body="来年度に反映します。", act="publish")
    for person in (busy, other):
        titles = told(sign_in(person))
        assert [title[-4:] for title in titles] == ["（反映）", "検討中）"]
        assert all("あなたの意見を含む論点「休める場所」" in title for title in titles)
    assert topic.code not in answerer.get(reverse("admin:consultations_assignment_changelist")).text
    for voice in voices:
        text = client.get(voice.get_absolute_url()).text
        assert "来年度に反映します。" in text
        assert "これまでの経過（2回）" in text
    with at("2026-11-30 08:05 +0900"):
        assert write_digests() == 2
    letters = list(Outbox.objects.filter(key__startswith="digest:").values_list("body", flat=True))
    assert all(letter.count("休める場所") == 2 for letter in letters)


def test_a_missed_date_shows_by_itself_until_staff_give_a_reason_and_a_new_day(sign_in: SignIn, client: Client) -> None:
    with at("2026-10-01 12:00 +0900"):
        closes = timezone.now() + timedelta(days=20)
        asked = ConsultationFactory(closes_at=closes, reply_due_on=date(2026, 11, 20), answer="")
    with at("2026-11-20 23:59 +0900"):
        assert "badge--late" not in client.get(asked.get_absolute_url()).text
        assert client.get("/answers/?outcome=late").context["page"].rows == []
    with at("2026-11-21 00:00 +0900"):
        assert "1日遅れています" in client.get(asked.get_absolute_url()).text
        assert client.get("/answers/?outcome=late").context["page"].rows == [asked]
        browser = sign_in(make_staff(asked.department))
        save(browser, asked, reply_due_on="2026-12-10", reason="関係する課との調整に時間が必要なため")
        text = client.get(asked.get_absolute_url()).text
        assert ("badge--late" in text, "関係する課との調整に時間が必要なため" in text) == (False, True)
        assert client.get("/answers/?outcome=late").context["page"].rows == [asked]


def test_a_draft_leaves_its_department_by_no_door(sign_in: SignIn, client: Client) -> None:
    asked = ConsultationFactory()
    voice = ProposalFactory(consultation=asked)
    status = ReplyStatus.objects.filter(code="reflected").first() or ReplyStatusFactory()
    office = DepartmentFactory()
    draft = Reply(proposal=voice, department=office, draft_status=status, draft_body="合言葉ひみつ")
    draft.save_draft(by=make_staff(office))
    topic = Topic(consultation=asked, title="合言葉ひみつの論点")
    topic.save()
    topic.group([voice], by=make_staff(asked.department))
    outsider = sign_in(make_staff())
    author = sign_in(voice.author)
    doors = [
        voice.get_absolute_url(),
        asked.get_absolute_url(),
        f"{asked.get_absolute_url()}?reply=replied",
        f"{asked.get_absolute_url()}feed.atom",
        topic.get_absolute_url(),
        "/search/?q=合言葉ひみつ",
        "/answers/",
        "/me/notifications/",
        reverse("admin:consultations_reply_changelist"),
        reverse("admin:consultations_topic_changelist"),
        reverse("admin:consultations_reply_change", args=[draft.pk]),
        reverse("admin:consultations_topic_change", args=[topic.pk]),
        reverse("admin:consultations_reply_history", args=[draft.pk]),
    ]
    for browser in (client, author, outsider):
        for door in doors:
            text = browser.get(door, follow=True).text
            assert "合言葉ひみつ" not in text.replace('value="合言葉ひみつ"', "").replace("「合言葉ひみつ」", ""), door
