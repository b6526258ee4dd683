"""A person takes everything out, and leaves: nothing of another person is in the file, nothing of theirs stays."""

import json
import uuid
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.accounts.leaving_guard import is_by_leaver
from apps.accounts.models import HasLeft, Invitation, Role, User
from apps.consultations import actions
from apps.consultations.models import AbuseReport, Comment, Follow, Like, Proposal, ProposalRevision, State
from apps.consultations.views import likes_and_comments
from apps.council import actions as council
from apps.council.models.revision_content import of_project
from apps.operations.models import AuditEntry, Notification, Outbox
from apps.portal.actions import leave
from apps.portal.forms import ProfileForm
from tests.accounts.factories import DepartmentFactory, PostingFactory, UserFactory, make_secretariat, make_staff
from tests.consultations.factories import ProposalFactory
from tests.council.factories import OrganizationFactory, ProjectFactory
from tests.operations.factories import OutboxFactory
from tests.portal.factories import busy_person
from tests.races import while_under_way

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def test_the_file_holds_everything_of_the_person(sign_in: SignIn) -> None:
    user, own, other = busy_person()
    found = json.loads(sign_in(user).get("/me/data.json").content)
    assert found["登録"]["ニックネーム"] == "ちょうふ太郎"
    assert found["登録"]["メールアドレス"] == user.email
    assert [row["番号"] for row in found["投稿"]] == [own.code]
    assert found["投稿"][0]["編集前の文"][0]["本文"] == "はじめの文"
    assert found["投稿"][0]["投稿時の年代"] == "30代"
    assert found["コメント"][0]["本文"] == "賛成です"
    assert found["イイネ！"][0]["意見"] == other.code
    assert found["フォロー"][0]["テーマ"] == own.consultation.title
    assert found["通報"][0]["くわしい内容"] == "通報の文"
    assert len(found["お知らせ"]) == 1


def test_the_file_holds_no_other_persons_text(sign_in: SignIn) -> None:
    user, _own, _other = busy_person()
    text = sign_in(user).get("/me/data.json").content.decode()
    assert "他人の意見の本文です" not in text
    assert "他人のコメントの本文です" not in text


def test_staff_find_their_role_and_acts_in_it(sign_in: SignIn) -> None:
    staff = make_staff()
    AuditEntry.record("publish", staff, by=staff)
    found = json.loads(sign_in(staff).get("/me/data.json").content)
    assert found["役割"][0].startswith("職員（所管課）")
    assert found["操作の記録"][0]["操作"] == "公開"


@time_machine.travel("2026-11-23 09:00 +0900", tick=False)
def test_the_file_has_a_japanese_name_and_an_ascii_one(sign_in: SignIn) -> None:
    user, _own, _other = busy_person()
    header = sign_in(user).get("/me/data.json")["Content-Disposition"]
    assert f"chofu-my-data-{date.today():%Y%m%d}.json" in header
    assert unquote(header).endswith("UTF-8''調布市市民参加ポータル_わたしのデータ_20261123.json")


