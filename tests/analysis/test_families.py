"""Families: compounds count for the words that they are made of, and every number leads to its voices."""

import threading
from collections.abc import Callable

import pytest
from django.test import Client

from apps.analysis import actions
from apps.analysis.compound_parts import parts_of
from apps.analysis.models import Term
from apps.consultations.models import Proposal, State
from tests.analysis.looking import URL, counts, main_of, page
from tests.consultations.factories import ConsultationFactory, ProposalFactory

Voices = Callable[..., list[Proposal]]
BODIES = ("遠隔医療を使いたい", "医療分野の取組", "遠隔医療と医療分野", "医療を学ぶ", "図書館の本")
FAMILIES = f"{URL}?measure=families"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("遠隔医療", ["遠隔", "医療"]),
        ("高齢者施設", ["高齢", "高齢者", "施設"]),
        ("防災行政無線", ["防災", "防災行政", "行政", "行政無線", "無線"]),
        ("見守りネットワーク", ["見守り", "ネットワーク"]),
        ("調布駅前", ["調布", "調布駅"]),
        ("日本人", []),
        ("京都", []),
        ("図書館", []),
        ("公園", []),
        ("まちづくり", []),
    ],
)
def test_parts_are_the_words_of_a_compound(word: str, parts: list[str]) -> None:
    assert parts_of(word) == parts


def test_every_thread_has_its_own_tokenizer() -> None:
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append(parts_of("遠隔医療システム"))) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [parts_of("遠隔医療システム")] * 4


@pytest.mark.django_db
class TestFamilies:
    """Families of words on the pages."""

    def test_a_voice_counts_once_for_a_family(self, client: Client, voices: Voices) -> None:
        voices(*BODIES)
        assert counts(client)["医療"][1] == 1
        found = counts(client, "?measure=families")
        assert found["医療"] == (5, 4, 4), "uses of all members; four voices, the third once"
        assert "遠隔医療" not in found
        assert "遠隔" not in found, "all its voices are of the larger family"
        assert found["図書館"][1] == 1

    def test_the_table_unfolds_and_leads_to_the_voices(self, client: Client, voices: Voices) -> None:
        made = voices(*BODIES)
        html = main_of(page(client, FAMILIES))
        number = Term.objects.get(text="医療").pk
        assert f'href="/analysis/words/words/{number}/?family=1"' in html.replace("&amp;", "&")
        assert "3語" in html
        far = Term.objects.get(text="遠隔医療").pk
        assert f'<a href="/analysis/words/words/{far}/">遠隔医療</a> 2' in html
        whole = main_of(page(client, f"{URL}words/{number}/?family=1"))
        assert [row.code in whole for row in made] == [True, True, True, True, False]
        assert whole.count("<mark>遠隔医療</mark>") == 2
        assert "使った意見：4件" in whole

    def test_a_word_that_stands_only_in_compounds_has_a_family(self, client: Client, voices: Voices) -> None:
        ProposalFactory(consultation=ConsultationFactory(slug="other"), body="医療の話")
        made = voices("遠隔医療を使いたい", "医療分野の取組")
        number = Term.objects.get(text="医療").pk
        assert counts(client, "?measure=families")["医療"][1] == 2
        assert all(row.code in page(client, f"{URL}words/{number}/?family=1") for row in made)
        page(client, f"{URL}words/{number}/", status=404)

    def test_the_page_of_a_word_says_what_holds_it(self, client: Client, voices: Voices) -> None:
        voices(*BODIES)
        html = main_of(page(client, f"{URL}words/{Term.objects.get(text='医療').pk}/"))
        assert "遠隔医療（2件）" in " ".join(html.split()).replace("（ ", "（").replace(" ）", "）")
        assert "まとめて読む（4件）" in html
        inner = main_of(page(client, f"{URL}words/{Term.objects.get(text='遠隔医療').pk}/"))
        assert "部分のことばでまとめて読む" in inner

    def test_nothing_of_a_hidden_voice(self, client: Client, voices: Voices) -> None:
        made = voices(*BODIES, "在宅医療の話")
        number = Term.objects.get(text="医療").pk
        assert "在宅医療" in page(client, FAMILIES)
        Proposal.objects.filter(pk=made[5].pk).update(state=State.HIDDEN)
        assert "在宅医療" not in page(client, FAMILIES)
        assert "在宅医療" not in page(client, f"{URL}words/{number}/?family=1")

    def test_attributes_and_families_exclude_each_other(self, staff: Client, voices: Voices) -> None:
        voices(*BODIES)
        html = page(staff, f"{FAMILIES}&age_band=20s", status=422)
        assert "ことばのまとまりは選べません" in html

    def test_words_of_before_are_cut_too(self, voices: Voices) -> None:
        voices("遠隔医療を使いたい")
        Term.objects.update(parts=None)
        assert actions.cut_compounds(1) == 1
        while actions.cut_compounds():
            pass
        assert Term.objects.get(text="遠隔医療").parts == ["遠隔", "医療"]
        assert not Term.objects.uncut().exists()
