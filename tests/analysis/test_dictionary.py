"""A change of the city's dictionary: what it would do, what is read anew for it, how far that is, and that it is seen."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.analysis import actions
from apps.analysis.models import DictionaryVersion, Reading, StopWord, Synonym, UserWord
from apps.analysis.services.change_preview import Change, effect_of
from apps.analysis.services.counting import count_words
from apps.analysis.tasks import read_proposals
from apps.consultations.actions import AccountAuthor, post_proposal
from apps.consultations.models import Proposal, State
from apps.core import wake_tasks
from tests.accounts.factories import UserFactory, make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db


def read(*bodies: str) -> list[Proposal]:
    """Voices that are read."""
    theme = ConsultationFactory(slug="words")
    rows = [ProposalFactory(consultation=theme, body=body) for body in bodies]
    read_proposals()
    return rows


def words() -> dict[str, int]:
    return {w.text: w.proposals for w in count_words(Proposal.objects.public())}


def test_a_word_left_out_is_counted_anew_without_reading_the_text_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read("公園のベンチ")
    monkeypatch.setattr(actions, "reader_for", lambda _own: pytest.fail("read again"))
    StopWord(word="公園", reason="試し").put(by=None)
    assert read_proposals() == 1
    assert words() == {"ベンチ": 1}


def test_a_word_left_out_takes_its_joined_spellings_with_it() -> None:
    read("子供の公園", "図書館")
    Synonym(written="子供", shown="子ども", reason="表記").put(by=None)
    read_proposals()
    assert StopWord(word="子ども", reason="試し").put(by=None).touched == 1
    read_proposals()
    assert words() == {"公園": 1, "図書館": 1}


def test_a_changed_line_lets_go_what_it_joined_before() -> None:
    read("子供の公園", "児童の公園", "図書館")
    line = Synonym(written="子供", shown="子ども", reason="表記")
    line.put(by=None)
    read_proposals()
    line.written = "児童"
    assert line.put(by=None).touched == 2
    read_proposals()
    assert words() == {"公園": 2, "子供": 1, "子ども": 1, "図書館": 1}


def test_new_rules_let_every_text_be_read_anew() -> None:
    read("公園", "図書館")
    Reading.objects.update(recipe=0)
    assert read_proposals() == 2
    assert read_proposals() == 0


def test_how_far_a_change_is_stands_in_the_list_and_on_the_page(
    client: Client, sign_in: Callable[[Any], Client]
) -> None:
    read("公園", "公園の木陰", "図書館")
    staff, version = sign_in(make_secretariat()), StopWord(word="公園", reason="試し").put(by=None)
    for percent in (0, 50):
        assert f">{percent}%<" in staff.get("/admin/analysis/dictionaryversion/").content.decode()
        sentence = f"辞書の変更（第{version.pk}版）を反映しています（{percent}％）"
        assert sentence in client.get("/analysis/words/").content.decode()
        actions.read_next(1)
    assert "反映しています" not in client.get("/analysis/words/").content.decode()


def test_a_version_is_in_force_when_what_earlier_ones_wait_for_is_read_too() -> None:
    read("公園", "図書館")
    StopWord(word="公園", reason="試し").put(by=None)
    second = StopWord(word="図書館", reason="試し").put(by=None)
    assert second.remaining == 2
    actions.read_next(1)
    assert second.remaining == 1


def test_the_version_stands_on_the_cloud_as_soon_as_it_is_in_force(client: Client) -> None:
    read("公園")
    before = client.get("/analysis/words.json").json()["辞書の版"]
    version = StopWord(word="天文台", reason="試し").put(by=None)  # no text has it: not a number changes
    assert version.touched == 0
    assert version.pk > before
    assert client.get("/analysis/words.json").json()["辞書の版"] == version.pk == DictionaryVersion.objects.current()
    for address in ("/analysis/words/", "/analysis/words.svg"):
        assert f"辞書 第{version.pk}版" in client.get(address).content.decode()


def test_the_effect_counts_what_is_public_in_both_directions() -> None:
    hidden, *_rest = read("公園のベンチ", "公園のベンチ", "子供の公園", "子どもの図書館", "じょいなす")
    Proposal.objects.filter(pk=hidden.pk).update(state=State.HIDDEN)
    stop, join = StopWord(word="公園", reason="試し"), Synonym(written="子供", shown="子ども", reason="表記")
    own = UserWord(word="じょいなす", reason="計画の言葉")
    assert (effect_of(stop).touched, effect_of(stop).changes) == (2, [Change("公園", 2, 0)])
    assert effect_of(join).changes == [Change("子供", 1, 0), Change("子ども", 1, 2)]
    assert Change("じょいなす", 0, 1) in effect_of(own).changes
    for line in (stop, join, own):
        line.put(by=None)
    read_proposals()
    assert effect_of(stop, removing=True).changes == [Change("公園", 0, 2)]
    assert effect_of(join, removing=True).changes == [Change("子供", 0, 1), Change("子ども", 2, 1)]
    assert Change("じょいなす", 1, 0) in effect_of(own, removing=True).changes


def test_the_reader_is_woken_by_a_voice_and_by_the_dictionary_and_comes_every_minute_by_itself(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    task, sweep = "apps.analysis.tasks.read_changed_proposals", "apps.analysis.tasks.read_proposals"
    sent = list[str]()
    monkeypatch.setattr(wake_tasks, "_send", sent.extend)
    with django_capture_on_commit_callbacks(execute=True):
        StopWord(word="公園", reason="試し").put(by=None)
    assert task in sent
    sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        question, author = ConsultationFactory().questions.get(), AccountAuthor(UserFactory())
        post_proposal(question=question, author=author, body="公園のベンチ", submit_key=uuid.uuid4())
    assert task in sent
    assert [row["schedule"] for row in settings.CELERY_BEAT_SCHEDULE.values() if row["task"] == sweep] == [60.0]


def test_a_word_that_only_widens_searches_counts_nothing_anew() -> None:
    read("公園")
    version = Synonym(written="パーク", shown="公園", search_only=True, reason="見本").put(by=None)
    assert version.touched == 0
    assert words() == {"公園": 1}


def test_an_entry_of_which_no_text_has_the_word_can_be_removed() -> None:
    StopWord(word="天文台", reason="試し").put(by=None)
    assert StopWord.objects.get(word="天文台").remove(by=None).touched == 0
    assert not StopWord.objects.filter(word="天文台").exists()
