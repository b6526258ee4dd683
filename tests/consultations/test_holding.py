"""What waits for approval: by the consultation's settings, by a rule; and what its author and everybody else see."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.consultations import actions
from apps.consultations.actions.moderation.screening import needs_approval
from apps.consultations.models import ModerationCase, ModerationRule, Proposal, State, base
from apps.operations.models import Notification
from tests.accounts.factories import UserFactory, make_moderator
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.consultations.moderation import RuleFactory, comment_on, hidden, propose

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
WORDS = "木陰のあるベンチがほしい"


def test_a_text_waits_where_the_consultation_says_so_and_its_author_sees_it(sign_in: SignIn) -> None:
    author, asked = UserFactory(consent_version="1", consented_at=timezone.now()), ConsultationFactory(holds_all=True)
    own, key = sign_in(author), uuid.uuid4()
    assert "市が内容を確認してから公開します" in Client().get(asked.get_absolute_url()).content.decode()
    preview = {"question": asked.questions.get().pk, "body": WORDS, "name": "anonymous", "submit_key": key}
    shown = own.post(f"/consultations/{asked.slug}/propose/", preview | {"step": "preview"}).content.decode()
    assert "市が確認してから、この内容で公開されます" in shown
    typed = {
        "question": asked.questions.get().pk,
        "body": WORDS,
        "name": "anonymous",
        "submit_key": key,
        "step": "post",
    }
    answer = own.post(f"/consultations/{asked.slug}/propose/", typed, follow=True)
    assert "市が内容を確認してから公開します" in answer.content.decode()
    text = Proposal.objects.get()
    assert (text.state, text.published_at) == (State.HELD, None)
    case = ModerationCase.objects.get()
    assert case.trigger == "approval"
    for page in (text.get_absolute_url(), "/me/"):
        html = own.get(page).content.decode()
        assert "承認待ち" in html
        assert WORDS in html
    for page in (f"/consultations/{asked.slug}/", "/", f"/consultations/{asked.slug}/feed.atom"):
        assert WORDS not in Client().get(page).content.decode()
    assert Client().get(text.get_absolute_url()).status_code == 404
    actions.decide(case=case, act=actions.APPROVE, by=make_moderator())
    assert Client().get(text.get_absolute_url()).status_code == 200
    assert "公開しました" in Notification.objects.get(recipient_id=author.pk).title


def test_a_text_that_was_never_public_leaves_no_placeholder_when_it_is_refused() -> None:
    author = UserFactory()
    text = propose(ConsultationFactory(holds_all=True), author, WORDS)
    hidden(text, make_moderator())
    assert Client().get(text.get_absolute_url()).status_code == 404


def test_a_waiting_comment_is_seen_by_its_author_only_and_told_of_when_approved(sign_in: SignIn) -> None:
    asked, author = ConsultationFactory(holds_all=True), UserFactory()
    proposal = ProposalFactory(consultation=asked)
    comment = comment_on(proposal, author, "返事です")
    page = proposal.get_absolute_url()
    assert "返事です" in sign_in(author).get(page).content.decode()
    assert "返事です" not in sign_in(proposal.author).get(page).content.decode()
    assert not Notification.objects.exists()
    actions.decide(case=ModerationCase.objects.get(), act=actions.APPROVE, by=make_moderator())
    proposal.refresh_from_db()
    assert proposal.comment_count == 1
    assert Notification.objects.filter(recipient_id=proposal.author_id, kind="comment", key=str(comment.pk)).exists()
    assert "返事です" in Client().get(page).content.decode()


def test_only_the_first_text_of_a_new_account_waits() -> None:
    asked, newcomer = ConsultationFactory(holds_first=True), UserFactory()
    first, second = propose(asked, newcomer, "一つ目"), propose(asked, newcomer, "二つ目")
    assert {first.state, second.state} == {State.HELD}
    actions.decide(case=ModerationCase.objects.for_target(first).get(), act=actions.APPROVE, by=make_moderator())
    assert propose(asked, newcomer, "三つ目").state == State.PUBLISHED


def test_guests_wait_unless_the_consultation_lets_them() -> None:
    assert needs_approval(ConsultationFactory(), is_guest=True)
    assert not needs_approval(ConsultationFactory(holds_guests=False), is_guest=True)


def test_a_rule_holds_a_text_and_says_which_words() -> None:
    RuleFactory(name="ことば")
    text = propose(ConsultationFactory(), UserFactory(), "ク★タバレ、と言われた")
    assert text.state == State.HELD
    case = ModerationCase.objects.get()
    assert (case.trigger, case.rule.name, case.detail) == ("rule", "ことば", "ことば：くたばれ")


def test_a_rule_that_does_not_hold_only_opens_a_case() -> None:
    RuleFactory(holds=False)
    assert propose(ConsultationFactory(), UserFactory(), "くたばれ").state == State.PUBLISHED
    assert ModerationCase.objects.get().trigger == "rule"


def test_a_rule_that_is_switched_off_does_nothing() -> None:
    RuleFactory(is_active=False)
    assert propose(ConsultationFactory(), UserFactory(), "くたばれ").state == State.PUBLISHED
    assert not ModerationCase.objects.exists()


def test_speed_and_repetition_look_at_the_same_person_only_and_not_too_far_back() -> None:
    fast = {"kind": ModerationRule.Kind.TOO_FAST, "words": "", "threshold": 3, "minutes": 10}
    same = {"kind": ModerationRule.Kind.REPEATED, "words": "", "threshold": 95, "minutes": 60}
    RuleFactory(name="速さ", **fast)
    RuleFactory(name="同じ文", **same)
    asked, person = ConsultationFactory(), UserFactory()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        assert propose(asked, person, "図書館がほしい").state == State.PUBLISHED
        assert propose(asked, UserFactory(), "図書館がほしい").state == State.PUBLISHED
        assert propose(asked, person, "図書館がほしい").state == State.HELD
        assert "同じ文：100%" in ModerationCase.objects.get().detail
        held = propose(asked, person, "花壇がほしい")
        assert "速さ：3件" in ModerationCase.objects.for_target(held).get().detail
    with time_machine.travel(now + timedelta(minutes=61), tick=False):
        assert propose(asked, person, "図書館がほしい").state == State.PUBLISHED


def test_the_like_of_a_text_is_looked_for_among_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "LOOKED_AT", 1)
    RuleFactory(kind=ModerationRule.Kind.SAME_TEXT, words="", threshold=12, minutes=60)
    asked = ConsultationFactory()
    propose(asked, UserFactory(), "図書館の開館時間を延ばしてください")
    propose(asked, UserFactory(), "公園の花壇に水をまく人がいてほしい")
    assert propose(asked, UserFactory(), "図書館の開館時間を延ばしてください").state == State.PUBLISHED
    assert propose(asked, UserFactory(), "図書館の開館時間を延ばしてください").state == State.HELD


def test_a_new_wording_is_looked_at_too() -> None:
    RuleFactory()
    author = UserFactory()
    text = propose(ConsultationFactory(), author, "静かな公園がほしい")
    actions.edit_proposal(proposal=text, by=author, body="くたばれ", title="")
    text.refresh_from_db()
    assert text.state == State.HELD
    assert Client().get(text.get_absolute_url()).status_code == 404
    assert ModerationCase.objects.get().trigger == "rule"


def test_an_approved_text_is_approved_again_after_an_edit() -> None:
    author = UserFactory()
    text = propose(ConsultationFactory(holds_all=True), author, "静かな公園がほしい")
    moderator = make_moderator()
    actions.decide(case=ModerationCase.objects.get(), act=actions.APPROVE, by=moderator)
    actions.edit_proposal(proposal=text, by=author, body="別のことば", title="")
    text.refresh_from_db()
    assert text.state == State.HELD
    assert ModerationCase.objects.waiting().count() == 1


def preview(client: Client, asked: Any, body: str) -> str:
    typed = {"question": asked.questions.get().pk, "body": body, "name": "anonymous", "submit_key": uuid.uuid4()}
    return client.post(f"{asked.get_absolute_url()}propose/", typed | {"consent": "on", "step": "preview"}).text


def test_what_looks_like_personal_data_is_said_in_the_preview_and_opens_a_case(sign_in: SignIn) -> None:
    RuleFactory(name="個人情報らしい文字列", kind="personal", words="042-481-7111", holds=False)
    author, asked = UserFactory(), ConsultationFactory()
    hint, plain = "個人情報が書かれていませんか", "市役所は042-481-7111です"
    client = sign_in(author)
    shown = preview(client, asked, "わたしは０９０ー１２３４ー５６７８です")
    assert hint in shown
    assert "電話番号らしい文字列があります" in shown
    assert hint not in preview(client, asked, plain)
    text = propose(asked, author, "わたしは０９０ー１２３４ー５６７８です")
    case = ModerationCase.objects.get()
    assert (text.state, case.detail) == (State.PUBLISHED, "個人情報らしい文字列：電話番号らしい文字列1か所")
    comment = comment_on(text, UserFactory(), "a@example.com にください")
    assert ModerationCase.objects.for_target(comment).get().detail.endswith("メールアドレスらしい文字列1か所")
    propose(asked, author, plain)
    assert ModerationCase.objects.count() == 2


SAME = "公園の木をもっと増やしてほしいです。日陰が少なすぎます。"


def test_the_same_text_from_several_accounts_opens_a_case(sign_in: SignIn) -> None:
    RuleFactory(name="ほかの人と同じ文", kind="same_text", threshold=20, minutes=10080, holds=False)
    asked, first = ConsultationFactory(), UserFactory()
    one = propose(asked, first, SAME)
    propose(asked, first, SAME, title="自分でもう一度")
    assert not ModerationCase.objects.exists()
    other = propose(ConsultationFactory(), UserFactory(), f"{SAME}\n", title="別の見出し")
    case = ModerationCase.objects.get()
    assert case.text == other
    assert one.code in case.detail
    comment_on(one, UserFactory(), SAME.replace("。", "．"))
    assert ModerationCase.objects.count() == 2
    changed = propose(asked, UserFactory(), "はじめはちがう文でした。あとから同じ文に直します。")
    actions.edit_proposal(proposal=changed, by=changed.author, title="", body=SAME)
    assert ModerationCase.objects.for_target(changed).exists()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        propose(ConsultationFactory(), UserFactory(), SAME)
    assert ModerationCase.objects.count() == 3
