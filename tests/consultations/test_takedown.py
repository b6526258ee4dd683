"""削除・訂正の申出: for everyone, without account; programs and floods are stopped, nothing typed is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.consultations import actions
from apps.consultations.models import Comment, ModerationCase, Proposal, State, TakedownRequest
from apps.consultations.tasks import forget_applicant_emails
from apps.core.honeypot import stamp
from apps.operations.models import Outbox
from tests.accounts.factories import UserFactory, make_moderator
from tests.consultations.factories import CommentFactory, ProposalFactory
from tests.consultations.moderation import ArticleFactory

pytestmark = pytest.mark.django_db


def request(client: Client, text: Any, *, seconds: float = 10, opened: str | None = None, **typed: Any) -> Any:
    """Open the page, wait, send."""
    address = text if isinstance(text, str) else text.get_absolute_url()
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds), tick=False):
        made = stamp()
    data = {"submit_key": uuid4(), "address": address, "wish": "delete", "reason": "わたしの名前です",
            "email": "who@example.com", "leave_empty": "", "opened": made if opened is None else opened}  # fmt: skip
    return client.post("/takedown/", data | typed)


def test_a_request_opens_a_case_and_is_answered_by_mail(client: Client) -> None:
    text = ProposalFactory()
    answer = request(client, f"http://localhost:8000/proposals/{text.code.lower()}/?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "/takedown/done/")
    case = ModerationCase.objects.get()
    assert (case.trigger, case.proposal) == ("takedown", text)
    actions.decide(case=case, act=actions.HIDE, by=make_moderator(), article=ArticleFactory())
    letter = Outbox.objects.get(to="who@example.com")
    assert "表示していません" in letter.body
    assert "第2条" in letter.body
    assert text.body not in letter.body
    assert TakedownRequest.objects.get().answered_at is not None


def test_without_address_there_is_no_mail_and_no_error(client: Client) -> None:
    request(client, ProposalFactory(author=None), email="")
    actions.decide(case=ModerationCase.objects.get(), act=actions.APPROVE, by=make_moderator())
    assert not Outbox.objects.exists()


def test_a_comment_is_named_by_its_address(client: Client) -> None:
    comment = CommentFactory()
    request(client, comment)
    assert ModerationCase.objects.get().comment == comment


def test_a_comment_is_named_by_its_number(client: Client) -> None:
    comment = CommentFactory()
    request(client, comment.code.lower().replace("-", "ー"))
    assert ModerationCase.objects.get().comment == comment


def test_a_request_sent_twice_is_one_also_after_the_decision(client: Client) -> None:
    text, key = ProposalFactory(), uuid4()
    for _press in range(2):
        assert request(client, text, submit_key=key).status_code == 302
    assert TakedownRequest.objects.count() == 1
    actions.decide(case=ModerationCase.objects.get(), act=actions.APPROVE, by=make_moderator())
    request(client, text, submit_key=key)
    assert (TakedownRequest.objects.count(), ModerationCase.objects.count()) == (1, 1)
    request(client, text, submit_key=key, reason="写真もわたしのものです")
    assert TakedownRequest.objects.count() == 2, "other words are another request"


def test_a_broken_submit_key_is_refused(client: Client) -> None:
    assert request(client, ProposalFactory(), submit_key="1").status_code == 422
    assert not TakedownRequest.objects.exists()


def hide_it() -> Any:
    return ProposalFactory(state=State.HIDDEN)


def hold_it() -> Any:
    return ProposalFactory(state=State.HELD, published_at=None)


def comment_elsewhere() -> Any:
    other = CommentFactory()
    return f"{ProposalFactory().get_absolute_url()}#comment-{other.pk}"


@pytest.mark.parametrize(
    "make", [hide_it, hold_it, comment_elsewhere, lambda: "C99-9999", lambda: "こんにちは", lambda: "c26-" + "9" * 200]
)
def test_only_what_everyone_sees_can_be_named(client: Client, make: Callable[[], Any]) -> None:
    answer = request(client, make())
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "公開中の投稿が見つかりませんでした" in html
    assert "わたしの名前です" in html
    assert "who@example.com" in html
    assert not ModerationCase.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "typed", "sentence"),
    [
        (1, {}, "早すぎました"),
        (25 * 3600, {}, "時間がたちました"),
        (-60, {}, "時間がたちました"),
        (10, {"opened": "forged"}, "時間がたちました"),
        (10, {"opened": ""}, "時間がたちました"),
        (10, {"leave_empty": "https://spam.example"}, "空にしました"),
        (10, {"reason": ""}, "理由を書いてください"),
        (10, {"reason": "a\x1bb"}, "使えない文字"),
        (10, {"wish": "burn"}, "選択"),
        (10, {"email": "who"}, "メールアドレスの形"),
    ],
)
def test_what_is_refused_says_why(client: Client, seconds: float, typed: dict[str, str], sentence: str) -> None:
    answer = request(client, ProposalFactory(), seconds=seconds, **typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not TakedownRequest.objects.exists()


def test_a_page_that_was_open_too_long_can_be_sent_again(client: Client) -> None:
    text, now = ProposalFactory(), timezone.now()
    answer = request(client, text, seconds=25 * 3600)
    again = answer.context["form"]["opened"].value()
    with time_machine.travel(now + timedelta(seconds=30), tick=False):
        assert request(client, text, opened=again).status_code == 302


def test_a_flood_from_one_address_is_stopped(client: Client) -> None:
    text = ProposalFactory()
    answers = [request(client, text).status_code for _n in range(22)]
    assert answers.count(302) == 20
    assert answers[-1] == 429
    assert TakedownRequest.objects.count() == 20


def test_the_page_names_the_text_it_was_opened_from(client: Client) -> None:
    assert 'value="C26-0001"' in client.get("/takedown/?text=C26-0001").content.decode()
    assert client.get("/takedown/?text=%00").status_code == 200
    html = client.get("/takedown/", {"text": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in html


def test_the_applicants_address_is_forgotten_a_month_after_the_answer(client: Client) -> None:
    request(client, ProposalFactory())
    actions.decide(case=ModerationCase.objects.get(), act=actions.APPROVE, by=make_moderator())
    assert forget_applicant_emails() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert forget_applicant_emails() == 1
    assert TakedownRequest.objects.get().email == ""


def test_a_request_about_a_reported_text_joins_its_case(client: Client) -> None:
    text = ProposalFactory()
    actions.report(text=text, by=UserFactory(), reason="personal")
    request(client, text)
    assert ModerationCase.objects.count() == 1
    assert (Proposal.objects.count(), Comment.objects.count()) == (1, 0)
