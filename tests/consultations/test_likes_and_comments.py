"""イイネ！, comments, following and reporting; counters that agree with their rows whatever happens at once."""

import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.consultations import actions
from apps.consultations.models import (
    AbuseReport,
    ActionRefused,
    Comment,
    Follow,
    GuestLike,
    Like,
    ModerationCase,
    Proposal,
    State,
)
from apps.council.actions import state_challenge
from apps.council.models import Challenge
from apps.operations.models import Notification
from tests.accounts.factories import UserFactory
from tests.consultations.factories import CommentFactory, ConsultationFactory, ProposalFactory
from tests.consultations.moderation import RuleFactory
from tests.races import in_parallel

KEY = uuid.uuid4()


def consented(**fields: Any) -> Any:
    return UserFactory(consent_version="1", consented_at=timezone.now(), **fields)


def assert_counters_true() -> None:
    assert Proposal.recount() == 0


@pytest.mark.django_db
def test_like_is_on_or_off_however_often_it_is_pressed(sign_in: Callable[[Any], Client]) -> None:
    proposal, client = ProposalFactory(), sign_in(UserFactory())
    for wanted, count in (("1", 1), ("1", 1), ("0", 0), ("0", 0), ("1", 1)):
        client.post(f"/proposals/{proposal.code}/like/", {"wanted": wanted})
        proposal.refresh_from_db()
        assert proposal.like_count == count
    assert_counters_true()


@pytest.mark.django_db
def test_the_button_says_the_count_as_it_is_now(sign_in: Callable[[Any], Client]) -> None:
    """Also what others pressed since the page was loaded."""
    proposal, client = ProposalFactory(), sign_in(UserFactory())
    actions.set_like(user=UserFactory(), proposal=Proposal.objects.get(pk=proposal.pk), wanted=True)
    url, part = f"/proposals/{proposal.code}/like/", {"HX-Request": "true"}
    assert 'class="like__number">2</span>' in client.post(url, {"wanted": "1"}, headers=part).text
    assert 'class="like__number">1</span>' in client.post(url, {"wanted": "0"}, headers=part).text


@pytest.mark.django_db
def test_like_by_htmx_gives_the_button_back(sign_in: Callable[[Any], Client]) -> None:
    proposal = ProposalFactory()
    answer = sign_in(UserFactory()).post(
        f"/proposals/{proposal.code}/like/", {"wanted": "1"}, headers={"HX-Request": "true"}
    )
    assert 'aria-pressed="true"' in answer.text
    assert "<html" not in answer.text


@pytest.mark.django_db
def test_visitor_is_led_to_sign_in_and_back() -> None:
    proposal = ProposalFactory()
    answer = Client().post(f"/proposals/{proposal.code}/like/", {"wanted": "1"})
    assert answer.headers["Location"] == f"/accounts/login/?next=/proposals/{proposal.code}/"


@pytest.mark.django_db(transaction=True)
def test_two_hundred_people_at_once_are_counted_right() -> None:
    proposal = ProposalFactory()
    people = [UserFactory() for _number in range(200)]
    in_parallel(lambda number: actions.set_like(user=people[number], proposal=proposal, wanted=True) and None, 200)
    proposal.refresh_from_db()
    assert proposal.like_count == Like.objects.count() == 200


