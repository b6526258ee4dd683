"""Who withdrew a text undoes that within ten minutes: it stands as it stood, is counted again, and nobody is told twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Restricted, Restriction
from apps.consultations import actions
from apps.consultations.models import ActionRefused, Comment, Consultation, GuestKey, ModerationCase, Proposal, State
from apps.operations.models import AuditEntry, Notification
from tests.accounts.factories import UserFactory, make_moderator
from tests.consultations.factories import ProposalFactory
from tests.consultations.moderation import comment_on, propose
from tests.consultations.test_guest import asked, clock, open_it, post

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
__all__ = ["asked", "clock"]
TEN = timedelta(minutes=10)


@pytest.fixture
def person() -> Any:
    return UserFactory()


@pytest.fixture
def text(asked: Consultation, person: Any) -> Proposal:
    return propose(asked, person, "木陰をふやしてほしい")


def test_a_proposal_stands_again_as_it_stood(clock: Any, text: Proposal, person: Any, sign_in: SignIn) -> None:
    reader = UserFactory()
    actions.set_like(user=reader, proposal=text, wanted=True)
    comment_on(text, reader, "賛成です")
    client, page = sign_in(person), text.get_absolute_url()
    published_at, told = text.published_at, Notification.objects.count()
    withdrawn = client.post(f"{page}withdraw/", follow=True).content.decode()
    assert ("10分以内なら元に戻せます" in withdrawn, "元に戻す" in withdrawn) == (True, True)
    assert Client().get(page).status_code == 410
    clock.shift(TEN - timedelta(seconds=1))
    restored = client.post(f"{page}withdraw/undo/", follow=True).content.decode()
    assert f"{text.code} を元に戻しました。" in restored
    text.refresh_from_db()
    assert (text.state, text.published_at) == (State.PUBLISHED, published_at)
    assert (text.like_count, text.comment_count) == (1, 1)
    assert Proposal.recount() == 0
    assert Client().get(page).status_code == 200
    assert Notification.objects.count() == told
    entry = AuditEntry.objects.for_target(text).get(verb="undo_withdrawal")
    assert (entry.actor_id, entry.facts) == (person.pk, {"after": "published"})


def test_after_ten_minutes_it_stays_withdrawn(clock: Any, text: Proposal, person: Any, sign_in: SignIn) -> None:
    client, page = sign_in(person), text.get_absolute_url()
    client.post(f"{page}withdraw/")
    clock.shift(TEN)
    assert "元に戻す" not in client.get(page).content.decode()
    assert "10分以内です" in client.post(f"{page}withdraw/undo/", follow=True).content.decode()
    assert Client().get(page).status_code == 410


def test_a_held_text_waits_again_in_its_case(clock: Any, asked: Consultation, person: Any) -> None:
    asked.holds_all = True
    asked.save()
    held = propose(asked, person, "確かめを待つ文")
    waiting = ModerationCase.objects.waiting()
    assert (held.state, waiting.count()) == (State.HELD, 1)
    held = actions.withdraw_proposal(proposal=held, by=person)
    assert not waiting.all().exists()
    held = actions.undo_withdrawal(text=held, by=person)
    assert (held.state, held.published_at, waiting.all().count()) == (State.HELD, None, 1)


def test_a_comment_counts_again_and_its_reader_is_told_once(clock: Any, text: Proposal, sign_in: SignIn) -> None:
    writer = UserFactory()
    comment = comment_on(text, writer, "賛成です")
    told = list(Notification.objects.values_list("pk", "renewed_at"))
    client, path = sign_in(writer), f"{text.get_absolute_url()}comments/{comment.pk}/"
    page = client.post(f"{path}withdraw/", follow=True).content.decode()
    assert "10分以内なら元に戻せます" in page
    text.refresh_from_db()
    assert text.comment_count == 0
    page = client.post(f"{path}withdraw/undo/", follow=True).content.decode()
    assert ("コメントを元に戻しました。" in page, "賛成です" in page) == (True, True)
    text.refresh_from_db()
    assert (text.comment_count, Proposal.recount()) == (1, 0)
    assert list(Notification.objects.values_list("pk", "renewed_at")) == told


def test_a_guest_undoes_it_with_the_passphrase(clock: Any, asked: Consultation) -> None:
    client = Client()
    code, words = post(client, asked, clock)
    open_it(client, code, words)
    page = client.post(f"/proposals/{code}/guest/withdraw/", follow=True).content.decode()
    assert "10分以内なら元に戻せます" in page
    assert Client().post(f"/proposals/{code}/guest/withdraw/undo/").headers["Location"] == f"/guest/?code={code}"
    assert Proposal.objects.get().state == State.WITHDRAWN
    client.post(f"/proposals/{code}/guest/withdraw/undo/")
    assert Proposal.objects.get().state == State.PUBLISHED
    assert AuditEntry.objects.get(verb="undo_withdrawal").actor_role == "guest"
    Restriction.objects.create(guest=GuestKey.objects.get().handle, kind="limited", reason="x", article=3)
    client.post(f"/proposals/{code}/guest/withdraw/")
    assert client.post(f"/proposals/{code}/guest/withdraw/undo/").status_code == 403


def test_only_its_author_and_only_while_moderation_is_silent(clock: Any, text: Proposal, person: Any) -> None:
    text = actions.withdraw_proposal(proposal=text, by=person)
    with pytest.raises(ActionRefused, match="ご自分の"):
        actions.undo_withdrawal(text=text, by=UserFactory())
    text = actions.undo_withdrawal(text=text, by=person)
    assert actions.undo_withdrawal(text=text, by=person).state == State.PUBLISHED, "a second press changes nothing"
    assert AuditEntry.objects.filter(verb="undo_withdrawal").count() == 1
    moderator = make_moderator()
    case = actions.open_case(text=text, by=moderator)
    text = actions.withdraw_proposal(proposal=text, by=person)
    clock.shift(timedelta(minutes=1))
    actions.redact(case=case, part="木陰", by=moderator)
    with pytest.raises(ActionRefused, match="市が判断した"):
        actions.undo_withdrawal(text=text, by=person)


def test_a_restricted_person_and_one_who_left_undo_nothing(clock: Any, text: Proposal, person: Any) -> None:
    text = actions.withdraw_proposal(proposal=text, by=person)
    Restriction.objects.create(user=person, kind="limited", reason="x", article=3)
    with pytest.raises(Restricted):
        actions.undo_withdrawal(text=text, by=person)
    assert Proposal.objects.get(pk=text.pk).state == State.WITHDRAWN


def test_what_was_never_withdrawn_by_its_author_is_not_put_back(person: Any) -> None:
    """A batch that the city took back, and texts withdrawn by leaving, have no button."""
    text = ProposalFactory(author=person)
    Proposal.objects.filter(pk=text.pk).withdraw_all()
    with pytest.raises(ActionRefused, match="10分以内"):
        actions.undo_withdrawal(text=text, by=person)
    assert not Comment.objects.exists()
