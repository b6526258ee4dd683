"""Connections are shared fairly between processes, and nobody waits for a process that is busy or gone."""

import socket
import time
from collections.abc import Iterator

import psutil
import pytest

from chofu_cocreation.runtime.connection_balance import SLOTS, ConnectionBalance, free_slot
from tests.browser.portal_process import Portal

pytestmark = pytest.mark.real_clock


@pytest.fixture
def balance() -> ConnectionBalance:
    return ConnectionBalance()


def test_a_process_waits_while_another_has_fewer(balance: ConnectionBalance) -> None:
    balance.note(0, 3)
    balance.note(1, 2)
    assert not balance.may_accept(0, 3)
    assert balance.may_accept(1, 2)
    balance.note(1, 3)
    assert balance.may_accept(0, 3)


def test_nobody_waits_for_a_process_that_is_busy_gone_or_leaving(
    balance: ConnectionBalance, monkeypatch: pytest.MonkeyPatch
) -> None:
    balance.note(1, 0)
    assert not balance.may_accept(0, 5)
    balance.leave(1)
    assert balance.may_accept(0, 5)
    balance.note(1, 0)
    moment = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: moment + 1)
    assert balance.may_accept(0, 5)


def test_a_new_process_takes_the_place_of_the_one_that_died() -> None:
    assert free_slot(set()) == 0
    assert free_slot({0, 2}) == 1
    assert free_slot(set(range(SLOTS))) == SLOTS - 1


def connections_of(portal: Portal) -> Iterator[int]:
    """How many browsers each web process has."""
    for process in psutil.Process(portal.process.pid).children(recursive=True):
        if "gunicorn" in " ".join(process.cmdline()) and process.parent().pid != portal.process.pid:
            yield sum(
                one.status == psutil.CONN_ESTABLISHED and one.laddr.port == portal.port
                for one in process.net_connections(kind="tcp")
            )


@pytest.mark.browser
@pytest.mark.xdist_group("portal")
def test_eight_browsers_are_four_and_four(portal: Portal) -> None:
    opened = []
    try:
        for _browser in range(8):
            opened.append(socket.create_connection(("localhost", portal.port)))
            opened[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert opened[-1].recv(20).startswith(b"HTTP/1.1 200")
        one, other = list(connections_of(portal))
        assert one + other >= 8
        assert abs(one - other) <= 1
    finally:
        for connection in opened:
            connection.close()
