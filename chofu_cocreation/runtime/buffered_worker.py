"""gunicorn worker that buffers requests and responses in waitress's loop, so that no thread waits for a browser.

One loop in each process (waitress) takes every request in whole and hands every answer out of a buffer; a thread has a
request from the moment it is there until its answer is written, however slowly the browser sends or reads. What would
only hold the loop up is ended: headers that do not come to an end, a body too slow or too large, a reader that reads
nothing. gunicorn remains the parent: it starts the processes, sees that they live, and replaces them.
"""

import logging
import os
import time
import weakref
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask
from waitress.utilities import BadRequest

from chofu_cocreation.runtime.connection_balance import BALANCE
from chofu_cocreation.runtime.request_limits import (
    BODY_PACE,
    BODY_SECONDS,
    CONNECTIONS,
    FILES_AT_ONCE,
    FORM_BYTES,
    HEADER_BYTES,
    HEADER_SECONDS,
    IDLE_SECONDS,
    body_limit,
)

MEGABYTE = 1024 * 1024
SENTENCES = {
    413: "送られたデータが大きすぎるため、受け取れませんでした。ファイルを小さくするか、分けてください。",
    431: "アドレスや送られた情報が長すぎるため、受け取れませんでした。ブラウザーのCookieを消すと直ることがあります。",
    503: "いま大きなファイルがいくつも送られています。数分たってから、もう一度お試しください。",
}
OTHERWISE = "送られた内容を読み取れませんでした。前の画面に戻って、もう一度お試しください。"
PAGE = (
    '<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>受け取れませんでした</title><h1>受け取れませんでした</h1><p>{}</p>"
    '<p><a href="/">ホームへ</a></p></html>'
)


class TooManyFiles(BadRequest):
    """503: as many large uploads as allowed are coming in already."""

    code, reason = 503, "Service Unavailable"


class Limited:
    """waitress's settings with the body limit of one request."""

    def __init__(self, adj: Any, most: int) -> None:
        self._adj, self.max_request_body_size = adj, most

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adj, name)


