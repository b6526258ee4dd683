"""Browsers that send or read slowly, or send too much: everybody else is answered meanwhile."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.conf import settings

from chofu_cocreation.runtime import request_limits

SOON = 4  # on a machine that has much else to do
pytestmark = pytest.mark.real_clock


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


class Served:
    """The portal's server with an application that asks no database."""

    def __init__(self, port: int) -> None:
        self.port, self.browsers = port, list[socket.socket]()
        command = ["-m", "gunicorn", "-c", "tests/serving/echo.py", "tests.serving.echo"]
        self.process = subprocess.Popen(
            [sys.executable, *command], cwd=settings.BASE_DIR, env=os.environ | {"PORT": str(port), "WEB_WORKERS": "1"}
        )

    def connect(self) -> socket.socket:
        """A browser's connection."""
        self.browsers.append(socket.create_connection(("127.0.0.1", self.port), timeout=20))
        return self.browsers[-1]

    def sent(self, data: bytes) -> socket.socket:
        """One that has sent this."""
        browser = self.connect()
        browser.sendall(data)
        return browser

    def page(self, path: str = "/") -> float:
        """Seconds until a page was there."""
        began = time.monotonic()
        browser = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        browser.request("GET", path)
        assert browser.getresponse().read()
        browser.close()
        return time.monotonic() - began


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    running = Served(free_port())
    end = time.monotonic() + 60
    while True:
        try:
            running.page()
            break
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.2)
    yield running
    running.process.terminate()
    running.process.wait(20)


@pytest.fixture(autouse=True)
def leave(served: Served) -> Iterator[None]:
    """The browsers of a test go with it."""
    yield
    while served.browsers:
        served.browsers.pop().close()


def answer_of(browser: socket.socket) -> tuple[int, str, http.client.HTTPResponse]:
    """What it was answered: status, text, the whole."""
    answer = http.client.HTTPResponse(browser)
    answer.begin()
    return answer.status, answer.read().decode(), answer


def ended(browser: socket.socket, *, within: float) -> bool:
    """Whether the server closes the connection in this time."""
    browser.settimeout(within)
    try:
        while browser.recv(65536):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


def test_half_sent_headers_hold_nobody_up_and_are_ended(served: Served) -> None:
    browsers = [served.sent(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ") for _number in range(40)]
    assert served.page() < SOON
    assert all(ended(browser, within=8) for browser in browsers)


def test_headers_that_drip_are_ended_all_the_same(served: Served) -> None:
    browser, began = served.sent(b"GET / HTTP/1.1\r\nHost: x\r\n"), time.monotonic()
    with contextlib.suppress(OSError):
        while time.monotonic() - began < 10:
            browser.sendall(b"X-A: b\r\n")
            time.sleep(0.3)
    assert time.monotonic() - began < 8


def test_readers_that_read_nothing_hold_nobody_up_and_are_ended(served: Served) -> None:
    browsers = [served.sent(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") for _number in range(12)]
    time.sleep(0.5)
    assert served.page() < SOON
    time.sleep(7)
    left = [browser for browser in browsers if browser.send(b"GET / HTTP/1.1\r\n\r\n") and not ended(browser, within=5)]
    assert not left


def test_a_slow_reader_gets_everything(served: Served) -> None:
    browser, got = served.sent(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 0
    while data := browser.recv(400_000):
        got += len(data)
        time.sleep(0.01)
    assert got > 6_000_000


def test_more_connections_than_there_is_room_for_close_the_oldest(served: Served) -> None:
    browsers = [served.connect() for _number in range(90)]
    assert served.page() < SOON
    assert ended(browsers[0], within=1)


FORM = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: {}\r\nCookie: {}\r\n{}\r\n\r\n"
FILES = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    ("kind", "cookie", "size"),
    [
        ("application/x-www-form-urlencoded", "session=a", request_limits.FORM_BYTES + 1),
        (FILES, "a=b", request_limits.FORM_BYTES + 1),
        (FILES, "session=a", 300_000_000),
    ],
)
def test_too_much_is_refused_before_it_is_sent(served: Served, kind: str, cookie: str, size: int) -> None:
    browser = served.sent(FORM.format(kind, cookie, f"Content-Length: {size}").encode())
    status, text, _answer = answer_of(browser)
    assert status == 413
    assert "大きすぎる" in text
    assert ended(browser, within=2)


def test_too_much_in_pieces_is_refused_at_the_limit(served: Served) -> None:
    browser = served.sent(FORM.format(FILES, "a=b", "Transfer-Encoding: chunked").encode())
    sent, piece = 0, b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with contextlib.suppress(OSError):
        while sent < 50_000_000:
            browser.sendall(piece)
            sent += 0x10000
    assert sent < request_limits.FORM_BYTES + 8_000_000  # what the two kernels hold between them


def test_a_file_of_the_city_comes_in(served: Served) -> None:
    size = 20_000_000
    browser = served.sent(FORM.format(FILES, "a=b; session=a", f"Content-Length: {size}").encode() + b"x" * size)
    assert answer_of(browser)[1].startswith("20000000 ")


def test_large_files_come_in_a_few_at_a_time(served: Served) -> None:
    headers = FORM.format(FILES, "session=a", "Content-Length: 9000000").encode()
    browsers = [served.sent(headers + b"x") for _number in range(request_limits.FILES_AT_ONCE + 1)]
    status, _text, answer = answer_of(browsers[-1])
    assert (status, answer.headers["Retry-After"]) == (503, "60")
    for browser in browsers:
        browser.close()
    time.sleep(1.5)
    assert served.page() < SOON


def test_a_body_that_drips_is_ended(served: Served) -> None:
    browser, began = served.sent(FORM.format(FILES, "session=a", "Content-Length: 1000").encode()), time.monotonic()
    with contextlib.suppress(OSError):
        while time.monotonic() - began < 12:
            browser.sendall(b"x")
            time.sleep(0.3)
    assert time.monotonic() - began < 10


def test_head_has_no_body_and_the_connection_goes_on(served: Served) -> None:
    browser = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    for method, length in (("HEAD", 0), ("GET", 1), ("HEAD", 0), ("GET", 1)):
        browser.request(method, "/")
        assert (len(browser.getresponse().read()) > 0) == bool(length)
    browser.close()


def test_headers_too_long_are_refused_in_words(served: Served) -> None:
    browser = served.sent(b"GET / HTTP/1.1\r\nX: " + b"a" * request_limits.HEADER_BYTES + b"\r\n\r\n")
    status, text, _answer = answer_of(browser)
    assert status == 431
    assert "長すぎる" in text


def test_a_process_that_ends_answers_what_it_has_begun(served: Served) -> None:
    browser = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    browser.request("GET", "/pid")
    pid = int(browser.getresponse().read().split()[1])
    browser.request("GET", "/slow")
    time.sleep(0.5)
    os.kill(pid, signal.SIGTERM)
    assert browser.getresponse().read()
    browser.close()
    assert served.page() < 10
