"""Several at once: no act waits for another's stamp, and a page that was made while somebody wrote is not served later."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from apps.consultations.models import Proposal
from apps.page_cache import middleware
from apps.page_cache.stamps import read_stamp
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = Proposal._meta.db_table


def beside(act: Callable[[], Any]) -> threading.Thread:
    """Do something in another thread, with a connection of its own."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def write(proposal: Proposal, title: str) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(title=title)


def test_two_who_write_the_same_table_do_not_wait_for_each_other() -> None:
    one, other = ProposalFactory(), ProposalFactory()
    with transaction.atomic():
        write(one, "一つ目")
        thread = beside(lambda: write(other, "二つ目"))
        thread.join(5)
        assert not thread.is_alive()
        other.refresh_from_db()
        assert other.title == "二つ目"


def test_what_is_not_committed_changes_no_page_and_what_is_changes_the_next() -> None:
    proposal: Any = ProposalFactory(title="はじめの題")
    page = proposal.get_absolute_url()
    assert "はじめの題" in Client().get(page).text
    before = read_stamp([TABLE])
    written, go_on = threading.Event(), threading.Event()

    def slow_act() -> None:
        with transaction.atomic():
            write(proposal, "あとの題")
            written.set()
            assert go_on.wait(20)

    thread = beside(slow_act)
    assert written.wait(20)
    assert read_stamp([TABLE]) == before
    assert "はじめの題" in Client().get(page).text
    go_on.set()
    thread.join()
    assert "あとの題" in Client().get(page).text


def test_a_page_made_while_somebody_writes_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The act commits after the page has read the row, and before the page is kept."""
    proposal: Any = ProposalFactory(title="はじめの題")
    page, kept = proposal.get_absolute_url(), middleware.PageStore.put

    def late(store: Any, key: object, made: Any) -> None:
        beside(lambda: write(proposal, "あとの題")).join()
        kept(store, key, made)

    with monkeypatch.context() as patch:
        patch.setattr(middleware.PageStore, "put", late)
        assert "はじめの題" in Client().get(page).text
    assert "あとの題" in Client().get(page).text


def test_many_who_ask_at_once_get_one_page_that_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    page, made = ConsultationFactory().get_absolute_url(), []
    put = middleware.PageStore.put
    monkeypatch.setattr(middleware.PageStore, "put", lambda own, *words: (made.append(own), put(own, *words)))
    answers: list[bytes] = []
    threads = [beside(lambda: answers.append(Client().get(page).content)) for _reader in range(8)]
    for thread in threads:
        thread.join()
    assert (len(set(answers)), len(answers), made.count(middleware.store)) == (1, 8, 1)


def test_a_rolled_back_change_leaves_the_page_valid() -> None:
    proposal: Any = ProposalFactory(title="題")
    before = read_stamp([TABLE])
    with transaction.atomic():
        write(proposal, "別の題")
        transaction.set_rollback(True)
    assert read_stamp([TABLE]) == before
    with transaction.atomic():
        with transaction.atomic():
            write(proposal, "別の題")
            transaction.set_rollback(True)
        write(proposal, "新しい題")
    assert read_stamp([TABLE]) != before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM page_cache_tablestamp WHERE table_name = %s", [TABLE])
        assert cursor.fetchone()[0] >= 1


def test_who_waited_for_a_page_gets_it_though_somebody_wrote_meanwhile_and_who_comes_later_does_not() -> None:
    proposal: Any = ProposalFactory(title="はじめの題")
    address = proposal.get_absolute_url()
    Client().get(address)
    page = next(page for page in middleware.store.pages() if "はじめの題" in page.body.decode())
    write(proposal, "あとの題")
    request = RequestFactory().get(address)
    key = next(key for key, kept in middleware.store._pages.items() if kept is page)
    serve = middleware.PageCacheMiddleware(lambda _request: HttpResponse("made anew"))
    assert "はじめの題" in serve._make(key, request, page.began - 1).content.decode()
    assert serve._make(key, request, page.began + 1).content == b"made anew"
    assert serve._make(key, request, page.began).content == b"made anew"


def test_a_page_counts_as_begun_before_anything_is_read_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    proposal: Any = ProposalFactory(title="はじめの題")
    read: list[float] = []
    stamps_for = middleware.stamps_for
    monkeypatch.setattr(middleware, "stamps_for", lambda request: read.append(time.monotonic()) or stamps_for(request))
    Client().get(proposal.get_absolute_url())
    page = next(page for page in middleware.store.pages() if "はじめの題" in page.body.decode())
    assert 0 < page.began <= read[0]
