"""Similar voices while a resident writes: by the words that draft and voice share, near-copies as one entry."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.analysis.draft_words import found_words, written_forms
from apps.analysis.models import StopWord, Synonym, UserWord
from apps.consultations.models import Consultation, Proposal, State
from apps.consultations.services.similar import similar_to
from tests.analysis.drafts import reached, town_voices
from tests.analysis.quality import FIXTURE
from tests.consultations.factories import ProposalFactory

pytestmark = pytest.mark.django_db
Voices = Callable[..., list[Proposal]]


def shown(text: str) -> list[tuple[str, list[str], int]]:
    return [(entry.proposal.body, entry.words, entry.copies) for entry in similar_to(Proposal.objects.public(), text)]


def test_most_drafts_are_shown_a_voice_that_fits(voices: Voices) -> None:
    rows = json.loads(FIXTURE.read_text(encoding="utf-8"))
    for model in (UserWord, Synonym, StopWord):
        model.objects.bulk_create(model(**row["fields"]) for row in rows if row["model"] == model._meta.label_lower)
    voices(*town_voices())

    def look(text: str) -> list[str]:
        return [body for body, _words, _copies in shown(text)]

    for half in ("seen", "unseen"):
        hits, fitting, wrong, empty = reached(half, look)
        assert (fitting, empty) == (16, 3)
        assert hits >= 14, half
        assert wrong <= 1, half


def test_rare_words_weigh_more_and_the_shared_ones_are_said(voices: Voices) -> None:
    voices(
        "駅前の公園に木陰がほしい",
        *(f"駅前の公園で{what}をしたい" for what in ("読書", "体操", "散歩", "写生", "昼寝")),
    )
    first = shown("木陰のある駅前にしてください")[0]
    assert first == ("駅前の公園に木陰がほしい", ["木陰", "駅前"], 1)


def test_a_voice_that_shares_only_common_words_is_not_shown(voices: Voices) -> None:
    voices(*(f"公園で{what}をしたい" for what in ("読書", "体操", "散歩", "写生", "昼寝", "花見")))
    assert shown("公園の池を掃除しませんか") == []


def test_near_copies_are_one_entry_with_their_number(voices: Voices) -> None:
    body = "踏切の待ち時間が長いので、立体交差を早く進めてください。"
    voices(body, body, body.replace("早く", "すぐ"), "踏切に日よけがほしい", "遮断機の音が大きい")
    entries = shown("踏切が長く閉まっていて困ります。立体交差はいつですか。")
    assert [copies for text, _words, copies in entries if "立体交差" in text] == [3]
    assert [entry[2] for entry in shown(body)][:1] == [3], "its own letters find it too"


def test_the_part_says_the_words_and_the_number(staff: Client, voices: Voices) -> None:
    body = "踏切の待ち時間が長いので、立体交差を早く進めてください。"
    voices(body, body, "遮断機の音が大きい", "駅前の公園")
    part = staff.post(
        "/consultations/words/similar/", {"body": "立体交差はいつですか。"}, headers={"HX-Request": "true"}
    )
    assert 'data-announce-once="似た意見が1件あります。"' in part.text
    assert "同じことば：立体交差" in part.text
    assert "ほぼ同じ声 2件" in part.text


def test_only_public_voices_of_the_consultation_are_shown(voices: Voices, theme: Consultation) -> None:
    here, hidden = voices("立体交差を進めて", "立体交差は要らない")
    ProposalFactory(body="立体交差は遠い")
    Proposal.objects.filter(pk=hidden.pk).update(state=State.HIDDEN)
    found = similar_to(Proposal.objects.public().in_consultation(theme), "立体交差の工事")
    assert [entry.proposal for entry in found] == [here]


def test_a_voice_that_nobody_has_read_yet_is_found_by_its_letters(theme: Consultation) -> None:
    ProposalFactory(consultation=theme, body="踏切の待ち時間が長いので立体交差を")
    assert [copies for _body, _words, copies in shown("踏切の待ち時間が長いので立体交差を早く")] == [1]


def test_the_number_of_queries_does_not_grow(voices: Voices) -> None:
    numbers = []
    for _round in range(2):
        voices(*(f"立体交差と踏切の{n}番目の話{'と駅前' * n}" for n in range(12)))
        with CaptureQueriesContext(connection) as asked:
            assert shown("立体交差と踏切と駅前の話")
        numbers.append(len(asked))
    assert numbers[0] == numbers[1] <= 9


@pytest.mark.parametrize(
    ("text", "known", "found"),
    [
        ("公園を増やしてほしい", {"公園", "増やし"}, ["公園", "増やし"]),
        ("バスケットをしたい", {"バス", "バスケット"}, ["バスケット"]),
        ("いくつかの道", {"くつ", "道"}, ["道"]),
        ("防災放送が聞こえない", {"防災", "放送", "防災放送"}, ["防災", "防災放送", "放送"]),
    ],
)
def test_known_words_are_found_where_they_stand(text: str, known: Any, found: list[str]) -> None:
    assert [word for word, _is_whole in found_words(text, known)] == found


def test_a_word_inside_a_longer_one_does_not_stand_for_itself() -> None:
    assert found_words("住民税の話", {"住民"}) == [("住民", False)]
    assert "走る" in written_forms("車が走らない")["走ら"]
