"""The kept numbers of public proposals are those that one would count, whoever changes them and however many at once."""

from collections import Counter
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from apps.consultations import actions
from apps.consultations.models import Consultation, Proposal, ProposalCount, State
from apps.page_cache.stamps import read_stamp
from tests.accounts.factories import UserFactory, make_moderator
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.consultations.moderation import ArticleFactory

pytestmark = pytest.mark.django_db


def kept() -> dict[tuple[int, str], int]:
    rows: Counter[tuple[int, str]] = Counter()
    for question, channel, n in ProposalCount.objects.values_list("question", "channel", "n"):
        rows[question, channel] += n
    return {key: n for key, n in rows.items() if n}


def counted() -> dict[tuple[int, str], int]:
    return dict(Counter(Proposal.objects.filter(state=State.PUBLISHED).values_list("question", "channel")))


def assert_right() -> None:
    assert kept() == counted()


def test_every_way_to_change_a_proposal_keeps_the_number() -> None:
    voices = [ProposalFactory(author=UserFactory()) for _n in range(3)]
    assert_right()
    author = UserFactory()
    own = ProposalFactory(author=author, question=voices[0].question, consultation=voices[0].consultation)
    assert_right()
    actions.set_like(user=UserFactory(), proposal=own, wanted=True)
    assert_right()
    moderator, article = make_moderator(), ArticleFactory()
    case = actions.open_case(text=own, by=moderator, detail="見本")
    actions.decide(case=case, act=actions.HIDE, by=moderator, article=article)
    assert_right()
    actions.undo(case=case, by=moderator)
    assert_right()
    Proposal.objects.update(channel="paper")
    assert_right()
    Proposal.objects.filter(pk=voices[1].pk).update(state=State.HELD)
    assert_right()
    Proposal.objects.all().withdraw_all()
    assert (kept(), counted()) == ({}, {})


def test_a_change_that_is_taken_back_counts_nothing() -> None:
    voice = ProposalFactory()
    with transaction.atomic():
        Proposal.objects.filter(pk=voice.pk).update(state=State.HIDDEN)
        assert_right()
        transaction.set_rollback(True)
    assert_right()


def test_many_at_once_are_counted_at_once() -> None:
    theme = ConsultationFactory(slug="busy-theme")
    call_command("generate_proposals", proposals=300, consultation=theme.slug, yes=True, verbosity=0)
    assert_right()
    assert sum(kept().values()) > 250


def test_what_is_said_is_what_is_there() -> None:
    voice = ProposalFactory()
    ProposalFactory(consultation=voice.consultation, question=voice.question, channel="paper")
    ProposalFactory(consultation=voice.consultation, question=voice.question, state=State.HELD)
    empty = ConsultationFactory()
    theme, other = (Consultation.objects.with_counts().get(pk=row.pk) for row in (voice.consultation, empty))
    assert (theme.proposal_count, other.proposal_count) == (2, 0)
    rows = ProposalCount.objects.in_consultation(theme).by_channel()
    assert rows == Proposal.objects.public().in_consultation(theme).count_by_channel()


def test_a_like_leaves_what_shows_the_number() -> None:
    voice, table = ProposalFactory(), ProposalCount._meta.db_table
    before = (set(ProposalCount.objects.values_list("pk", "n")), read_stamp([table]))
    actions.set_like(user=UserFactory(), proposal=voice, wanted=True)
    assert (set(ProposalCount.objects.values_list("pk", "n")), read_stamp([table])) == before
    Proposal.objects.filter(pk=voice.pk).update(state=State.HIDDEN)
    assert read_stamp([table]) != before[1]


def test_a_number_of_nothing_goes_with_its_consultation() -> None:
    voice: Any = ProposalFactory()
    Proposal.objects.filter(pk=voice.pk).delete()
    assert kept() == {}
