"""The city's dictionary: who may change it, what a change shows before it is saved, and what it does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.analysis.models import DictionaryVersion, StopWord, Synonym, UserWord
from apps.analysis.services.counting import count_words
from apps.analysis.tasks import read_proposals
from apps.consultations.models import Proposal
from apps.operations.models import AuditEntry
from tests.accounts.factories import make_moderator, make_secretariat, make_staff
from tests.consultations.factories import ProposalFactory

pytestmark = pytest.mark.django_db
ADD = {name: f"/admin/analysis/{name}/add/" for name in ("userword", "stopword", "synonym")}


@pytest.fixture
def secretariat(sign_in: Callable[[Any], Client]) -> Client:
    return sign_in(make_secretariat())


def save(client: Client, address: str, data: dict[str, str]) -> tuple[str, str]:
    """First press: the effect; second: saved. What both pages said."""
    first = client.post(address, data)
    assert first.status_code == 200
    seen = first.context["adminform"].form["seen"].value()
    second = client.post(address, {**data, "seen": seen}, follow=True)
    return first.content.decode(), second.content.decode()


def words() -> dict[str, int]:
    return {w.text: w.proposals for w in count_words(Proposal.objects.public())}


def test_a_word_is_left_out_after_its_effect_was_seen(secretariat: Client) -> None:
    ProposalFactory(body="公園のベンチ")
    ProposalFactory(body="公園の木陰")
    read_proposals()
    first, second = save(secretariat, ADD["stopword"], {"word": "公園", "reason": "問いの言葉"})
    assert first.count("まだ保存していません") == 1
    assert "エラー" not in first.partition("<main")[2]
    assert "2件の公開中の意見を数え直します" in first
    assert "<td>2</td><td>0</td>" in first
    assert "2件の意見を数え直しています" in second
    assert second.count('<li class="success">') == 1, "said once"
    version = DictionaryVersion.objects.get()
    assert (version.touched, version.reason) == (2, "問いの言葉")
    assert AuditEntry.objects.filter(verb="dictionary", reason="問いの言葉").exists()
    read_proposals()
    assert words() == {"ベンチ": 1, "木陰": 1}
    assert "100%" in secretariat.get("/admin/analysis/dictionaryversion/").content.decode()


def test_what_was_seen_holds_for_exactly_these_words(secretariat: Client) -> None:
    first = secretariat.post(ADD["stopword"], {"word": "公園", "reason": "理由"})
    seen = first.context["adminform"].form["seen"].value()
    again = secretariat.post(ADD["stopword"], {"word": "図書館", "reason": "理由", "seen": seen})
    assert "まだ保存していません" in again.content.decode()
    assert not StopWord.objects.exists()


def test_a_join_shows_what_both_words_become(secretariat: Client) -> None:
    for body in ("子供の公園", "子どもの公園", "子どもと子供"):
        ProposalFactory(body=body)
    read_proposals()
    first, _second = save(secretariat, ADD["synonym"], {"written": "子供", "shown": "子ども", "reason": "表記"})
    assert "<td>2</td><td>3</td>" in first
    read_proposals()
    assert words()["子ども"] == 3


def test_a_word_of_the_city_shows_how_texts_are_cut(secretariat: Client) -> None:
    ProposalFactory(body="調布まち活フェスタがほしい")
    read_proposals()
    data = {"word": "調布まち活フェスタ", "kind": "noun", "reason": "計画の言葉"}
    first, _second = save(secretariat, ADD["userword"], data)
    assert "→ 調布まち活フェスタ" in first
    read_proposals()
    assert "調布まち活フェスタ" in words()
    entry = UserWord.objects.get()
    page = secretariat.get(f"/admin/analysis/userword/{entry.pk}/delete/").content.decode()
    assert "保存したときの効果" in page
    secretariat.post(f"/admin/analysis/userword/{entry.pk}/delete/", {"post": "yes"})
    read_proposals()
    assert "調布まち活フェスタ" not in words()
    assert DictionaryVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("stopword", {"word": "公園", "reason": ""}, "理由"),
        ("userword", {"word": "あ", "kind": "noun", "reason": "試し"}, "2文字以上"),
        ("synonym", {"written": "公園", "shown": "公園", "reason": "試し"}, "同じことばどうし"),
        ("synonym", {"written": "子供", "shown": "児童", "reason": "試し"}, "もう登録されています"),
        ("synonym", {"written": "子ども", "shown": "児童", "reason": "試し"}, "別のことばがまとめられ"),
        ("synonym", {"written": "児童", "shown": "子供", "reason": "試し"}, "別のことばにまとめられ"),
    ],
)
def test_a_wrong_line_says_what_is_wrong(secretariat: Client, kind: str, data: dict[str, str], said: str) -> None:
    Synonym(written="子供", shown="子ども", reason="表記").put(by=None)
    versions = DictionaryVersion.objects.count()
    answer = secretariat.post(ADD[kind], data).content.decode()
    assert "errorlist" in answer
    assert said in answer
    assert DictionaryVersion.objects.count() == versions


def test_a_word_that_is_there_already_or_not_at_all_has_one_sentence(secretariat: Client) -> None:
    save(secretariat, ADD["stopword"], {"word": "公園", "reason": "問いの言葉"})
    again = secretariat.post(ADD["stopword"], {"word": "公園", "reason": "二度目"})
    assert again.context["adminform"].form.errors == {"word": ["このことばは、もう登録されています。"]}
    assert 'value="二度目"' in again.content.decode()
    empty = secretariat.post(ADD["stopword"], {"word": "", "reason": "理由"})
    assert len(empty.context["adminform"].form.errors["word"]) == 1


def test_all_staff_read_the_dictionary_and_only_the_secretariat_changes_it(sign_in: Callable[[Any], Client]) -> None:
    for person in (make_staff(), make_moderator()):
        client = sign_in(person)
        assert client.get(reverse("admin:analysis_stopword_changelist")).status_code == 200
        assert client.get(ADD["stopword"]).status_code == 403
        assert client.post(ADD["stopword"], {"word": "公園", "reason": "理由"}).status_code == 403
        assert client.get(reverse("admin:analysis_dictionaryversion_add")).status_code == 403
