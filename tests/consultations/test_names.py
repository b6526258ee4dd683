"""The name beside a text is chosen where the text is written, and the weekly mail is asked for, not assumed."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.consultations import actions
from apps.consultations.models import ActionRefused, Comment, Proposal
from apps.consultations.models.question import Question
from tests.accounts.factories import DepartmentFactory, UserFactory
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def person() -> Any:
    return UserFactory(wants_digest=False)


def typed(question: Question, **changes: Any) -> dict[str, Any]:
    return {
        "question": question.pk,
        "body": "木陰をふやしてほしい",
        "name": "nickname",
        "nickname": "みどり",
        "consent": "on",
        "submit_key": str(uuid.uuid4()),
        "step": "post",
    } | changes


def write(client: Client, theme: Any, **changes: Any) -> Any:
    return client.post(f"/consultations/{theme.slug}/propose/", typed(theme.questions.first(), **changes))


def comment(client: Client, voice: Proposal, **changes: Any) -> Any:
    said = {
        "body": "賛成です",
        "name": "nickname",
        "nickname": "みどり",
        "consent": "on",
        "submit_key": str(uuid.uuid4()),
    }
    return client.post(f"/proposals/{voice.code}/comments/", said | changes)


def test_who_has_no_nickname_sets_it_with_the_first_text(person: Any, sign_in: SignIn) -> None:
    client, theme = sign_in(person), ConsultationFactory()
    page = client.get(f"/consultations/{theme.slug}/propose/").content.decode()
    assert ("ニックネームを決めて表示する" in page, "ニックネームを決める" in page) == (True, True)
    assert "みどり" in write(client, theme, step="preview").content.decode()
    person.refresh_from_db()
    assert person.nickname == "", "not before the text is posted"
    assert write(client, theme).status_code == 302
    person.refresh_from_db()
    assert (person.nickname, Proposal.objects.get().public_name) == ("みどり", "みどり")
    page = client.get(f"/consultations/{theme.slug}/propose/").content.decode()
    assert ("ニックネームを決める" in page, "<bdi>みどり</bdi>" in page) == (False, True)


def test_a_comment_sets_it_too_and_a_second_press_is_a_repeat(person: Any, sign_in: SignIn) -> None:
    client, voice, key = sign_in(person), ProposalFactory(), str(uuid.uuid4())
    for _press in range(2):
        assert comment(client, voice, submit_key=key).status_code == 302
    person.refresh_from_db()
    assert (person.nickname, Comment.objects.get().public_name) == ("みどり", "みどり")


def test_anonymous_texts_set_no_nickname(person: Any, sign_in: SignIn) -> None:
    assert write(sign_in(person), ConsultationFactory(), name="anonymous").status_code == 302
    person.refresh_from_db()
    assert (person.nickname, Proposal.objects.get().public_name) == ("", "")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "ニックネームを入れてください"),
        ("調布市役所", "市や職員と間違われる名前"),
        ("調布\u5dff役所", "市や職員と間違われる名前"),
        ("調布市の職員です", "市や職員と間違われる名前"),
        ("Ch0fu City", "市や職員と間違われる名前"),
        ("公園係課", "市や職員と間違われる名前"),
        ("ｔａｒｏ", "ほかの人が使っています"),
        ("a@example.jp", "「@」は使えません"),
        ("あ" * 21, "文字"),
    ],
)
def test_the_rules_of_nicknames_hold_and_what_was_typed_stays(
    person: Any, sign_in: SignIn, name: str, sentence: str
) -> None:
    UserFactory(nickname="TARO")
    DepartmentFactory(name="公園係課")
    client, voice = sign_in(person), ProposalFactory()
    for answer in (write(client, voice.consultation, nickname=name), comment(client, voice, nickname=name)):
        page = answer.content.decode()
        assert (answer.status_code, sentence in page) == (422, True)
        assert f'value="{name}"' in page or not name
        assert "木陰をふやしてほしい" in page or "賛成です" in page
    person.refresh_from_db()
    assert (person.nickname, Proposal.objects.count(), Comment.objects.count()) == ("", 1, 0)


def test_a_refused_text_sets_nothing(person: Any, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.consultations.actions.authors.PROPOSALS_AN_HOUR", 0)
    answer = write(sign_in(person), ConsultationFactory())
    page = answer.content.decode()
    assert ("1時間ほど" in page, 'value="みどり"' in page) == (True, True)
    person.refresh_from_db()
    assert person.nickname == ""


def test_another_window_and_another_person_are_told_apart(person: Any) -> None:
    other = UserFactory(nickname="みどり")
    with pytest.raises(ActionRefused, match="ほかの人が使っています"):
        person.choose_nickname("ミドリ")
    person.choose_nickname("わかば")
    with pytest.raises(ActionRefused, match="別の画面"):
        person.choose_nickname("あおば")
    author, question = actions.AccountAuthor(person, nickname="わかば"), ConsultationFactory().questions.first()
    actions.post_proposal(question=question, author=author, body="本文", public_name="わかば", submit_key=uuid.uuid4())
    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.nickname, other.nickname) == ("わかば", "みどり")


def test_a_new_account_gets_no_weekly_mail_unless_it_asked(sign_in: SignIn) -> None:
    assert User.objects.create_user(email="new@example.jp").wants_digest is False
    for ticked in (True, False):
        person = UserFactory(wants_digest=False)
        client, theme = sign_in(person), ConsultationFactory()
        assert "週1回のまとめメールを受け取る" in client.get(f"/consultations/{theme.slug}/propose/").content.decode()
        write(client, theme, name="anonymous", **({"digest": "on"} if ticked else {}))
        person.refresh_from_db()
        assert person.wants_digest is ticked
        page = client.get(f"/consultations/{theme.slug}/propose/").content.decode()
        assert "週1回のまとめメール" not in page, "asked once"


def test_who_gets_it_already_is_not_asked(sign_in: SignIn) -> None:
    theme = ConsultationFactory()
    page = sign_in(UserFactory()).get(f"/consultations/{theme.slug}/propose/").content.decode()
    assert "週1回のまとめメール" not in page
