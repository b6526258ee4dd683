"""利用の制限: who is limited reads and writes nothing; who is suspended is out at the next page, told why, and may object."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from apps.accounts import actions
from apps.accounts.backends import PortalBackend
from apps.accounts.models import Restriction
from apps.consultations.models import Comment, Like, Proposal
from apps.operations.models import AuditEntry, Notification, Outbox
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import ProposalFactory
from tests.consultations.moderation import reported

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
REASON = "同じ宣伝を繰り返し投稿したため"
LIMITED, SUSPENDED = Restriction.Kind.LIMITED, Restriction.Kind.SUSPENDED


def restrict(user: Any, kind: str = LIMITED, **fields: Any) -> Restriction:
    fields.setdefault("ends_at", timezone.now() + timedelta(days=7))
    restriction = Restriction(user=user, kind=kind, reason=REASON, article=6, **fields)
    actions.restrict(restriction=restriction, by=make_moderator())
    return restriction


def enter(address: str) -> Any:
    """Through the door with the code of the mail."""
    browser = Client()
    browser.post("/accounts/login/", {"email": address, "leave_empty": ""})
    letter = Outbox.objects.filter(to=address, body__contains="確認コード：").order_by("-pk")[0]
    code = re.search(r"確認コード：(\d{6})", letter.body)
    assert code
    return browser, browser.post("/accounts/login/code/confirm/", {"code": code[1]})


def test_a_limited_person_reads_and_writes_nothing_and_is_told_why(sign_in: SignIn) -> None:
    text, person = ProposalFactory(), UserFactory(consent_version="1", consented_at=timezone.now())
    own = ProposalFactory(author=person)
    client = sign_in(person)
    restrict(person)
    assert client.get(text.get_absolute_url()).status_code == 200
    page = text.get_absolute_url()
    question = text.consultation.questions.get()
    key = str(uuid.uuid4())
    asked = text.consultation.get_absolute_url()
    posts = {
        f"{asked}propose/": {
            "question": question.pk,
            "body": "書いた文",
            "name": "anonymous",
            "submit_key": key,
            "step": "post",
        },
        f"{page}comments/": {"body": "書いた文", "name": "anonymous", "submit_key": key},
        f"{page}like/": {"wanted": "1"},
    }
    for address, typed in posts.items():
        answer = client.post(address, typed)
        assert answer.status_code == 403, address
        html = answer.content.decode()
        assert REASON in html
        assert "運用ポリシー第6条" in html
        assert "body" not in typed or "書いた文" in html
    edit = client.post(f"{own.get_absolute_url()}edit/", {"body": "直した文", "title": ""})
    assert edit.status_code == 403
    assert client.get(f"{asked}propose/").status_code == 403
    assert (Proposal.objects.count(), Comment.objects.count(), Like.objects.count()) == (2, 0, 0)
    assert client.post(f"{own.get_absolute_url()}withdraw/").status_code == 302
    assert client.post(f"{page}report/", {"reason": "other", "text": ""}).status_code == 302


def test_it_ends_by_itself(sign_in: SignIn) -> None:
    text, person = ProposalFactory(), UserFactory()
    restrict(person)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert sign_in(person).post(f"{text.get_absolute_url()}like/", {"wanted": "1"}).status_code == 302
    assert Like.objects.count() == 1


def test_a_suspended_person_is_out_at_the_next_page_in_every_browser(sign_in: SignIn) -> None:
    person = UserFactory()
    browsers = [sign_in(person), sign_in(person)]
    assert all(browser.get("/me/").status_code == 200 for browser in browsers)
    restrict(person, SUSPENDED)
    for browser in browsers:
        answer = browser.get("/me/")
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/restriction/")
        page = browser.get("/accounts/restriction/")
        assert page.status_code == 403
        assert REASON in page.content.decode()
        assert "_auth_user_id" not in browser.session
        assert browser.get("/").status_code == 200


def test_the_door_stays_shut_and_says_why_until_when_and_how_to_object() -> None:
    person = UserFactory(email="shut@example.com")
    EmailAddress.objects.create(user=person, email="shut@example.com", verified=True, primary=True)
    restriction = restrict(person, SUSPENDED)
    browser, answer = enter("shut@example.com")
    assert answer["Location"] == "/accounts/restriction/"
    html = browser.get("/accounts/restriction/").content.decode()
    assert REASON in html
    assert restriction.end_shown in html
    assert "異議の申立て" in html
    assert browser.get("/me/").status_code == 302
    browser.post("/accounts/restriction/", {"words": "宣伝ではありません"})
    restriction.refresh_from_db()
    assert restriction.appeal == "宣伝ではありません"
    browser.post("/accounts/restriction/", {"words": "もう一度"})
    restriction.refresh_from_db()
    assert restriction.appeal == "宣伝ではありません"
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        browser, _answer = enter("shut@example.com")
        assert browser.get("/me/").status_code == 200


def test_nobody_reads_a_restriction_without_having_shown_who_they_are(client: Client, sign_in: SignIn) -> None:
    restrict(UserFactory(), SUSPENDED)
    for browser in (client, sign_in(UserFactory())):
        html = browser.get("/accounts/restriction/").content.decode()
        assert REASON not in html
        browser.post("/accounts/restriction/", {"words": "x"})
    assert Restriction.objects.get().appealed_at is None


def test_an_objection_without_words_comes_back(sign_in: SignIn) -> None:
    person = UserFactory()
    restrict(person)
    client = sign_in(person)
    assert client.post("/accounts/restriction/", {"words": ""}).status_code == 422
    assert client.post("/accounts/restriction/", {"words": "a\x1bb"}).status_code == 422
    assert client.post("/accounts/restriction/", {"words": "あ" * 1001}).status_code == 422


def test_the_person_is_told_by_notice_and_mail_and_the_trail_knows() -> None:
    person = UserFactory()
    restriction = restrict(person)
    assert REASON in Notification.objects.get(recipient_id=person.pk).body
    assert REASON in Outbox.objects.get(to=person.email).body
    entry = AuditEntry.objects.get(verb="restrict")
    assert (entry.actor_id, entry.facts["user"]) == (restriction.decided_by_id, person.pk)


def test_nobody_restricts_themselves_or_those_above() -> None:
    moderator = make_moderator()
    for person in (moderator, make_secretariat()):
        with pytest.raises(PermissionDenied):
            actions.restrict(restriction=Restriction(user=person, kind=LIMITED, reason="x", article=6), by=moderator)
    assert not Restriction.objects.exists()


def test_moderators_begin_and_lift_it_in_the_admin_site(sign_in: SignIn) -> None:
    person, moderator = UserFactory(), make_moderator()
    client = sign_in(moderator)
    page = "/admin/accounts/restriction/add/"
    assert f'value="{person.handle}"' in client.get(f"{page}?user={person.handle}").content.decode()
    typed = {"user": person.handle, "kind": LIMITED, "article": 6, "reason": REASON, "ends_at_0": "", "ends_at_1": ""}
    client.post(page, typed)
    made = Restriction.objects.get()
    assert (made.user, made.decided_by) == (person, moderator)
    assert client.get(f"/admin/accounts/restriction/{made.pk}/change/").status_code == 200
    client.post("/admin/accounts/restriction/", {"action": "lift_chosen", "_selected_action": [made.pk]})
    made.refresh_from_db()
    assert made.lifted_at is not None
    person.require_may_write()
    bad = client.post(page, typed | {"user": make_secretariat().handle})
    assert "権限がありません" in bad.content.decode()
    past = client.post(page, typed | {"ends_at_0": "2020-01-01", "ends_at_1": "00:00"})
    assert "これからの日時" in past.content.decode()
    assert Restriction.objects.count() == 1


def test_a_moderator_does_not_come_from_an_anonymous_text_to_a_name(sign_in: SignIn) -> None:
    """By no link and no number: what a case says of its author leads to no row of the people."""
    person = UserFactory(nickname="たまがわ")
    case = reported(ProposalFactory(author=person, public_name=""))
    moderator = sign_in(make_moderator())
    start = f"/admin/consultations/moderationcase/{case.pk}/change/"
    seen, todo = {}, [start]
    for address in todo:
        if address not in seen and len(seen) < 40:
            seen[address] = moderator.get(address).text
            todo += [link for link in re.findall(r'href="(/admin/accounts/[^"]+)"', seen[address]) if address == start]
    add = f"/admin/accounts/restriction/add/?user={person.handle}"
    assert add in seen
    assert not any("たまがわ" in seen[address] for address in (start, add))
    typed = {"user": str(person.pk), "kind": LIMITED, "article": 6, "reason": REASON, "ends_at_0": "", "ends_at_1": ""}
    assert "この符号の利用者はいません" in moderator.post("/admin/accounts/restriction/add/", typed).text
    restrict(person)
    shown = [
        moderator.get(f"/admin/accounts/restriction/{page}").text
        for page in ("", f"{Restriction.objects.get().pk}/change/")
    ]
    people = moderator.get("/admin/accounts/user/").text
    assert "たまがわ" in people
    assert all(person.handle in page and "たまがわ" not in page for page in shown)
    assert person.handle not in people
    assert not re.search(rf">{person.pk}<", "".join([*shown, seen[start]]))


@pytest.mark.parametrize("page", ["", "add/"])
def test_who_sees_restrictions(page: str, sign_in: SignIn) -> None:
    seen = {
        make.__name__: sign_in(make()).get(f"/admin/accounts/restriction/{page}").status_code
        for make in (UserFactory, make_staff, make_moderator, make_secretariat)
    }
    assert seen == {"UserFactory": 403, "make_staff": 403, "make_moderator": 200, "make_secretariat": 200}


def test_a_guest_is_restricted_by_the_name_that_the_app_of_guests_gives() -> None:
    actions.restrict(restriction=Restriction(guest="g-1", kind=LIMITED, reason=REASON, article=6), by=make_moderator())
    assert Restriction.objects.current().on_guest("g-1").exists()
    assert not Restriction.objects.on_guest("g-2").exists()
    assert not Restriction.objects.on_guest("").exists()


def test_a_person_of_a_request_comes_with_the_answer(django_assert_num_queries: Any) -> None:
    person = PortalBackend().get_user(UserFactory().pk)
    assert person is not None
    with django_assert_num_queries(0):
        person.require_may_write()


@pytest.mark.parametrize(("kind", "name"), [(LIMITED, "投稿の制限"), (SUSPENDED, "利用停止")])
def test_a_restriction_is_called_by_its_name_in_the_mail(kind: str, name: str) -> None:
    person = UserFactory()
    restriction = restrict(person, kind)
    mail = Outbox.objects.get(to=person.email)
    assert mail.subject.startswith(f"{name}のお知らせ")
    assert mail.body.startswith(f"{name}中です（令和")
    actions.lift(restriction=restriction, by=make_moderator())
    assert Outbox.objects.filter(subject__startswith=f"{name}を解除しました").exists()
