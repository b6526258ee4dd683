"""A small HTTP client for measuring: kept-alive connections in a process of its own, one request after another on each.

Loopback only. `python script/bench_client.py` is what `ask` starts; it prints one line of figures.
"""

import argparse
import base64
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass

ENCODINGS = "Accept-Encoding: gzip, deflate, br\r\n"


@dataclass
class Measured:
    """What one run found: answers, how many of them failed, a second; milliseconds; bytes of the last answer."""

    answers: int
    failed: int
    rate: float
    p50: float
    p95: float
    size: int


def ask(
    port: int, path: str, *, connections: int, seconds: float, headers: str = "", method: str = "GET", body: bytes = b""
) -> Measured:
    """Ask for one path as often as it is answered, for so many seconds, in another process."""
    words = [sys.executable, __file__, str(port), path, str(connections), str(seconds), method]
    words += ["--headers", base64.b64encode(headers.encode()).decode(), "--body", base64.b64encode(body).decode()]
    printed = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603 - this very file
    return Measured(**json.loads(printed.stdout))


class Connection:
    """One kept-alive connection; it is opened anew when the server has closed it."""

    def __init__(self, port: int, request: bytes) -> None:
        self.port, self.request, self.rest = port, request, b""
        self.socket = self._open()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self) -> tuple[int, int]:
        """Send the request and read the whole answer; its status and size. A connection that was closed meanwhile counts not."""
        for _try in range(2):
            try:
                self.socket.sendall(self.request)
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
    """Measure, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("path")
    parser.add_argument("connections", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("method")
    parser.add_argument("--headers", default="")
    parser.add_argument("--body", default="")
    asked = parser.parse_args()
    body = base64.b64decode(asked.body)
    headers = base64.b64decode(asked.headers).decode() + ENCODINGS
    if body:
        headers += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    line = f"{asked.method} {asked.path} HTTP/1.1\r\nHost: localhost:{asked.port}\r\n{headers}\r\n"
    request = line.encode() + body
    found: list[tuple[float, int, int]] = []
    opened = [Connection(asked.port, request) for _number in range(asked.connections)]
    began = time.perf_counter()
    threads = [threading.Thread(target=drive, args=(one, began + asked.seconds, found)) for one in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    times = sorted(seconds * 1000 for seconds, _status, _size in found)
    good = sum(200 <= status < 400 for _seconds, status, _size in found)
    print(
        json.dumps(
            asdict(
                Measured(
                    answers=len(found), failed=len(found) - good, rate=len(found) / took, p50=times[len(times) // 2],
                    p95=times[int(len(times) * 0.95)], size=found[-1][2],
                )
            )
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