@pytest.mark.django_db(transaction=True)
def test_one_person_at_once_two_hundred_times_is_one_like() -> None:
    proposal, person = ProposalFactory(), UserFactory()
    in_parallel(lambda _number: actions.set_like(user=person, proposal=proposal, wanted=True) and None, 200)
    proposal.refresh_from_db()
    assert proposal.like_count == Like.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_counters_agree_after_a_thousand_random_acts_in_parallel() -> None:
    proposals = [ProposalFactory() for _number in range(5)]
    people = [consented() for _number in range(20)]

    def act(number: int) -> None:
        dice = random.Random(number)
        person, proposal = dice.choice(people), dice.choice(proposals)
        if dice.random() < 0.85:
            actions.set_like(user=person, proposal=proposal, wanted=dice.random() < 0.6)
            return
        own = Comment.objects.by_author(person).filter(state=State.PUBLISHED).first()
        if own and dice.random() < 0.5:
            actions.withdraw_comment(comment=own, by=person)
        elif Comment.objects.by_author(person).count() < 20:
            author = actions.AccountAuthor(person)
            actions.post_comment(proposal=proposal, author=author, body=f"{number}", submit_key=uuid.uuid4())

    in_parallel(act, 1000)
    assert_counters_true()
    assert Like.objects.exists()
    assert Comment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_posts_at_once_with_one_submit_key_make_one_proposal() -> None:
    asked, person, key = ConsultationFactory(), consented(), uuid.uuid4()
    question, author = asked.questions.get(), actions.AccountAuthor(person)
    in_parallel(
        lambda _n: actions.post_proposal(question=question, author=author, body="一つだけ", submit_key=key) and None, 20
    )
    assert Proposal.objects.count() == 1


@pytest.mark.django_db
def test_recount_finds_and_mends_a_wrong_counter() -> None:
    proposal = ProposalFactory()
    Proposal.objects.filter(pk=proposal.pk).update(like_count=7)
    assert Proposal.recount() == 1
    proposal.refresh_from_db()
    assert proposal.like_count == 0


@pytest.mark.django_db
def test_imported_likes_stand_beside_live_ones_and_sorting_uses_the_sum() -> None:
    asked = ConsultationFactory(slug="old")
    day = timezone.datetime(2025, 11, 10).date()
    old = {"channel": "legacy", "imported_like_count": 7, "imported_likes_on": day}
    ProposalFactory(consultation=asked, body="移行した声", **old)
    eight = ProposalFactory(consultation=asked, body="新しい声")
    for _number in range(8):
        actions.set_like(user=UserFactory(), proposal=eight, wanted=True)
    imported = Proposal.objects.get(body="移行した声")
    for _number in range(2):
        actions.set_like(user=UserFactory(), proposal=imported, wanted=True)
    page = Client().get("/consultations/old/?sort=liked").text
    assert page.index("移行した声") < page.index("新しい声")
    assert "旧Liqlid 令和7年11月10日時点" in page
    assert "＋2" in page


@pytest.mark.django_db
def test_comment_reply_and_notifications(sign_in: Callable[[Any], Client]) -> None:
    author, first, second = consented(), consented(nickname="布田の住民"), consented()
    proposal = ProposalFactory(author=author)
    sign_in(first).post(
        f"/proposals/{proposal.code}/comments/", {"body": "よい案です", "name": "nickname", "submit_key": uuid.uuid4()}
    )
    comment = Comment.objects.get()
    sign_in(second).post(
        f"/proposals/{proposal.code}/comments/",
        {"body": "そうですね", "name": "anonymous", "submit_key": uuid.uuid4(), "parent": comment.pk},
    )
    page = Client().get(proposal.get_absolute_url()).text
    assert page.index("よい案です") < page.index("そうですね")
    assert "布田の住民" in page
    told = {(n.recipient_id, n.kind) for n in Notification.objects.all()}
    assert told == {(author.pk, "comment"), (first.pk, "comment")}
    proposal.refresh_from_db()
    assert proposal.comment_count == 2


@pytest.mark.django_db
def test_a_reply_has_no_replies(sign_in: Callable[[Any], Client]) -> None:
    proposal = ProposalFactory()
    reply = CommentFactory(proposal=proposal, parent=CommentFactory(proposal=proposal))
    answer = sign_in(consented()).post(
        f"/proposals/{proposal.code}/comments/",
        {"body": "三段目", "name": "anonymous", "submit_key": uuid.uuid4(), "parent": reply.pk},
    )
    assert answer.status_code == 404
    assert not Comment.objects.filter(body="三段目").exists()


