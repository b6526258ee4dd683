"""The pages of one process: bounded in bytes, the one that was not asked for longest goes first."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import brotli
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone

MOST_BYTES = 24 * 1024 * 1024
OVERHEAD = 2048  # bytes of an entry besides its bodies
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
NOT_STORED = {"content-length", "date"}
WITH_304 = ("Cache-Control", "Content-Language", "Vary", "ETag")


@dataclass
class Page:
    """A finished answer: its headers and body, the tables that it shows with their stamp, and until when it is right.

    began: the monotonic time before its stamps were read. It shows every act that was answered before then.
    """

    headers: dict[str, str]
    body: bytes
    tables: list[str]
    stamp: int
    expires: datetime
    began: float = 0.0
    etag: str = ""
    encoded: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.etag = self.etag or f'W/"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    def is_new_for(self, arrived: float) -> bool:
        """Return whether it was begun after a request arrived (monotonic time): it then shows all that the reader may expect."""
        return self.began > arrived and timezone.now() < self.expires

    @property
    def size(self) -> int:
        """Return about how many bytes the page takes in memory, with both encodings."""
        return OVERHEAD + len(self.body) + len(self.body) // 3

    def response(self, *, encodings: set[str], known_etags: str) -> HttpResponse:
        """Return the answer to a browser.

        encodings: content codings that it takes ("br", "gzip"); known_etags: its If-None-Match.
        """
        if known_etags and (known_etags.strip() == "*" or self.etag in known_etags):
            unchanged = HttpResponseNotModified()
            for name in WITH_304:
                if name in self.headers:
                    unchanged.headers[name] = self.headers[name]
            unchanged.headers["ETag"] = self.etag
            return unchanged
        coding = next((name for name in ("br", "gzip") if name in encodings), "")
        response = HttpResponse(self._body(coding))
        for name, value in self.headers.items():
            response.headers[name] = value
        response.headers["ETag"] = self.etag
        response.headers["Content-Length"] = str(len(response.content))
        if coding:
            response.headers["Content-Encoding"] = coding
        return response

    def _body(self, coding: str) -> bytes:
        if not coding:
            return self.body
        if coding not in self.encoded:
            self.encoded[coding] = (
                brotli.compress(self.body, quality=BROTLI_QUALITY)
                if coding == "br"
                else gzip.compress(self.body, GZIP_LEVEL, mtime=0)
            )
        return self.encoded[coding]


class PageStore:
    """Pages by key, with one lock for each key that is being made."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._pages: OrderedDict[object, Page] = OrderedDict()
        self._making: dict[object, tuple[Lock, int]] = {}
        self._lock = Lock()
        self._most, self._bytes = most_bytes, 0

    def get(self, key: object) -> Page | None:
        """Return the page under a key; None when there is none."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def pages(self) -> list[Page]:
        """Return all pages that are kept now."""
        with self._lock:
            return list(self._pages.values())

    def put(self, key: object, page: Page) -> None:
        """Keep a page, and drop those that were not asked for longest until all fit."""
        with self._lock:
            self._drop(key)
            if page.size > self._most // 8:
                return
            self._pages[key] = page
            self._bytes += page.size
            while self._bytes > self._most or self._oldest.expires <= timezone.now():
                self._drop(next(iter(self._pages)))
                if not self._pages:
                    break

    def clear(self) -> None:
        """Drop all pages."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    @contextmanager
    def making(self, key: object) -> Iterator[None]:
        """Let one thread at a time make the page of a key: who waits finds it made, and looks whether it is new enough."""
        with self._lock:
            lock, waiting = self._making.get(key, (Lock(), 0))
            self._making[key] = lock, waiting + 1
        try:
            with lock:
                yield
        finally:
            with self._lock:
                lock, waiting = self._making[key]
                if waiting == 1:
                    del self._making[key]
                else:
                    self._making[key] = lock, waiting - 1

    @property
    def _oldest(self) -> Page:
        return next(iter(self._pages.values()))

    def _drop(self, key: object) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._bytes -= page.size
