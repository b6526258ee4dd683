"""Negated words: counted as words of their own, and named beside the word that they negate."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from django.test import Client

from apps.analysis.models import Snapshot, Term
from apps.analysis.negation import negations
from apps.consultations.models import Proposal, State
from tests.analysis.looking import URL, main_of, page

Voices = Callable[..., list[Proposal]]
BODIES = ("歩道を通る", "歩道が通れない", "段差で通れません", "車いすでは通りにくいし通れない", "駅を通る")


@pytest.mark.parametrize(
    ("word", "kind", "negation"),
    [
        ("通る", "verb", "通れない"), ("通る", "verb", "通らない"), ("使う", "verb", "使いにくい"), ("足りる", "verb", "足りない"),
        ("使う", "verb", "使わせたくない"), ("食べる", "verb", "食べられない"), ("広い", "adjective", "広くない"),
        ("賛成", "noun", "賛成できない"), ("利用する", "verb", "利用しない"), ("見える", "verb", "見えない"),
    ],
)  # fmt: skip
def test_the_negations_of_a_word_are_known(word: str, kind: str, negation: str) -> None:
    assert negation in negations(word, kind)


def test_no_other_word_is_taken_for_a_negation() -> None:
    assert not {"通る", "通い", "少ない", "ない"} & negations("通る", "verb")
    assert negations("静か", "adjective") == set()


@pytest.mark.django_db
def test_a_row_says_how_many_voices_negate_the_word(client: Client, voices: Voices) -> None:
    voices(*BODIES)
    row = main_of(page(client)).partition(">通る</a>")[2].partition("</tr>")[0]
    negative = Term.objects.get(text="通れない")
    assert f'3 <a href="/analysis/words/words/{negative.pk}/">通れない</a>' in " ".join(row.split())
    rows = csv.reader(io.StringIO(client.get("/analysis/words.csv").getvalue().decode("utf-8-sig")))
    assert ["通る", "動詞", "2", "2", "2", "", "通れない", "3"] in list(rows)
    words = {word["word"]: word["negated"] for word in client.get("/analysis/words.json").json()["words"]}
    assert (words["通る"], words["歩道"]) == (3, 0)


@pytest.mark.django_db
def test_the_page_of_a_word_leads_to_its_negation(client: Client, voices: Voices) -> None:
    made = voices(*BODIES)
    address = f"{URL}words/{Term.objects.get(text='通る').pk}/"
    html = main_of(page(client, address))
    assert "打ち消した形を使った意見：3件" in html
    assert ">通れない</a>" in html
    Proposal.objects.filter(pk__in=[row.pk for row in made[1:4]]).update(state=State.HIDDEN)
    assert "打ち消した形" not in main_of(page(client, address)), "what is hidden is not counted"


@pytest.mark.django_db
def test_a_frozen_cloud_keeps_its_negations_and_loses_struck_words(staff: Client, voices: Voices) -> None:
    made = voices(*BODIES)
    staff.post(f"{URL}freeze/", {"kind": "cloud", "title": "秋"})
    snapshot = Snapshot.objects.get()
    assert [row[1:] for row in snapshot.payload["negated"]] == [["通れない", 3]]
    assert ">通れない</a>" in main_of(page(staff, snapshot.get_absolute_url()))
    Proposal.objects.filter(pk__in=[row.pk for row in made[1:4]]).update(state=State.HIDDEN)
    assert "通れない" not in json.dumps(snapshot.shown_payload()[0], ensure_ascii=False)
