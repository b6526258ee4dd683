"""The page of a word: its neighbours, and the days on which its voices were given."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from apps.analysis.models import StopWord, Term
from apps.analysis.services.word_neighbours import days_of, neighbours_of
from apps.consultations.models import Batch, Consultation, Proposal, State
from tests.analysis.looking import URL, main_of, page
from tests.consultations.factories import ProposalFactory

pytestmark = pytest.mark.django_db
Voices = Callable[..., list[Proposal]]
BODIES = ("広い公園を歩く", "静かで広い公園の芝生", "公園、芝生、花壇", "公園の芝生を歩く")


def sides(word: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    found = neighbours_of(Term.objects.get(text=word), Proposal.objects.public())
    return found.before.most_used(), found.after.most_used()


def test_neighbours_are_the_words_directly_beside(voices: Voices) -> None:
    voices(*BODIES)
    assert sides("公園") == ([("広い", 2)], [("芝生", 2), ("歩く", 1)]), "a comma parts two words"
    StopWord.objects.create(word="歩く", reason="見本")
    assert sides("公園")[1] == [("芝生", 2)]


def test_a_neighbour_leads_to_its_voices(client: Client, voices: Voices) -> None:
    made = voices(*BODIES)
    address, grass = f"{URL}words/{Term.objects.get(text='公園').pk}/", Term.objects.get(text="芝生")
    html = main_of(page(client, address))
    assert f'<a href="?after={grass.pk}">芝生（2件）</a>' in html
    beside = main_of(page(client, f"{address}?after={grass.pk}"))
    assert "すぐ後に「芝生」がある意見だけを表示しています。" in beside
    assert [row.code in beside for row in made] == [False, True, False, True]
    assert "すぐ後に" not in main_of(page(client, f"{address}?after=999999"))
    Proposal.objects.filter(pk=made[1].pk).update(state=State.HIDDEN)
    assert "芝生（1件）" in main_of(page(client, address))


def test_paper_counts_by_the_day_it_was_collected(theme: Consultation, voices: Voices) -> None:
    voices("公園の池", published_at="2026-11-18T10:00+09:00")
    batch = Batch.objects.create(consultation=theme, channel="paper", event_name="箱", held_on=date(2026, 11, 3))
    voices("公園の花", batch=batch, channel="paper", published_at="2026-11-18T10:00+09:00")
    ProposalFactory(body="駅前の話", published_at="2026-11-18T10:00+09:00")
    rows = days_of(Term.objects.get(text="公園"), Proposal.objects.public())
    assert [(row.first, row.using, row.all) for row in rows] == [(date(2026, 11, 2), 1, 1), (date(2026, 11, 16), 1, 2)]
    assert not rows[0].is_month


def test_the_page_shows_the_days(client: Client, voices: Voices) -> None:
    voices("公園の池", published_at="2026-11-18T10:00+09:00")
    voices("公園の花", published_at="2026-11-04T10:00+09:00")
    html = main_of(page(client, f"{URL}words/{Term.objects.get(text='公園').pk}/"))
    assert "いつの意見か" in html
    assert html.count("</th><td>1</td><td>1</td>") == 2
