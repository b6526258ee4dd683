"""A large set's analysis is drawn by a worker: the page tells how far it is, shows the last one meanwhile, and why one failed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from apps.analysis import actions
from apps.analysis.models import ProposalTerm, StopWord, Term
from apps.analysis.services import analyses, background_analyses
from apps.analysis.services.counting import count_together
from apps.analysis.services.scope import WordFilter, scope_of
from apps.analysis.tasks import read_proposals
from apps.consultations.models import Consultation, Proposal, State
from apps.consultations.models.codes import next_codes
from apps.operations.jobs import run
from apps.operations.models import Job
from tests.accounts.factories import UserFactory, make_secretariat
from tests.analysis.test_analyses import main_of
from tests.consultations.factories import ConsultationFactory, ProposalFactory, QuestionFactory

pytestmark = pytest.mark.django_db
NET = "/analysis/words/network/"
DRAW = "/analysis/words/draw/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Consultation:
    """A theme whose set counts as large."""
    monkeypatch.setattr(background_analyses, "LARGE", 3)
    theme = ConsultationFactory(slug="words", title="公園のこれから")
    for _n in range(6):
        ProposalFactory(consultation=theme, body="公園のベンチと木陰")
    read_proposals()
    return theme


def work() -> Job:
    """What a worker does with the drawing that waits."""
    job = Job.objects.claim(slow=True)
    assert job is not None
    run(job)
    job.refresh_from_db()
    return job


def drawn(client: Client) -> Job:
    client.post(DRAW, {"kind": "network"})
    return work()


def test_a_large_set_is_drawn_by_a_worker_and_never_while_a_page_is_read(
    client: Client, large: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, count = list[Any](), analyses.count_together

    def listening(*args: Any, **options: Any) -> Any:
        heard.extend(Job.objects.values_list("done", "total", "message"))
        return count(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(analyses, "count_together", lambda *_a, **_k: pytest.fail("counted in a request"))
        html = main_of(client, NET)
        assert "集計をはじめる" in html
        assert f'data-hx-post="{DRAW}?' in html
        assert not Job.objects.exists()  # reading writes nothing
        answer = client.post(DRAW, {"kind": "network"})
        assert (answer.status_code, answer["Location"]) == (302, NET)
        client.post(DRAW, {"kind": "network"})
        assert Job.objects.count() == 1
        assert "集計の順番を待っています" in main_of(client, NET)
        job = Job.objects.claim(slow=True)
        assert job is not None
        job.advance(done=1, total=3, message="組を数えています。")
        status = client.get(f"/analysis/drawings/{job.pk}/", headers=HTMX)
        assert "組を数えています。" in status.content.decode()
        assert 'value="1" max="3"' in status.content.decode()
        assert "HX-Refresh" not in status
        assert client.get(f"/analysis/drawings/{job.pk}/")["Location"] == NET
    monkeypatch.setattr(analyses, "count_together", listening)
    run(job)
    assert heard == [(1, 3, "いっしょに使われたことばの組を数えています。")], "how far it is, while it works"
    assert client.get(f"/analysis/drawings/{job.pk}/", headers=HTMX)["HX-Refresh"] == "true"
    html = main_of(client, NET)
    assert "<line " in html
    assert "集計をはじめる" not in html


def test_the_last_one_is_shown_with_its_date_until_the_next_is_drawn(client: Client, large: Consultation) -> None:
    drawn(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        ProposalFactory(consultation=large, body="公園のベンチと砂場")
        read_proposals()
        html = main_of(client, NET)
        assert "前回の集計" in html
        assert "<line " in html
        assert "集計をはじめる" in html
        drawn(client)
        html = main_of(client, NET)
        assert "前回の集計" not in html
        assert "意見7件" in html


def test_new_voices_do_not_start_a_drawing_every_minute(
    client: Client, large: Consultation, frozen_clock: Traveller
) -> None:
    drawn(client)
    frozen_clock.shift(20)
    ProposalFactory(consultation=large, body="公園のベンチと砂場")
    read_proposals()
    html = main_of(client, NET)
    assert "<line " in html
    assert "集計をはじめる" not in html


@pytest.mark.parametrize("change", ["hidden", "edited", "word left out"])
def test_what_was_taken_back_is_in_no_drawing_that_is_shown(
    client: Client, large: Consultation, change: str, frozen_clock: Traveller
) -> None:
    drawn(client)
    frozen_clock.shift(20)
    first = Proposal.objects.earliest("pk")
    if change == "hidden":
        Proposal.objects.filter(pk=first.pk).update(state=State.HIDDEN)
    elif change == "edited":
        Proposal.objects.filter(pk=first.pk).update(body="図書館")
        read_proposals()
    else:
        StopWord(word="木陰", reason="試し").put(by=make_secretariat())
        read_proposals()
    html = main_of(client, NET)
    assert "木陰" not in html
    assert "集計を" in html


def test_a_drawing_that_failed_says_why_and_can_be_asked_for_again(
    client: Client, large: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: Any, **_more: Any) -> Any:
        raise OperationalError("canceling statement due to statement timeout")

    with monkeypatch.context() as patch:
        patch.setattr(analyses, "count_together", breaks)
        assert drawn(client).state == Job.State.FAILED
    html = main_of(client, NET)
    assert "前の集計はできませんでした。時間内に数え終わりませんでした" in html
    assert "もう一度集計する" in html
    assert "data-hx-post" not in html
    drawn(client)
    assert "<line " in main_of(client, NET)


@pytest.mark.parametrize(
    ("page", "kind", "query"),
    [("weeks", "weeks", ""), ("groups", "groups", ""), ("compare", "compare", "a-channel=web&b-age_band=20s")],
)
def test_every_page_of_a_large_set_waits_for_the_worker(
    staff: Client, large: Consultation, page: str, kind: str, query: str
) -> None:
    address = f"/analysis/words/{page}/?{query}".rstrip("?")
    assert "集計をはじめる" in main_of(staff, address)
    assert "鍵" not in staff.post(f"{DRAW}?{query}", {"kind": kind}, headers=HTMX).content.decode()
    assert work().state == Job.State.DONE
    assert "集計をはじめる" not in main_of(staff, address)


def test_nobody_fills_the_queue_and_attributes_stay_refused(
    client: Client, large: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    Proposal.objects.update(age_band="20s")
    client.post(f"{DRAW}?age_band=20s", {"kind": "network"})
    client.post(f"{DRAW}?since=x", {"kind": "network"})
    client.post(DRAW, {"kind": "poster"})
    assert not Job.objects.exists()
    monkeypatch.setattr(actions, "MAX_QUEUED", 1)
    client.post(DRAW, {"kind": "network"})
    refused = client.post(DRAW, {"kind": "weeks"}, headers=HTMX)
    assert "順番を待っています" in refused.content.decode()
    assert Job.objects.count() == 1


def test_one_network_asks_for_so_many_in_a_quarter_of_an_hour(
    client: Client, large: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MAX_REQUESTS", 1)
    client.post(DRAW, {"kind": "network"})
    assert "順番を待っています" in client.post(DRAW, {"kind": "weeks"}, headers=HTMX).content.decode()
    assert Job.objects.count() == 1


def test_a_drawing_that_nobody_needs_any_more_is_not_made(
    client: Client, large: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(client)
    ask = actions.request_analysis
    ask(analysis=analyses.together(scope_of(slug="words"), WordFilter()), url=NET, network="192.0.2.1")
    monkeypatch.setattr(analyses, "count_together", lambda *_a, **_k: pytest.fail("counted once more"))
    assert work().state == Job.State.DONE
    ask(analysis=analyses.weeks(scope_of(slug="words"), WordFilter()), url=NET, network="192.0.2.1")
    Consultation.objects.update(published_at=None)
    failed = work()
    assert (failed.state, failed.error) == (Job.State.FAILED, "このテーマは、いまは公開されていません。")


def test_a_large_set_is_kept_only_once_it_is_drawn(
    client: Client, large: Consultation, sign_in: Callable[[Any], Client]
) -> None:
    staff = sign_in(make_secretariat())
    freeze = "/analysis/words/freeze/"
    assert "集計がまだ終わっていない" in staff.post(freeze, {"kind": "network"}, follow=True).content.decode()
    drawn(client)
    assert "固定版をつくりました" in staff.post(freeze, {"kind": "network"}, follow=True).content.decode()


def test_a_small_set_that_takes_too_long_is_left_to_the_worker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    theme = ConsultationFactory(slug="words")
    for _n in range(6):
        ProposalFactory(consultation=theme, body="公園のベンチと木陰")
    read_proposals()

    def slow(*_args: Any, **_options: Any) -> Any:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '50ms'")
            cursor.execute("SELECT pg_sleep(1)")

    with monkeypatch.context() as patch:
        patch.setattr(analyses, "count_together", slow)
        assert "集計をはじめる" in main_of(client, NET)
    assert drawn(client).state == Job.State.DONE
    assert "公園" in main_of(client, NET)


def test_the_words_of_a_bulk_load_are_paired_whatever_the_database_thinks_of_their_number() -> None:
    theme = ConsultationFactory(slug="words", question=None)
    question = QuestionFactory(consultation=theme)
    author, now = UserFactory(), timezone.now()
    voices = [
        Proposal(consultation=theme, question=question, author=author, body="文", code=code, published_at=now)
        for code in next_codes(3000)
    ]
    Proposal.objects.bulk_create(voices)
    terms = Term.objects.bulk_create(Term(text=f"語{n}", kind=Term.Kind.NOUN) for n in range(20))
    ProposalTerm.objects.bulk_create(
        (ProposalTerm(proposal=voice, term=term, n=1) for voice in voices for term in terms), batch_size=5000
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        cursor.execute("SET LOCAL statement_timeout = '5s'")  # as a page has
        pairs = count_together(Proposal.objects.public(), [term.pk for term in terms])
    assert {n for _a, _b, n in pairs} == {3000}
    assert len(pairs) == 190