@pytest.mark.django_db
def test_too_long_comment_comes_back(sign_in: Callable[[Any], Client]) -> None:
    proposal = ProposalFactory()
    answer = sign_in(consented()).post(
        f"/proposals/{proposal.code}/comments/", {"body": "あ" * 1001, "name": "anonymous", "submit_key": uuid.uuid4()}
    )
    assert answer.status_code == 422
    assert "1文字多くなっています" in answer.text
    assert "あ" * 1001 in answer.text


@pytest.mark.django_db
def test_a_comment_with_personal_data_is_asked_about_once(sign_in: Callable[[Any], Client]) -> None:
    RuleFactory(name="個人情報らしい文字列", kind="personal", words="", holds=False)
    client, url = sign_in(consented()), f"/proposals/{ProposalFactory().code}/comments/"
    typed = {"body": "くわしくは 042-481-7111 まで", "name": "anonymous", "submit_key": uuid.uuid4()}
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert "電話番号らしい文字列があります" in answer.text
    assert typed["body"] in answer.text
    assert not Comment.objects.exists()
    typed |= {"hinted": answer.context["form"]["hinted"].value()}
    other = client.post(url, typed | {"body": "それより 090-1234-5678 まで"})
    assert other.status_code == 422, "other words are asked about again"
    assert client.post(url, typed).status_code == 302
    assert Comment.objects.get().body == typed["body"]


@pytest.mark.django_db
def test_an_edit_with_personal_data_is_asked_about_once(sign_in: Callable[[Any], Client]) -> None:
    RuleFactory(name="個人情報らしい文字列", kind="personal", words="", holds=False)
    author = consented()
    proposal = ProposalFactory(author=author)
    client, url = sign_in(author), f"/proposals/{proposal.code}/edit/"
    typed = {"title": "電話は 042-481-7111", "body": "ベンチがほしい"}
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert "電話番号らしい文字列があります" in answer.text
    client.post(url, typed | {"hinted": answer.context["form"]["hinted"].value()})
    proposal.refresh_from_db()
    assert proposal.title == typed["title"]


@pytest.mark.django_db
def test_withdrawn_comment_leaves_a_placeholder(sign_in: Callable[[Any], Client]) -> None:
    person, proposal = consented(), ProposalFactory()
    comment, _new, _passphrase = actions.post_comment(
        proposal=proposal, author=actions.AccountAuthor(person), body="やっぱりやめる", submit_key=uuid.uuid4()
    )
    sign_in(person).post(f"/proposals/{proposal.code}/comments/{comment.pk}/withdraw/")
    page = Client().get(proposal.get_absolute_url()).text
    assert "やっぱりやめる" not in page
    assert "書いた人が取り下げました" in page
    assert "コメント（0件）" in page


@pytest.mark.django_db
def test_comments_newest_first(sign_in: Callable[[Any], Client]) -> None:
    proposal = ProposalFactory()
    for body in ("一番目", "二番目"):
        CommentFactory(proposal=proposal, body=body)
    old = Client().get(proposal.get_absolute_url()).text
    new = Client().get(f"{proposal.get_absolute_url()}?order=new").text
    assert old.index("一番目") < old.index("二番目")
    assert new.index("二番目") < new.index("一番目")


@pytest.mark.django_db
def test_follow_and_stop(sign_in: Callable[[Any], Client]) -> None:
    asked, client = ConsultationFactory(slug="follow-me"), sign_in(UserFactory())
    client.post("/consultations/follow-me/follow/", {"wanted": "1"})
    client.post("/consultations/follow-me/follow/", {"wanted": "1"})
    assert Follow.objects.get().consultation == asked
    client.post("/consultations/follow-me/follow/", {"wanted": "0"})
    assert not Follow.objects.exists()


