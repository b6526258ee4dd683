"""From text to rows: read once per revision, never forgotten, never twice, only what is public."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone
from time_machine import Traveller

from apps.analysis import actions
from apps.analysis.models import DictionaryVersion, Due, ProposalTerm, Reading, StopWord, Synonym, Term, UserWord
from apps.analysis.services import count_cache
from apps.analysis.services.counting import count_proposals, count_words, extent_of
from apps.analysis.tasks import JUST_NOW, read_changed_proposals, read_proposals
from apps.consultations.actions import edit_proposal, withdraw_proposal
from apps.consultations.models import Proposal, State
from tests.accounts.factories import UserFactory, make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db


def words(**chosen: Any) -> dict[str, tuple[int, int, int]]:
    return {w.text: (w.uses, w.proposals, w.people) for w in count_words(Proposal.objects.public(), **chosen)}


def test_a_new_proposal_is_counted_and_reading_twice_changes_nothing() -> None:
    ProposalFactory(body="公園のベンチと公園の木陰")
    assert read_proposals() == 1
    assert words() == {"公園": (2, 1, 1), "ベンチ": (1, 1, 1), "木陰": (1, 1, 1)}
    before = list(ProposalTerm.objects.values_list("pk", flat=True))
    assert read_proposals() == 0
    assert list(ProposalTerm.objects.values_list("pk", flat=True)) == before


def test_an_edit_is_read_anew() -> None:
    proposal = ProposalFactory(body="図書館")
    read_proposals()
    edit_proposal(proposal=proposal, by=proposal.author, body="体育館", title="")
    assert read_proposals() == 1
    assert set(words()) == {"体育館"}


def test_a_bulk_change_that_says_nothing_is_found_by_the_sweep() -> None:
    proposal = ProposalFactory(body="図書館")
    read_proposals()
    Proposal.objects.filter(pk=proposal.pk).update(body="児童館")
    assert read_proposals() == 1
    assert set(words()) == {"児童館"}


def test_what_changed_just_now_is_read_without_looking_at_all(frozen_clock: Traveller) -> None:
    edited, old = ProposalFactory(body="図書館"), ProposalFactory(body="公園")
    read_proposals()
    Proposal.objects.filter(pk=old.pk).update(body="広場")
    frozen_clock.shift(JUST_NOW + timedelta(seconds=1))
    ProposalFactory(body="体育館")
    edit_proposal(proposal=edited, by=edited.author, body="児童館", title="")
    assert read_changed_proposals() == 2
    assert set(words()) == {"体育館", "児童館", "公園"}
    assert read_changed_proposals() == 0
    assert read_proposals() == 1
    assert set(words()) == {"体育館", "児童館", "広場"}


def test_what_is_queued_is_read_at_once_however_old_it_is(frozen_clock: Traveller) -> None:
    proposal = ProposalFactory(body="図書館")
    read_proposals()
    frozen_clock.shift(JUST_NOW + timedelta(seconds=1))
    StopWord(word="図書館", reason="見本").put(by=make_secretariat())
    assert read_changed_proposals() == 1
    assert words() == {}
    assert proposal.pk


def test_what_is_known_to_wait_is_taken_before_every_text_is_compared() -> None:
    changed, touched = ProposalFactory(body="図書館"), ProposalFactory(body="公園")
    read_proposals()
    Proposal.objects.filter(pk=changed.pk).update(body="児童館")
    Reading.objects.filter(proposal=touched).mark_due(1, anew=False)
    new = ProposalFactory(body="体育館")
    Reading.objects.open_missing()
    order = []
    with transaction.atomic():
        while taken := Reading.objects.take(1):
            order.append(taken[0].proposal_id)
            taken[0].note([])
            taken[0].save()
            Due.objects.for_readings(taken).delete()
    assert order == [touched.pk, new.pk, changed.pk]


def test_words_counted_without_asking_by_whom_are_in_the_same_order() -> None:
    for body in ("公園のベンチと公園", "公園の木陰", "図書館の木陰", "図書館"):
        ProposalFactory(body=body)
    read_proposals()
    by_whom = [(w.term_id, w.text, w.proposals) for w in count_words(Proposal.objects.public(), by="proposals")]
    assert count_proposals(Proposal.objects.public()) == by_whom
    some = [term for term, _text, _n in by_whom[1:3]]
    assert count_proposals(Proposal.objects.public(), terms=some, limit=1) == by_whom[1:2]


@pytest.mark.parametrize("state", [State.HELD, State.HIDDEN, State.WITHDRAWN])
def test_what_is_not_public_is_neither_read_nor_counted(state: str) -> None:
    ProposalFactory(body="図書館", state=state)
    ProposalFactory(body="図書館", consultation=ConsultationFactory(draft=True))
    assert read_proposals() == 0
    assert Term.objects.count() == 0


def test_a_withdrawn_text_leaves_the_count_at_once_and_its_rows_with_the_next_sweep() -> None:
    proposal = ProposalFactory(body="図書館")
    read_proposals()
    withdraw_proposal(proposal=proposal, by=proposal.author)
    assert words() == {}
    read_proposals()
    assert not ProposalTerm.objects.exists()
    assert not Reading.objects.exists()


def test_a_word_goes_with_the_last_text_that_used_it() -> None:
    """What was erased or blacked out is not kept as a word either."""
    texts = [ProposalFactory(body="公園の噴水"), ProposalFactory(body="公園の灯籠"), ProposalFactory(body="公園の藤棚")]
    read_proposals()
    assert {"公園", "噴水", "灯籠", "藤棚"} <= set(Term.objects.values_list("text", flat=True))
    withdraw_proposal(proposal=texts[0], by=texts[0].author)
    Proposal.objects.filter(pk=texts[1].pk).update(body="公園の●●（個人情報のため）")
    read_proposals()
    left = set(Term.objects.values_list("text", flat=True))
    assert {"公園", "藤棚"} <= left
    assert not {"噴水", "灯籠"} & left


def test_nobody_owns_the_cloud() -> None:
    """At most three uses in a proposal, five of an author; voices without account are a person each."""
    author = UserFactory()
    for _n in range(4):
        ProposalFactory(author=author, body="公園、公園、公園、公園、公園")
    ProposalFactory(author=None, body="公園")
    ProposalFactory(author=None, body="公園")
    read_proposals()
    assert words()["公園"] == (5 + 1 + 1, 6, 3)


def test_words_of_few_people_can_be_left_out() -> None:
    for _n in range(5):
        ProposalFactory(body="公園")
    ProposalFactory(body="図書館")
    read_proposals()
    assert set(words(fewest=5)) == {"公園"}


def test_a_joined_word_and_a_word_left_out_recount_only_the_texts_they_touch() -> None:
    by = make_secretariat()
    ProposalFactory(body="こどもの公園")
    ProposalFactory(body="子どもの図書館")
    read_proposals()
    assert {"こども", "子ども"} <= set(words())
    version = Synonym(written="こども", shown="子ども", reason="表記のゆれ").put(by=by)
    assert (version.touched, version.remaining) == (1, 1)
    assert read_proposals() == 1
    assert version.remaining == 0
    assert words()["子ども"] == (2, 2, 2)
    assert "こども" not in words()
    assert StopWord(word="公園", reason="問いの言葉").put(by=by).touched == 1
    read_proposals()
    assert "公園" not in words()
    StopWord.objects.get(word="公園").remove(by=by)
    read_proposals()
    assert words()["公園"] == (1, 1, 1)


def test_a_word_of_the_city_is_read_anew_where_it_stands() -> None:
    ProposalFactory(body="じょいなすがほしい")
    ProposalFactory(body="公園がほしい")
    read_proposals()
    assert "じょいなす" not in words()
    assert UserWord(word="じょいなす", reason="計画の言葉").put(by=make_secretariat()).touched == 1
    assert read_proposals() == 1
    assert "じょいなす" in words()


def test_a_text_that_cannot_be_read_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = ProposalFactory(body="壊れた文")
    ProposalFactory(body="公園")
    real = actions.reader_for

    class Breaks:
        def read(self, text: str) -> Any:
            if "壊れた" in text:
                raise ValueError("broken")
            return real(()).read(text)

    monkeypatch.setattr(actions, "reader_for", lambda _own: Breaks())
    read_proposals()
    assert set(words()) == {"公園"}
    assert "broken" in Reading.objects.get(proposal=bad).failure
    assert read_proposals() == 0


def test_after_a_new_voice_only_its_own_words_are_counted_and_the_totals_are_exact(
    monkeypatch: pytest.MonkeyPatch, frozen_clock: Traveller
) -> None:
    monkeypatch.setattr(count_cache, "MIN_PROPOSALS", 0)
    asked, author = list[Any](), UserFactory()
    count = count_words

    def noted(rows: Any, **how: Any) -> Any:
        asked.append(how.get("terms"))
        return count(rows, **how)

    monkeypatch.setattr(count_cache, "count_words", noted)

    def look() -> None:
        rows = Proposal.objects.public()
        for by in ("uses", "proposals"):
            found = count_cache.words_of(
                "all", rows, extent_of(rows), DictionaryVersion.objects.current(), by=by, limit=9
            )
            assert found == count(rows, by=by, limit=9)

    first = ProposalFactory(body="公園公園公園と木陰と図書館", author=author)
    ProposalFactory(body="図書館の木陰")
    read_proposals()
    look()
    assert asked.pop(0) is None  # everything
    frozen_clock.shift(20)
    ProposalFactory(body="公園公園公園、ベンチ", author=author)
    look()  # not read yet
    read_proposals()
    look()
    assert len(asked.pop()) == 2  # only the words of the new voice
    assert not any(terms is None for terms in asked)
    asked.clear()
    Proposal.objects.filter(pk=first.pk).update(state=State.HIDDEN)
    look()
    assert asked[0] is None
    StopWord(word="木陰", reason="試し").put(by=None)
    look()
    read_proposals()
    look()
    assert "木陰" not in {word.text for word in count(Proposal.objects.public())}


def test_the_stamp_changes_when_something_is_hidden() -> None:
    first, second = ProposalFactory(body="公園"), ProposalFactory(body="図書館")
    read_proposals()
    Reading.objects.update(read_at=timezone.now())
    alone = {extent_of(Proposal.objects.public().filter(pk=row.pk)).stamp for row in (first, second)}
    assert len(alone) == 2, "as many, read at the same time, and yet others"
    before = extent_of(Proposal.objects.public())
    assert (before.proposals, before.people, before.unread) == (2, 2, 0)
    assert extent_of(Proposal.objects.public()).stamp == before.stamp
    Proposal.objects.filter(pk=first.pk).update(state=State.HIDDEN)
    third = ProposalFactory(body="体育館")
    assert extent_of(Proposal.objects.public()).stamp != before.stamp
    assert extent_of(Proposal.objects.public()).unread == 1
    third.delete()


def test_a_consultation_that_becomes_public_later_is_read_then() -> None:
    consultation = ConsultationFactory(published_at=timezone.now() + timedelta(days=1))
    ProposalFactory(consultation=consultation, body="公園")
    assert read_proposals() == 0
    consultation.published_at = timezone.now()
    consultation.save()
    assert read_proposals() == 1


@pytest.mark.django_db(transaction=True)
def test_a_killed_run_leaves_nothing_half_done_and_the_next_one_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ProposalFactory(body="公園")
    Reading.objects.open_missing()

    def killed(*_args: Any, **_options: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Reading.objects.__class__, "bulk_update", killed, raising=False)
        with pytest.raises(KeyboardInterrupt):
            actions.read_next()
    assert not ProposalTerm.objects.exists()
    assert read_proposals() == 1
    assert words()["公園"] == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work() -> None:
    for n in range(90):
        ProposalFactory(body=f"公園と図書館{n}")
    Reading.objects.open_missing()
    taken: list[int] = []

    def work() -> None:
        while n := actions.read_next(20):
            taken.append(n)
        connections.close_all()

    threads = [threading.Thread(target=work) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 90
    assert words()["公園"] == (90, 90, 90)


@pytest.mark.django_db(transaction=True)
def test_a_change_of_the_dictionary_waits_for_texts_that_are_being_read() -> None:
    """What is read with the old dictionary is marked by the change, never missed."""
    ProposalFactory(body="公園")
    Reading.objects.open_missing()
    by, begun, waits = make_secretariat(), threading.Event(), []

    def change() -> None:
        begun.set()
        waits.append(StopWord(word="公園", reason="試し").put(by=by).touched)
        connections.close_all()

    thread = threading.Thread(target=change)
    with transaction.atomic():
        actions.read_next()
        thread.start()
        begun.wait(5)
        with connection.cursor() as cursor:
            for _try in range(500):
                cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                if cursor.fetchone()[0]:
                    break
    thread.join()
    assert waits == [1]
    read_proposals()
    assert words() == {}
