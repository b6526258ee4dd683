"""Comments without an account: where the theme allows, by the rules of proposals, found and withdrawn by passphrase."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Restriction
from apps.consultations import actions
from apps.consultations.models import (
    Comment,
    Consultation,
    GuestKey,
    ModerationCase,
    ModerationRule,
    Proposal,
    State,
)  # fmt: skip
from apps.operations.models import AuditEntry, Notification
from apps.operations.tasks import deliver_mail
from tests.accounts.factories import UserFactory, make_moderator
from tests.consultations.factories import CommentFactory, ConsultationFactory, ProposalFactory
from tests.consultations.moderation import RuleFactory, hidden
from tests.consultations.test_guest import clock, open_it

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
__all__ = ["clock"]
WORDS = "木陰がもっとほしいです"


@pytest.fixture
def voice() -> Proposal:
    theme = ConsultationFactory(slug="open", allows_guests=True, allows_guest_comments=True, holds_guests=False)
    return ProposalFactory(consultation=theme, author=UserFactory())


def page_of(voice: Proposal, parent: Comment | None = None) -> str:
    return f"/proposals/{voice.code}/comments/{f'{parent.pk}/reply/' if parent else ''}guest/"


def typed(client: Client, page: str, clock: Any, **other: Any) -> dict[str, Any]:
    """The form as a person fills it, ten seconds after it was shown."""
    opened = client.get(page).context["form"].initial["opened"]
    clock.shift(timedelta(seconds=10))
    key = str(uuid.uuid4())
    return {"body": WORDS, "nickname": "", "consent": "on", "opened": opened, "submit_key": key} | other


def post(client: Client, voice: Proposal, clock: Any, **other: Any) -> tuple[Comment, str]:
    """Comment; the comment and its passphrase as it stands on the page."""
    page = page_of(voice, other.pop("parent", None))
    answer = client.post(page, typed(client, page, clock, **other))
    assert answer.status_code == 200, answer.text
    words = re.search(r'passphrase__words">([^<]+)<', answer.text)
    assert words
    return answer.context["text"], words[1]


def own(comment: Comment, page: str = "") -> str:
    return f"/proposals/{comment.proposal.code}/comments/{comment.pk}/guest/{page}"


def test_a_guest_comments_finds_it_by_number_and_passphrase_and_withdraws_it(clock: Any, voice: Proposal) -> None:
    comment, words = post(Client(), voice, clock, nickname="みどり")
    voice.refresh_from_db()
    assert (comment.author, comment.public_name, comment.is_public, voice.comment_count) == (None, "みどり", True, 1)
    page = Client().get(voice.get_absolute_url()).text
    assert (WORDS in page, "みどり" in page, words in page) == (True, True, False)
    browser = Client()
    number = comment.code.lower().replace("-", "ー")
    assert open_it(browser, number, words.replace("・", " ")).headers["Location"] == own(comment)
    assert "公開されています" in browser.get(own(comment)).text
    assert WORDS in browser.get(own(comment, "withdraw/")).text
    assert browser.post(own(comment, "withdraw/")).headers["Location"] == own(comment)
    voice.refresh_from_db()
    assert (voice.comment_count, "書いた人が取り下げました" in Client().get(voice.get_absolute_url()).text) == (0, True)
    assert browser.post(own(comment, "withdraw/undo/")).headers["Location"] == own(comment)
    assert WORDS in Client().get(voice.get_absolute_url()).text
    browser.post(own(comment, "withdraw/"))
    clock.shift(timedelta(minutes=11))
    browser.post(own(comment, "withdraw/undo/"))
    comment.refresh_from_db()
    assert comment.state == State.WITHDRAWN


def test_it_is_told_of_and_found_as_every_comment(clock: Any, voice: Proposal) -> None:
    comment, _words = post(Client(), voice, clock)
    assert Notification.objects.get().recipient_id == voice.author_id
    assert Comment.objects.public().get() == comment
    assert "がもっとほしいです" in Client().get("/search/?q=木陰").text
    assert Proposal.recount() == 0
    reply, _again = post(Client(), voice, clock, parent=comment, body="わたしもです")
    assert (reply.parent, Notification.objects.count()) == (comment, 2)
    assert "わたしもです" in Client().get(voice.get_absolute_url()).text


def test_only_where_the_theme_says_so(clock: Any, voice: Proposal, sign_in: SignIn) -> None:
    shown = Client().get(voice.get_absolute_url()).text
    assert page_of(voice) in shown
    assert sign_in(UserFactory()).get(page_of(voice)).headers["Location"] == voice.get_absolute_url()
    data = typed(Client(), page_of(voice), clock)
    Consultation.objects.update(allows_guest_comments=False)
    assert Client().get(page_of(voice)).status_code == 404
    assert Client().post(page_of(voice), data).status_code == 404
    assert page_of(voice) not in Client().get(voice.get_absolute_url()).text
    assert ConsultationFactory().allows_guest_comments is False
    voice.consultation.refresh_from_db()
    with pytest.raises(actions.guest.ActionRefused, match="ログインまたは新規登録"):
        actions.post_comment(
            proposal=voice, author=actions.GuestAuthor("a", ip="::1"), body="x", submit_key=uuid.uuid4()
        )
    assert Comment.objects.count() == 0


def test_comments_of_guests_need_a_theme_that_asks_guests() -> None:
    theme = ConsultationFactory()
    theme.allows_guest_comments = True
    with pytest.raises(ValidationError, match="登録していない人も参加できる"):
        theme.full_clean()
    with pytest.raises(IntegrityError, match="consultation_guest_comments"), transaction.atomic():
        theme.save()


def test_it_waits_where_guests_wait_and_says_so_before(clock: Any, voice: Proposal) -> None:
    assert "すぐに公開されます。" in Client().get(page_of(voice)).text
    Consultation.objects.update(holds_guests=True)
    shown = Client().get(page_of(voice)).text
    assert "市が内容を確認してから公開します。" in shown
    assert "取り下げは、いつでもできます。" in shown
    comment, words = post(Client(), voice, clock)
    voice.refresh_from_db()
    assert (comment.state, comment.cases.get().trigger, voice.comment_count) == (State.HELD, "approval", 0)
    assert WORDS not in Client().get(voice.get_absolute_url()).text
    assert not Notification.objects.exists()
    browser = Client()
    open_it(browser, comment.code, words)
    assert "市が内容を確認しています" in browser.get(own(comment)).text
    actions.decide(case=comment.cases.get(), act=actions.APPROVE, by=make_moderator())
    voice.refresh_from_db()
    assert (WORDS in Client().get(voice.get_absolute_url()).text, voice.comment_count) == (True, 1)
    assert Notification.objects.count() == 1


def test_the_usual_time_of_waiting_is_said_before(voice: Proposal) -> None:
    Consultation.objects.update(holds_guests=True)
    for hours in (1, 20, 26, 30, 90):
        case = ModerationCase.objects.open_for(ProposalFactory(consultation=voice.consultation), trigger="approval")
        ModerationCase.objects.filter(pk=case.pk).update(closed_at=timezone.now() + timedelta(hours=hours))
    assert "これまでの半分は、2日以内に確認が終わりました。" in Client().get(page_of(voice)).text


def test_two_presses_before_the_first_answer_are_one(clock: Any, voice: Proposal) -> None:
    sent = typed(Client(), page_of(voice), clock)
    for _press in range(2):  # each without the cookie that the first answer would bring
        assert Client().post(page_of(voice), sent).status_code == 200
    assert Comment.objects.count() == 1


def test_sent_twice_it_is_one_and_the_passphrase_is_shown_once(clock: Any, voice: Proposal) -> None:
    client = Client()
    data = typed(client, page_of(voice), clock)
    first, again = client.post(page_of(voice), data), client.post(page_of(voice), data)
    assert ('passphrase__words"' in first.text, 'passphrase__words"' in again.text) == (True, False)
    assert "もう一度は表示できません" in again.text
    assert (Comment.objects.count(), GuestKey.objects.count()) == (1, 1)
    assert "no-store" in first.headers["Cache-Control"]
    client.post(page_of(voice), data | {"body": "ほかのことば"})
    assert Comment.objects.count() == 2


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"leave_empty": "http://spam"}, "空にしました"),
        ({"opened": ""}, "画面を開いてから時間がたちました"),
        ({"nickname": "調布市役所"}, "市や職員と間違われる名前"),
        ({"consent": ""}, "同意が必要"),
        ({"body": ""}, "コメントを書いてください"),
        ({"body": "あ" * 1001}, "1文字多く"),
    ],
)
def test_what_a_machine_or_a_slip_sends_comes_back_filled(
    clock: Any, voice: Proposal, other: dict[str, Any], sentence: str
) -> None:
    client = Client()
    answer = client.post(page_of(voice), typed(client, page_of(voice), clock, **({"body": "消えない文"} | other)))
    assert (answer.status_code, sentence in answer.text, Comment.objects.count()) == (422, True, 0)
    assert other.get("body", "消えない文") in answer.text


def test_too_fast_too_many_and_personal_data(clock: Any, voice: Proposal) -> None:
    client = Client()
    data = typed(client, page_of(voice), clock)
    clock.shift(timedelta(seconds=-8))
    assert "早すぎました" in client.post(page_of(voice), data).text
    clock.shift(timedelta(seconds=8))
    RuleFactory(name="個人情報らしい文字列", kind="personal", words="", holds=False)
    asked = client.post(page_of(voice), data | {"body": "連絡は090-1234-5678へ"})
    assert (asked.status_code, "電話番号らしい文字列があります" in asked.text) == (422, True)
    for number in range(10):
        post(client, voice, clock, body=f"{number}つ目")
    refused = client.post(page_of(voice), typed(client, page_of(voice), clock, body="十一個目"))
    assert (refused.status_code, "1時間ほど" in refused.text, "十一個目" in refused.text) == (422, True, True)
    cache.clear()  # an hour by Valkey's own clock
    post(client, voice, clock, body="十一個目")


def test_rules_look_at_what_the_same_browser_wrote(clock: Any, voice: Proposal) -> None:
    RuleFactory(name="同じ文", kind=ModerationRule.Kind.REPEATED, words="", threshold=95, minutes=60)
    mine = Client()
    first, stranger = post(mine, voice, clock)[0], post(Client(), voice, clock)[0]
    again = post(mine, voice, clock)[0]
    assert (first.state, stranger.state, again.state) == (State.PUBLISHED, State.PUBLISHED, State.HELD)
    RuleFactory(name="他人と同じ", kind=ModerationRule.Kind.SAME_TEXT, words="", threshold=5, minutes=60, holds=True)
    assert post(Client(), voice, clock)[0].state == State.HELD


def test_a_restricted_browser_writes_nothing_and_objects_with_the_passphrase(clock: Any, voice: Proposal) -> None:
    client = Client()
    comment, words = post(client, voice, clock)
    restriction = Restriction.objects.create(
        guest=comment.guest_key.handle, kind="limited", article=6, reason="宣伝の繰り返し", starts_at=timezone.now()
    )
    refused = client.post(page_of(voice), typed(client, page_of(voice), clock))
    assert (refused.status_code, "宣伝の繰り返し" in refused.text, Comment.objects.count()) == (422, True, 1)
    open_it(client, comment.code, words)
    assert own(comment, "restriction/") in client.get(own(comment)).text
    client.post(own(comment, "restriction/"), {"words": "宣伝ではありません"})
    restriction.refresh_from_db()
    assert restriction.appeal == "宣伝ではありません"


def test_a_hidden_one_is_explained_appealed_once_and_its_browser_known_to_the_moderator(
    clock: Any, voice: Proposal, sign_in: SignIn
) -> None:
    client, moderator = Client(), make_moderator()
    (comment, words), (other, _other) = (post(client, voice, clock, body=body) for body in ("一つ目", "二つ目"))
    case = hidden(comment, moderator)
    hidden(other, moderator)
    desk = sign_in(moderator).get(f"/admin/consultations/moderationcase/{case.pk}/change/")
    assert len(desk.context["others"]) == 2
    assert desk.context["author_actions"] == [("非表示にした", 2)]
    assert f"?guest={comment.guest_key.handle}" in desk.text
    assert own(comment, "appeal/") not in client.get(own(comment)).text
    open_it(client, comment.code, words)
    assert "個人情報の保護" in client.get(own(comment)).text
    assert client.post(own(comment, "appeal/"), {"words": "名前はありません"}).headers["Location"] == own(comment)
    assert AuditEntry.objects.get(verb="appeal").actor_role == "guest"
    client.post(own(comment, "appeal/"), {"words": "もう一度"})
    assert case.decisions.get().appeal == "名前はありません"
    actions.decide(case=case, act=actions.RESTORE, by=moderator)
    assert "一つ目" in Client().get(voice.get_absolute_url()).text


def test_strangers_may_ask_to_take_it_down(clock: Any, voice: Proposal, sign_in: SignIn) -> None:
    comment, _words = post(Client(), voice, clock)
    opened = Client().get("/takedown/").context["form"].initial["opened"]
    clock.shift(timedelta(seconds=10))
    sent = {"address": comment.get_absolute_url(), "wish": "delete", "reason": "わたしの名前です", "opened": opened}
    assert Client().post("/takedown/", sent | {"submit_key": str(uuid.uuid4())}).status_code == 302
    assert comment.cases.get().trigger == "takedown"
    url = f"/proposals/{voice.code}/comments/{comment.pk}/report/"
    sign_in(UserFactory()).post(url, {"reason": "other", "text": ""})
    assert comment.reports.count() == 1


def test_nobody_opens_it_without_its_own_passphrase(clock: Any, voice: Proposal, sign_in: SignIn) -> None:
    comment, words = post(Client(), voice, clock)
    other, other_words = post(Client(), voice, clock, body="ほか")
    by_account = CommentFactory(proposal=voice, author=UserFactory())
    browser = Client()
    open_it(browser, comment.code, words)
    for page in ("", "withdraw/", "withdraw/undo/"):
        assert browser.get(own(other, page)).headers["Location"] == f"/guest/?code={other.code}"
        assert browser.get(own(by_account, page)).status_code == 302
    assert open_it(Client(), other.code, words).status_code == 422
    assert open_it(Client(), voice.code, words).status_code == 422
    for page in ("", "edit/", "withdraw/"):  # a comment's number is no proposal's
        assert browser.get(f"/proposals/{comment.code}/guest/{page}").headers["Location"].startswith("/guest/")
    browser.post(own(other, "withdraw/"))
    assert Comment.objects.filter(state=State.PUBLISHED).count() == 3
    assert not Comment.objects.get(pk=comment.pk).is_by(GuestKey.objects.get(comment=other))
    clock.shift(timedelta(hours=1))
    assert browser.get(own(comment)).status_code == 302
    assert other_words not in Client().get(voice.get_absolute_url()).text


def test_it_goes_into_an_account_and_the_passphrase_ends(clock: Any, voice: Proposal, sign_in: SignIn) -> None:
    comment, words = post(Client(), voice, clock)
    person = UserFactory()
    browser = sign_in(person)
    open_it(browser, comment.code, words)
    browser.post(own(comment, "attach/"))
    comment.refresh_from_db()
    assert (comment.author, GuestKey.objects.count()) == (person, 0)
    assert AuditEntry.objects.filter(verb="attach_guest_comment").count() == 1
    assert "木陰がもっと" in browser.get("/me/list/comments/").text
    assert open_it(Client(), comment.code, words).status_code == 422


def test_number_and_passphrase_are_mailed_once(clock: Any, voice: Proposal) -> None:
    client = Client()
    comment, words = post(client, voice, clock)
    for _time in range(2):
        answer = client.post(own(comment, "mail/"), {"email": "mina@example.jp", "passphrase": words})
        assert words in answer.text
    deliver_mail()
    assert len(mail.outbox) == 1
    body = mail.outbox[0].body
    assert (f"コメントの番号：{comment.code}" in body, f"/guest/?code={comment.code}" in body) == (True, True)


def test_words_that_go_take_their_key_along(clock: Any, voice: Proposal) -> None:
    comment, words = post(Client(), voice, clock)
    browser = Client()
    open_it(browser, comment.code, words)
    browser.post(own(comment, "withdraw/"))
    clock.shift(timedelta(days=366))
    assert actions.erase_withdrawn() == 1
    comment.refresh_from_db()
    assert (WORDS in comment.body, GuestKey.objects.count()) == (False, 0)
    assert open_it(Client(), comment.code, words).status_code == 422


def test_a_key_opens_one_text(voice: Proposal) -> None:
    comment = CommentFactory(proposal=voice)
    for both in ({}, {"proposal": voice, "comment": comment}):
        with pytest.raises(IntegrityError, match="guest_key_one_text"), transaction.atomic():
            GuestKey.objects.bulk_create([GuestKey(handle="a", passphrase="x", consent_version="1", **both)])
