"""完全削除: one person asks, another one confirms; it is seen where it waits, and both are told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.consultations import actions
from apps.consultations.models import ActionRefused, ErasureRequest, ModerationCase, Proposal, State
from apps.consultations.models.base import ERASED
from apps.operations.models import AuditEntry, Outbox
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import ConsultationFactory
from tests.consultations.moderation import ArticleFactory, propose

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
REASON = "裁判所の決定による"


@pytest.fixture
def text() -> Proposal:
    return propose(ConsultationFactory(), UserFactory(), "持っていてはいけないことば")


@pytest.fixture
def case(text: Proposal) -> ModerationCase:
    return actions.open_case(text=text, by=make_moderator())


def page(case: ModerationCase) -> str:
    return f"/admin/consultations/moderationcase/{case.pk}/"


def ask(case: ModerationCase, by: Any) -> ErasureRequest:
    return actions.request_erasure(case=case, by=by, article=ArticleFactory(), reason=REASON)


def test_whoever_asks_cannot_confirm_and_somebody_else_can(
    case: ModerationCase, text: Proposal, sign_in: SignIn
) -> None:
    first, second = make_moderator(), make_secretariat()
    client = sign_in(first)
    unsure = client.post(f"{page(case)}erase/", {"article": ArticleFactory().pk, "reason": REASON})
    assert (unsure.status_code, "チェックを入れて" in unsure.text) == (422, True)
    typed = {"article": ArticleFactory().pk, "reason": REASON, "sure": "on"}
    asked = client.post(f"{page(case)}erase/", typed, follow=True)
    assert "完全な削除を頼みました" in asked.text
    assert "確認した。完全に削除する" not in asked.text
    text.refresh_from_db()
    assert (text.state, text.body) == (State.HIDDEN, "持っていてはいけないことば")
    own = client.post(f"{page(case)}erase/confirm/", follow=True)
    assert "頼んだ人とは別の人が確認します" in own.text
    assert Proposal.objects.get(pk=text.pk).erased_at is None
    other = sign_in(second)
    assert "確認した。完全に削除する" in other.get(f"{page(case)}change/").text
    other.post(f"{page(case)}erase/confirm/")
    text.refresh_from_db()
    assert text.body == ERASED
    request = ErasureRequest.objects.get()
    assert (request.outcome, request.asked_by, request.settled_by) == ("confirmed", first, second)
    verbs = list(AuditEntry.objects.for_target(text).values_list("verb", "actor_id"))
    assert verbs[:4] == [
        ("erase_reason", second.pk),
        ("erase", second.pk),
        ("ask_erasure", first.pk),
        ("hide", first.pk),
    ]


def test_it_is_seen_where_it_waits_and_everybody_who_could_confirm_is_written_to(
    case: ModerationCase, sign_in: SignIn
) -> None:
    first, second, third = make_moderator(), make_moderator(), make_secretariat()
    ask(case, first)
    letters = Outbox.objects.filter(key__startswith="erasure:")
    assert {letter.to for letter in letters} >= {second.email, third.email}
    assert first.email not in {letter.to for letter in letters}
    assert all("ことば" not in letter.body and REASON not in letter.body for letter in letters)
    client = sign_in(second)
    for address in ("/admin/consultations/moderationcase/", "/admin/consultations/moderationcase/?trigger=erasure"):
        assert "完全削除の確認待ち</strong>" in client.get(address).text
    assert "完全削除の確認待ち" in client.get("/admin/").text
    reader = sign_in(make_staff(case.consultation.department)).get(f"{page(case)}change/")
    assert "完全削除の確認を待っています" in reader.text
    assert "erase/confirm" not in reader.text


def test_declined_it_stays_hidden_and_the_asker_is_told(case: ModerationCase, text: Proposal, sign_in: SignIn) -> None:
    first = make_moderator()
    ask(case, first)
    answer = sign_in(make_moderator()).post(f"{page(case)}erase/decline/", follow=True)
    assert "完全削除は行いません" in answer.text
    text.refresh_from_db()
    case.refresh_from_db()
    assert (text.state, text.erased_at, case.closed_at) == (State.HIDDEN, None, None)
    assert ErasureRequest.objects.get().outcome == "declined"
    assert Outbox.objects.get(key__startswith="erasure-settled:").to == first.email


@pytest.mark.parametrize("otherwise", ["restore", "undo", "hide"])
def test_whoever_decides_otherwise_has_declined(case: ModerationCase, text: Proposal, otherwise: str) -> None:
    ask(case, make_moderator())
    if otherwise == "undo":
        actions.undo(case=case, by=make_moderator())
    else:
        actions.decide(case=case, act=otherwise, by=make_moderator(), article=ArticleFactory())
    assert ErasureRequest.objects.get().outcome == "declined"
    text.refresh_from_db()
    assert text.state == (State.HIDDEN if otherwise == "hide" else State.PUBLISHED)


def test_it_is_asked_once_and_the_asker_may_take_it_back(case: ModerationCase) -> None:
    first = make_moderator()
    request = ask(case, first)
    with pytest.raises(ActionRefused, match="すでに"):
        ask(case, make_moderator())
    actions.decline_erasure(request=request, by=first)
    assert not Outbox.objects.filter(key__startswith="erasure-settled:").exists()
    with pytest.raises(ActionRefused, match="決まっています"):
        actions.confirm_erasure(request=request, by=make_moderator())
    ask(case, first)


def test_a_case_that_was_closed_waits_again(case: ModerationCase) -> None:
    actions.decide(case=case, act=actions.HIDE, by=make_moderator(), article=ArticleFactory())
    ask(case, make_moderator())
    case.refresh_from_db()
    assert ModerationCase.objects.waiting().asked_to_erase().get() == case


def test_the_database_knows_that_they_are_two(case: ModerationCase) -> None:
    one = make_moderator()
    request = ask(case, one)
    with pytest.raises(IntegrityError, match="erasure_request_two_people"), transaction.atomic():
        ErasureRequest.objects.filter(pk=request.pk).update(
            outcome="confirmed", settled_by=one, settled_at=timezone.now()
        )
    with pytest.raises(IntegrityError, match="erasure_request_once"), transaction.atomic():
        ErasureRequest.objects.create(case=case, article=ArticleFactory(), reason=REASON, asked_by=one)