@pytest.mark.django_db
def test_report_opens_one_case_and_hides_nothing(sign_in: Callable[[Any], Client]) -> None:
    proposal = ProposalFactory()
    for _number in range(3):
        person = sign_in(UserFactory())
        for _press in range(2):
            person.post(f"/proposals/{proposal.code}/report/", {"reason": "insult", "text": ""})
    assert AbuseReport.objects.count() == 3
    assert ModerationCase.objects.count() == 1
    assert Client().get(proposal.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_open_redirects_are_refused(sign_in: Callable[[Any], Client]) -> None:
    proposal, client = ProposalFactory(), sign_in(UserFactory())
    for wanted in ("//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)"):
        answer = client.post(f"/proposals/{proposal.code}/like/", {"wanted": "1", "next": wanted})
        assert answer.headers["Location"] == proposal.get_absolute_url()


@pytest.mark.django_db(transaction=True)
def test_like_and_unlike_at_once_never_fail_and_count_right() -> None:
    proposal, person = ProposalFactory(), UserFactory()
    in_parallel(lambda n: actions.set_like(user=person, proposal=proposal, wanted=n % 16 < 8) and None, 400)
    assert_counters_true()


@pytest.mark.django_db(transaction=True)
def test_the_rows_of_likes_and_follows_take_on_and_off_at_once() -> None:
    proposal, person = ProposalFactory(consultation__allows_guests=True), UserFactory()
    for turn in (
        lambda on: Like.objects.set(user=person, proposal=proposal, wanted=on),
        lambda on: GuestLike.objects.set(handle="a" * 64, proposal=proposal, wanted=on),
        lambda on: Follow.objects.set(user=person, consultation=proposal.consultation, wanted=on),
    ):
        in_parallel(lambda n, turn=turn: turn(n % 16 < 8), 400)
    assert_counters_true()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["proposals", "comments", "reports", "challenges"])
def test_the_hourly_limit_holds_for_what_is_sent_at_once(kind: str) -> None:
    person, voice = consented(), ProposalFactory()
    others = [ProposalFactory(consultation=voice.consultation) for _number in range(40)]
    own = ProposalFactory(author=person, consultation=voice.consultation, published_at=timezone.now())
    Proposal.objects.filter(pk=own.pk).update(created_at=timezone.now() - timedelta(hours=2))
    question, author = voice.consultation.questions.get(), actions.AccountAuthor(person)
    send: dict[str, Callable[[int], Any]] = {
        "proposals": lambda n: actions.post_proposal(question=question, author=author, body=f"{n}", submit_key=KEY),
        "comments": lambda n: actions.post_comment(proposal=voice, author=author, body=f"{n}", submit_key=KEY),
        "reports": lambda n: actions.report(text=others[n], by=person, reason="other"),
        "challenges": lambda n: state_challenge(by=person, proposal=own, title=f"{n}", body="文", submit_key=KEY),
    }

    def act(number: int) -> None:
        with suppress(ActionRefused):
            send[kind](number)

    in_parallel(act, 40)
    counts = {
        "proposals": (Proposal.objects.by_author(person).count() - 1, 10),
        "comments": (Comment.objects.by_author(person).count(), 30),
        "reports": (AbuseReport.objects.by_user(person).count(), 30),
        "challenges": (Challenge.objects.written_by_person(person).count(), 10),
    }
    assert counts[kind][0] == counts[kind][1]


@pytest.mark.django_db(transaction=True)
def test_a_text_is_hidden_by_the_last_of_the_reports_that_come_at_once() -> None:
    for _turn in range(5):
        voice = ProposalFactory(consultation__hides_after_reports=4)
        people = [UserFactory() for _number in range(4)]
        in_parallel(
            lambda n, voice=voice, people=people: actions.report(text=voice, by=people[n], reason="other") and None,
            4,
            4,
        )
        voice.refresh_from_db()
        assert voice.state == State.HIDDEN