def everything_of(user: Any) -> None:
    """Every way to sign in that allauth knows."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Authenticator.objects.create(user=user, type="recovery_codes", data={})
    SocialAccount.objects.create(user=user, provider="line", uid="U1")


@pytest.mark.parametrize(("choice", "state"), [("keep", State.PUBLISHED), ("withdraw", State.WITHDRAWN)])
def test_leaving_empties_the_account_and_keeps_or_withdraws_the_texts(
    sign_in: SignIn, choice: str, state: State
) -> None:
    user, own, other = busy_person()
    everything_of(user)
    OutboxFactory(to=user.email)
    response = sign_in(user).post("/me/delete/", {"texts": choice})
    assert response["Location"] == "/me/deleted/"
    user.refresh_from_db()
    assert (user.email, user.email_normalised, user.nickname, user.is_active) == (None, None, "", False)
    assert user.erased_at is not None
    for model in (EmailAddress, Authenticator, SocialAccount):
        assert not model.objects.filter(user=user).exists()
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.state, own.shown_name) == (state, "匿名")
    comment = Comment.objects.by_author(user).get()
    assert (comment.state, comment.shown_name) == (state, "匿名")
    assert other.comment_count == (1 if choice == "keep" else 0)
    assert other.like_count == 0
    assert not Like.objects.by_user(user).exists()
    assert not ProposalRevision.objects.exists()
    assert not Notification.objects.visible_to(user).exists()
    assert AbuseReport.objects.get().reporter_id is None
    assert not Outbox.objects.exists()
    assert Proposal.recount() == 0


def test_leaving_ends_this_session_and_all_others(sign_in: SignIn) -> None:
    user, _own, _other = busy_person()
    here, elsewhere = sign_in(user), sign_in(user)
    here.post("/me/delete/", {"texts": "keep"})
    assert "退会の手続が終わりました" in here.get("/me/deleted/").content.decode()
    assert here.get("/me/").status_code == 302
    assert elsewhere.get("/me/").status_code == 302


def test_the_trail_knows_that_somebody_left_and_not_who(sign_in: SignIn) -> None:
    user, _own, _other = busy_person()
    email = user.email
    sign_in(user).post("/me/delete/", {"texts": "keep"})
    entry = AuditEntry.objects.get(verb="leave")
    assert email not in str(entry.__dict__)
    assert "ちょうふ太郎" not in str(entry.__dict__)


def test_without_a_choice_nothing_happens_and_the_page_says_why(sign_in: SignIn) -> None:
    user, _own, _other = busy_person()
    response = sign_in(user).post("/me/delete/")
    assert response.status_code == 422
    assert "投稿をどうするかを選んでください。" in response.content.decode()
    user.refresh_from_db()
    assert user.erased_at is None


def test_the_page_says_what_will_go(sign_in: SignIn) -> None:
    user, _own, other = busy_person()
    actions.post_comment(proposal=other, author=actions.AccountAuthor(user), body="もう一つ", submit_key=uuid.uuid4())
    html = sign_in(user).get("/me/delete/").content.decode()
    assert "投稿した意見 1件とコメント 2件" in html
    assert "イイネ！ 1件" in html


def test_the_invitation_of_somebody_who_left_has_no_address(sign_in: SignIn) -> None:
    staff = make_staff()
    invitation = Invitation(email=staff.email, role=Role.MODERATOR)
    invitation.issue(by=make_secretariat())
    invitation.accept(by=staff)
    sign_in(staff).post("/me/delete/", {"texts": "keep"})
    invitation.refresh_from_db()
    assert (invitation.email, invitation.accepted_by_id) == ("", staff.pk)
    assert not staff.postings.exists()


def everything_a_person_writes(person: Any) -> dict[str, Callable[[], object]]:
    """Each verb of a resident and of a member of the council, ready to be done."""
    voice, own = ProposalFactory(), ProposalFactory(author=person, published_at=timezone.now())
    organization = OrganizationFactory()
    project = ProjectFactory.by(organization)
    PostingFactory(user=person, role=Role.COUNCIL, organization=organization.name)
    key, day = uuid.uuid4(), timezone.localdate()
    words: dict[str, Any] = {"by": person, "note": "", "submit_key": key, "base": 0}
    person = User.objects.with_postings().get(pk=person.pk)
    return {
        "like": lambda: actions.set_like(user=person, proposal=voice, wanted=True),
        "follow": lambda: actions.follow(user=person, consultation=voice.consultation, wanted=True),
        "comment": lambda: actions.post_comment(
            proposal=voice, author=actions.AccountAuthor(person), body="文", submit_key=key
        ),
        "proposal": lambda: actions.post_proposal(
            question=voice.question,
            author=actions.AccountAuthor(person),
            body="文",
            public_name=person.nickname,
            submit_key=key,
        ),
        "edit": lambda: actions.edit_proposal(proposal=own, by=person, body="別の文", title=""),
        "report": lambda: actions.report(text=voice, by=person, reason="other", words="くわしく"),
        "challenge": lambda: council.state_challenge(by=person, proposal=own, title="題", body="文", submit_key=key),
        "offer": lambda: council.make_offer(
            by=person, organization=organization, title="題", body="文", submit_key=key
        ),
        "project": lambda: council.hand_in_project(project=project, content=of_project(project), **words),
        "organization": lambda: council.hand_in_organization(
            organization=organization, content={"body": "文"}, **words
        ),
        "update": lambda: council.write_update(project=project, by=person, title="題", body="文", happened_on=day),
        "profile": lambda: ProfileForm({"nickname": "また来た人"}, instance=User.objects.get(pk=person.pk)).save(),
        "whole row": lambda: User(**vars_of(person)).save(),
        "address": lambda: EmailAddress.objects.create(user=person, email="new@example.com"),
        "key": lambda: Authenticator.objects.create(user=person, type="recovery_codes", data={}),
        "role": lambda: PostingFactory(user=person, role=Role.STAFF, department=DepartmentFactory()),
    }


def vars_of(person: Any) -> dict[str, Any]:
    """All columns as a request read them before."""
    return {column.attname: getattr(person, column.attname) for column in User._meta.concrete_fields}


VERBS = (
    "like", "follow", "comment", "proposal", "edit", "report", "challenge", "offer", "project", "organization",
    "update", "profile", "whole row", "address", "key", "role",
)  # fmt: skip


def left_behind(person: Any) -> dict[str, Any]:
    """What of a person may not be there after leaving."""
    return {
        "likes": Like.objects.by_user(person).count(),
        "follows": Follow.objects.by_user(person).count(),
        "names": [text.public_name for model in (Proposal, Comment) for text in model.objects.by_author(person)],
        "earlier": ProposalRevision.objects.filter(proposal__author=person).count(),
        "reports": AbuseReport.objects.by_user(person).count(),
        "logins": [model.objects.filter(user=person).count() for model in (EmailAddress, Authenticator)],
        "roles": person.postings.count(),
        "account": User.objects.filter(pk=person.pk, erased_at=None).count(),
    }


def assert_nothing_left_behind(person: Any, verb: str) -> None:
    found = left_behind(person)
    found["names"] = [name for name in found["names"] if name]
    assert not any(any(value) if isinstance(value, list) else value for value in found.values()), (verb, found)
    assert Proposal.recount() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_under_way_when_its_person_leaves_goes_with_them() -> None:
    for verb in VERBS:
        person = UserFactory(nickname="去る人")
        act = everything_a_person_writes(person)[verb]
        assert while_under_way(act, partial(leave, user=person, withdraw=False)) == [], verb
        assert_nothing_left_behind(person, verb)


@pytest.mark.django_db(transaction=True)
def test_what_comes_while_its_person_is_leaving_is_not_written() -> None:
    for verb in VERBS:
        person = UserFactory(nickname="去る人")
        act = everything_a_person_writes(person)[verb]
        refused = while_under_way(partial(leave, user=person, withdraw=False), act)
        assert refused, verb
        assert isinstance(refused[0], HasLeft) or is_by_leaver(refused[0]), refused
        assert_nothing_left_behind(person, verb)


@pytest.mark.django_db(transaction=True)
def test_leaving_twice_at_once_is_leaving_once() -> None:
    person = UserFactory()
    assert while_under_way(lambda: leave(user=person, withdraw=True), lambda: leave(user=person, withdraw=True)) == []
    assert AuditEntry.objects.filter(verb="leave").count() == 1


def test_the_database_guards_every_table_that_names_a_person() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname, array_agg(t.tgname::text)"
            " FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " LEFT JOIN pg_trigger t ON t.tgrelid = c.conrelid"
            " WHERE c.contype = 'f' AND c.confrelid = 'accounts_user'::regclass GROUP BY 1, 2"
        )
        links = cursor.fetchall()
    assert len(links) > 25
    for table, column, triggers in links:
        assert {f"{column}_may_write", f"{column}_may_write_later"} <= set(triggers), table


def test_who_left_in_another_window_is_told_that_nothing_was_kept(sign_in: SignIn, monkeypatch: Any) -> None:
    person, voice = UserFactory(), ProposalFactory()
    browser, found = sign_in(person), likes_and_comments.public_proposal

    def found_too_late(code: str) -> Proposal:
        leave(user=User.objects.get(pk=person.pk), withdraw=False)
        return found(code)

    monkeypatch.setattr(likes_and_comments, "public_proposal", found_too_late)
    answer = browser.post(f"/proposals/{voice.code}/like/", {"wanted": "1"})
    assert answer.status_code == 403
    assert "退会の手続が終わった" in answer.text
