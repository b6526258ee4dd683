"""A server that is away, locked or full: everybody gets a sentence and a time to try again, signed in or not."""

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, DataError, InternalError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from apps.core.database_errors import is_unavailable
from apps.page_cache.middleware import PageCacheMiddleware
from tests.accounts.factories import UserFactory

READ_BEFORE_ANY_VIEW = ("django_session", "accounts_user", "accounts_restriction", "operations_notification")


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Somebody else holds the table, and our patience is short: also on a connection that is opened anew meanwhile."""
    ours = connection.settings_dict
    address = {"host": ours["HOST"], "port": ours["PORT"], "user": ours["USER"], "password": ours["PASSWORD"]}
    options = ours["OPTIONS"].get("options", "")
    ours["OPTIONS"]["options"] = f"{options} -c lock_timeout=20ms"
    connection.close()
    try:
        with psycopg.connect(dbname=ours["NAME"], **address) as other:
            other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()
    finally:
        ours["OPTIONS"]["options"] = options
        connection.close()


def is_the_sentence(answer: HttpResponse) -> bool:
    return answer.status_code == 503 and answer["Retry-After"] == "30" and "data-refusal" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_is_asked_before_any_view_answers_503_too() -> None:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(), backend="apps.accounts.backends.PortalBackend")
    for table in READ_BEFORE_ANY_VIEW:
        with locked(table):
            for address in ("/", "/me/", "/admin/"):
                assert is_the_sentence(client.get(address)), (table, address)
    assert client.get("/me/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_visitor_waits_once_and_not_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    client, asked = Client(raise_request_exception=False), []
    monkeypatch.setattr(PageCacheMiddleware, "__call__", watched(PageCacheMiddleware.__call__, asked))
    with locked("page_cache_tablestamp"):
        answer = client.get("/")
    assert is_the_sentence(answer)
    assert answer.headers["Content-Security-Policy"]
    assert len(asked) == 1, "no view asks the database again"
    assert client.get("/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_resident_waits_once_and_not_twice() -> None:
    """The page for all residents could not be made: it is not tried again for this one."""
    client, failed = Client(raise_request_exception=False), []
    client.force_login(UserFactory(), backend="apps.accounts.backends.PortalBackend")

    def note(execute: Any, sql: Any, *rest: Any) -> Any:
        try:
            return execute(sql, *rest)
        except DatabaseError:
            failed.append(str(sql))
            raise

    with locked("consultations_consultation"), connection.execute_wrapper(note):
        answer = client.get("/")
    assert is_the_sentence(answer)
    assert len(failed) == 1
    assert client.get("/").status_code == 200


def watched(call: Any, asked: list[str]) -> Any:
    """The middleware, with a list of the statements that are run inside it."""

    def run(middleware: Any, request: Any) -> Any:
        def note(execute: Any, sql: str, *words: Any) -> Any:
            asked.append(sql)
            return execute(sql, *words)

        with connection.execute_wrapper(note):
            return call(middleware, request)

    return run


def stand_still() -> None:
    """The server allows ten milliseconds; asked again and again, each time later, until it has given up."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10ms'")
        while True:
            threading.Event().wait(0.05)
            cursor.execute("SELECT 1")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_the_server_gave_up_is_a_server_that_is_away() -> None:
    with pytest.raises(DatabaseError) as caught:
        stand_still()
    assert is_unavailable(caught.value)


def test_a_disk_without_room_is_away_and_a_missing_file_is_a_fault() -> None:
    assert is_unavailable(OSError(errno.ENOSPC, "no room"))
    assert not is_unavailable(FileNotFoundError(errno.ENOENT, "no file"))


def go_on_after_a_failure() -> None:
    """A transaction that has failed takes nothing more: whoever goes on in it has made a mistake."""
    with transaction.atomic(), connection.cursor() as cursor:
        with suppress(DataError):
            cursor.execute("SELECT 1 / 0")
        cursor.execute("SELECT 1")


@pytest.mark.django_db
def test_a_fault_of_ours_stays_a_fault() -> None:
    with pytest.raises(InternalError) as caught:
        go_on_after_a_failure()
    assert not is_unavailable(caught.value)