class Request(HTTPRequestParser):
    """Parser of one request. Set its body limit when the headers are read, before anything is stored."""

    large: "weakref.WeakSet[Request]" = weakref.WeakSet()

    adj: Any
    error: Any
    completed: bool

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.began = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers and set the body limit that follows from them."""
        super().parse_header(header_plus)
        self.adj = Limited(self.adj, body_limit(self.headers) + 1)

    def received(self, data: bytes) -> int:
        """Take data in. Refuse a large body while FILES_AT_ONCE others are coming in. Return the bytes consumed."""
        consumed = int(super().received(data))
        size = max(self.content_length, self.body_bytes_received)
        if not self.error and not self.completed and size > FORM_BYTES and self not in self.large:
            if len(self.large) >= FILES_AT_ONCE:
                self.error, self.completed = TooManyFiles("too many files at once"), True
            else:
                self.large.add(self)
        if self.completed:
            self.large.discard(self)
        return consumed

    @property
    def deadline(self) -> float:
        """Return the monotonic time at which the request must be complete."""
        if not self.headers_finished:
            return self.began + HEADER_SECONDS
        return self.began + HEADER_SECONDS + BODY_SECONDS + self.content_length / BODY_PACE


class ServiceError(ErrorTask):
    """Error page of a request that never reaches Django."""

    def execute(self) -> None:
        """Write the page and close the connection."""
        code, reason = self.request.error.code, self.request.error.reason
        body = PAGE.format(SENTENCES.get(code, OTHERWISE)).encode()
        self.status = f"{code} {reason}"
        self.response_headers.append(("Content-Type", "text/html; charset=utf-8"))
        self.response_headers.append(("Cache-Control", "no-store"))
        if code == 503:
            self.response_headers.append(("Retry-After", "60"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):
    """Connection of one browser."""

    parser_class = Request
    error_task_class = ServiceError

    @property
    def is_waiting(self) -> bool:
        """Return True when no request is being answered and no answer is being sent."""
        return not self.requests and not self.total_outbufs_len

    def is_late(self, now: float) -> bool:
        """Return whether its request has passed its deadline."""
        coming = self.request
        return coming is not None and now > coming.deadline


class Server(TcpWSGIServer):
    """Event loop of one process."""

    channel_class = Channel
    slot = 0  # of this process in the table of connections

    def readable(self) -> bool:
        """Return whether to accept a connection: not while another process has fewer."""
        if not self.accepting:
            return False
        number = len(self.active_channels)
        BALANCE.note(self.slot, number)
        return bool(super().readable()) and BALANCE.may_accept(self.slot, number)

    def maintenance(self, now: float) -> None:
        """Close connections that are idle, too slow to send, or not read."""
        moment = time.monotonic()
        for channel in list(self.active_channels.values()):
            is_idle = not channel.requests and channel.last_activity < now - IDLE_SECONDS
            if is_idle or channel.is_late(moment):
                channel.will_close = True

    def handle_accept(self) -> None:
        """Accept a connection. Beyond CONNECTIONS, close the oldest that is waiting."""
        if len(self.active_channels) >= CONNECTIONS:
            waiting = [channel for channel in self.active_channels.values() if channel.is_waiting]
            if waiting:
                min(waiting, key=lambda channel: channel.creation_time).handle_close()
        super().handle_accept()


class BufferedWorker(Worker):
    """gunicorn worker class: runs the loop in one process, sends heartbeats."""

    slot = 0  # set by gunicorn's parent before it forks (gunicorn_config)

    def run(self) -> None:
        """Serve until gunicorn stops the worker, max_requests is reached, or the parent process is gone."""
        adj = Adjustments(
            threads=self.cfg.threads,
            connection_limit=CONNECTIONS * 2,
            cleanup_interval=1,
            channel_timeout=IDLE_SECONDS,
            max_request_header_size=HEADER_BYTES,
            inbuf_overflow=MEGABYTE // 2,
            outbuf_overflow=MEGABYTE,
            outbuf_high_watermark=64 * MEGABYTE,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=False,  # which of them count, settings say (TRUSTED_PROXY_COUNT)
            ident=None,
        )
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that a request waits a moment is no news
        channels: dict[int, Any] = {}
        servers = [
            Server(
                self.counted(self.wsgi), map=channels, _sock=bound.sock, adj=adj, bind_socket=False,
                sockinfo=(bound.sock.family, bound.sock.type, bound.sock.proto, bound.sock.getsockname()),
            )
            for bound in self.sockets
        ]  # fmt: skip
        Server.slot = self.slot
        while self.alive and self.ppid == os.getppid():
            self.notify()
            wasyncore.loop(timeout=0.1, use_poll=True, map=channels, count=1)
        self.finish(servers, channels)

    def counted(self, application: Any) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
        """Wrap the WSGI application: count requests up to max_requests, send no body to HEAD."""

        def answer(asked: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            self.nr += 1
            if self.nr >= self.max_requests:
                self.alive = False
            body = application(asked, start_response)
            if asked["REQUEST_METHOD"] != "HEAD":
                return body
            close = getattr(body, "close", None)
            if close:
                close()
            return []

        return answer

    def finish(self, servers: list[Server], channels: dict[int, Any]) -> None:
        """Shut down gracefully: accept nothing, finish open requests within graceful_timeout."""
        for server in servers:
            server.accepting = False
        BALANCE.leave(self.slot)
        end = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < end:
            if all(channel.is_waiting for server in servers for channel in server.active_channels.values()):
                break
            self.notify()
            wasyncore.loop(timeout=0.2, use_poll=True, map=channels, count=1)
        for server in servers:
            server.task_dispatcher.shutdown(timeout=1)
        wasyncore.close_all(channels)
