"""A small HTTP client for measuring: kept-alive connections in a process of its own, one request after another on each.

Loopback only. `python script/bench_client.py` is what `ask` starts; it prints one line of figures.
"""

import itertools
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field

ENCODINGS = "Accept-Encoding: gzip, deflate, br"
FORM = "Content-Type: application/x-www-form-urlencoded"


@dataclass
class Request:
    """One request: headers are whole lines; a body is that of a form."""

    path: str
    headers: list[str] = field(default_factory=list)
    method: str = "GET"
    body: str = ""

    def as_bytes(self, port: int) -> bytes:
        """Return what is sent."""
        body = self.body.encode()
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: localhost:{port}", ENCODINGS, *self.headers]
        lines += [FORM, f"Content-Length: {len(body)}"] if body else []
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@dataclass
class Measured:
    """What one run found: answers, how many of them failed, a second; milliseconds; bytes of the last answer."""

    answers: int
    failed: int
    rate: float
    p50: float
    p95: float
    size: int


def ask(port: int, turns: list[list[Request]], *, connections: int, seconds: float) -> Measured:
    """Ask on so many connections, for so many seconds, in another process.

    turns: what a connection asks, in turn and again from the start; the next connection takes the next turns.
    """
    asked = {
        "port": port,
        "connections": connections,
        "seconds": seconds,
        "turns": [[asdict(r) for r in t] for t in turns],
    }
    words = [sys.executable, __file__]
    printed = subprocess.run(words, input=json.dumps(asked), capture_output=True, text=True, check=True)  # noqa: S603
    return Measured(**json.loads(printed.stdout))


class Connection:
    """One kept-alive connection; it is opened anew when the server has closed it."""

    def __init__(self, port: int, requests: list[bytes]) -> None:
        self.port, self.requests, self.rest = port, itertools.cycle(requests), b""
        self.socket = self._open()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self) -> tuple[int, int]:
        """Send the request and read the whole answer; its status and size. A connection that was closed meanwhile counts not."""
        request = next(self.requests)
        for _try in range(2):
            try:
                self.socket.sendall(request)
                return self._read()
            except (ConnectionError, EOFError):
                self.socket.close()
                self.socket, self.rest = self._open(), b""
        return 0, 0

    def _more(self) -> bytes:
        got = self.socket.recv(1 << 18)
        if not got:
            raise EOFError
        return got

    def _read(self) -> tuple[int, int]:
        data = self.rest
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, data = data.partition(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", b"0"))
        while len(data) < length:
            data += self._more()
        self.rest = data[length:]
        return int(head[9:12]), len(head) + 4 + length


def drive(connection: Connection, end: float, found: list[tuple[float, int, int]]) -> None:
    """Ask on one connection until the time is over."""
    while (began := time.perf_counter()) < end:
        status, size = connection.ask()
        found.append((time.perf_counter() - began, status, size))


def main() -> None:
    """Read what to ask from the standard input (JSON), measure, and print the figures as JSON."""
    asked = json.load(sys.stdin)
    turns = [[Request(**request).as_bytes(asked["port"]) for request in turn] for turn in asked["turns"]]
    opened = [Connection(asked["port"], turns[place % len(turns)]) for place in range(asked["connections"])]
    found: list[tuple[float, int, int]] = []
    began = time.perf_counter()
    threads = [threading.Thread(target=drive, args=(one, began + asked["seconds"], found)) for one in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    times = sorted(seconds * 1000 for seconds, _status, _size in found)
    good = sum(200 <= status < 400 for _seconds, status, _size in found)
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(json.dumps(asdict(Measured(len(found), len(found) - good, len(found) / took, p50, p95, found[-1][2]))))


if __name__ == "__main__":
    main()
