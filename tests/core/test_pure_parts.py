"""A part that is kept is the part: another row, reader, language or day makes another one, and the same makes the same."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template import Context
from django.test import Client
from django.utils import timezone, translation

from apps.consultations.models import Consultation, Proposal, Tag
from apps.consultations.services.stations import with_stations
from apps.consultations.templatetags import cards
from apps.core import pure_parts
from tests.accounts.factories import UserFactory
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    pure_parts.forget()


class Reader:
    """A request, as far as a card asks for it."""

    method, COOKIES, META = "GET", {}, {}


def row(pk: int, user: Any = None) -> Any:
    rows = Proposal.objects.for_lists().with_liked_by(user or type("Nobody", (), {"is_authenticated": False})(), "")
    return with_stations(rows).get(pk=pk)


def card(pk: int, user: Any = None, **choices: bool) -> str:
    reader = user or type("Nobody", (), {"is_authenticated": False})()
    return str(cards.proposal_card(Context({"user": reader, "request": Reader()}), row(pk, user), **choices))


def test_whatever_is_loaded_with_a_row_and_shown_makes_another_card() -> None:
    proposal, reader = ProposalFactory(title="題", body="木陰"), UserFactory()
    tag = Tag.objects.create(name="水辺", is_approved=True)
    rows, theme = Proposal.objects.filter(pk=proposal.pk), Consultation.objects.filter(pk=proposal.consultation_id)
    seen = [card(proposal.pk)]
    for change in (
        lambda: rows.update(title="別の題"),
        lambda: rows.update(body="日なた"),
        lambda: rows.update(like_count=7),
        lambda: rows.update(guest_like_count=2),
        lambda: rows.update(comment_count=3),
        lambda: rows.update(public_name="川べり"),
        lambda: rows.update(edited_at=timezone.now()),
        lambda: rows.update(channel="paper"),
        lambda: proposal.tags.add(tag),
        lambda: theme.update(answered_at=timezone.now(), answer="反映します。"),
    ):
        change()
        seen.append(card(proposal.pk))
        assert seen[-1] == card(proposal.pk)
    assert len(set(seen)) == len(seen)
    theme.update(title="別のテーマ")
    assert "別のテーマ" in card(proposal.pk, show_consultation=True)
    assert len({card(proposal.pk), card(proposal.pk, show_like=False), card(proposal.pk, show_stations=False)}) == 3
    with translation.override("en"):
        assert card(proposal.pk) not in seen
    assert "イイネ！しました" in card(proposal.pk, reader) or card(proposal.pk, reader)


def test_a_kept_card_is_what_the_template_draws_and_costs_no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    proposal: Any = ProposalFactory()
    first = card(proposal.pk)
    monkeypatch.setattr(cards, "get_template", lambda _name: pytest.fail("drawn again"))
    assert card(proposal.pk) == first


def test_each_reader_gets_the_token_of_their_own(sign_in: Any) -> None:
    proposal: Any = ProposalFactory()
    page = proposal.consultation.get_absolute_url()
    pages = [client.get(page).text for client in (sign_in(UserFactory()), sign_in(UserFactory()), Client())]
    assert all(cards.TOKEN not in text for text in pages)
    tokens = [{part.partition('"')[0] for part in text.split('csrfmiddlewaretoken" value="')[1:]} for text in pages]
    assert tokens[0]
    assert tokens[1]
    assert not tokens[0] & tokens[1]
    assert not tokens[2]


def test_a_part_that_asks_the_database_is_not_kept() -> None:
    numbers = iter("ab")

    def draw() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM consultations_proposal")
        return next(numbers)

    assert [pure_parts.kept_part("x", draw, 1), pure_parts.kept_part("x", draw, 1)] == ["a", "b"]


def test_a_value_of_which_nothing_says_when_it_is_another_is_not_kept() -> None:
    numbers = iter("ab")
    assert [pure_parts.kept_part("x", lambda: next(numbers), object()) for _again in range(2)] == ["a", "b"]


def test_a_moment_that_passes_makes_another_part(frozen_clock: Any) -> None:
    theme, numbers = ConsultationFactory(closes_at=timezone.now() + timedelta(minutes=5)), iter("abc")
    shown = [pure_parts.kept_part("x", lambda: next(numbers), theme) for _again in range(2)]
    frozen_clock.shift(301)
    shown.append(pure_parts.kept_part("x", lambda: next(numbers), theme))
    frozen_clock.shift(24 * 3600)
    shown.append(pure_parts.kept_part("x", lambda: next(numbers), theme))
    assert shown == ["a", "a", "b", "c"]
