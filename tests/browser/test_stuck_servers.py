"""The running portal while its database is locked or frozen, or Valkey hangs: a sentence in time, then all is well."""

import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil
import psycopg
import pytest

from chofu_cocreation.runtime.embedded import state

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]


def ask(portal: Any, address: str) -> tuple[int, str, dict[str, str], float]:
    """Status, text, headers and seconds of one request."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(portal.url + address, timeout=15) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers), time.monotonic() - began
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers), time.monotonic() - began


@contextmanager
def frozen(portal: Any, name: str) -> Iterator[None]:
    """Stop every process of one server of this portal, as a hung machine would."""
    parts = psutil.Process(portal.process.pid).children(recursive=True)
    chosen = [part for part in parts if name in part.name()]
    assert chosen, [part.name() for part in parts]
    for part in chosen:
        os.kill(part.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for part in chosen:
            with suppress(ProcessLookupError):  # a backend whose client has given up ends by itself
                os.kill(part.pid, signal.SIGCONT)


def test_locked_table_gives_a_sentence(portal: Any) -> None:
    address = state.known_urls(portal.var)["DATABASE_OWNER_URL"]
    for _process in range(4):  # a page that both have kept
        assert ask(portal, "/consultations/")[0] == 200
    with psycopg.connect(address) as connection:
        connection.execute("LOCK TABLE consultations_consultation IN ACCESS EXCLUSIVE MODE")
        status, text, headers, seconds = ask(portal, "/consultations/?q=locked")
        kept = ask(portal, "/consultations/")
        connection.rollback()
    assert kept[0] in {200, 503}
    assert kept[3] < 6
    assert status == 503
    assert "Retry-After" in headers
    assert "混み合って" in text or "しばらく" in text or "少し" in text
    assert seconds < 6
    assert ask(portal, "/consultations/")[0] == 200


def test_frozen_database_gives_a_sentence_and_is_found_again(portal: Any) -> None:
    with frozen(portal, "postgres"):
        for _again in range(2):
            status, text, _headers, seconds = ask(portal, "/consultations/")
            assert status == 503
            assert "data-refusal" in text
            assert seconds < 14
    deadline = time.monotonic() + 20
    while ask(portal, "/consultations/")[0] != 200:
        assert time.monotonic() < deadline


def test_hung_valkey_is_not_noticed(portal: Any) -> None:
    with frozen(portal, "valkey"):
        for address in ("/", "/consultations/", "/accounts/login/"):
            status, _text, _headers, seconds = ask(portal, address)
            assert status == 200, address
            assert seconds < 3, address
    assert ask(portal, "/readyz")[0] == 200


def test_portal_serves_as_the_lesser_role(portal: Any) -> None:
    with psycopg.connect(state.known_urls(portal.var)["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        assert row == ("chofu_app", False)
        for statement in (
            "UPDATE operations_auditentry SET verb = 'x'",
            "DELETE FROM operations_auditentry",
            "TRUNCATE consultations_proposal",
            "CREATE TABLE own (id int)",
            "DROP TABLE consultations_like",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)
