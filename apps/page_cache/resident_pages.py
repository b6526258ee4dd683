"""Answer signed-in residents and guests with pages that are kept in this process and filled in for each (ADR 52)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.core.database_errors import is_unavailable
from apps.core.languages import FURIGANA_COOKIE, chosen_language
from apps.core.metrics import note_kept
from apps.core.table_reads import recorded
from apps.core.two_phase import RenderedPage, rendering_for_any_reader
from apps.page_cache.expiry import expires_at
from apps.page_cache.middleware import ASKED_HEADERS, LONGEST_URL
from apps.page_cache.parts import forget_stamps, stamps_for
from apps.page_cache.stamps import combine, stamped_tables
from apps.page_cache.store import OVERHEAD, Page, PageStore

View = Callable[..., HttpResponse]
MOST_BYTES = 16 * 1024 * 1024

store = PageStore(MOST_BYTES)


@dataclass
class ResidentPage(Page):
    """A page as all residents see it, with its slots; or the note that the page cannot be made for all alike."""

    rendered: RenderedPage | None = None

    @property
    def size(self) -> int:
        """Return about how many bytes it takes in memory."""
        return OVERHEAD + (2 * self.rendered.size if self.rendered else 0)


class ResidentPageMiddleware:
    """Make the pages of `settings.RESIDENT_PAGES` once for all signed-in residents, and fill in what differs between them.

    Once more for all guests: nobody is signed in, but the browser has a number, by which its likes are known.
    Valid as long as a visitor's page is (PageCacheMiddleware). The last middleware: whatever ends a session, asks for a
    second factor or restores a text has been done. Somebody with a role, a restriction, a message to be told or a text to
    be restored gets a page of their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        """Return the filled page; None lets the view make one for this reader."""
        key = resident_key(request)
        if key is None:
            return None
        arrived = time.monotonic()
        page, result = _valid(key, request), "hit"
        if page is None:
            with store.making(key):
                began = time.monotonic()
                forget_stamps(request)  # read before waiting
                page = _new_for(arrived, key) or _valid(key, request)
                if page is None:
                    page, result = _make(key, request, began, lambda: view(request, *args, **kwargs)), "made"
        html = page.rendered.fill(request) if page is not None and page.rendered is not None else None
        note_kept(
            request,
            "resident" if request.user.is_authenticated else "guest",
            result if html is not None else "not kept",
        )
        return None if page is None or html is None else HttpResponse(html, headers=page.headers)


def resident_key(request: HttpRequest) -> object | None:
    """Return what tells the pages of residents apart; None for a request that gets an answer of its own."""
    match, user = request.resolver_match, request.user
    if match is None or match.view_name not in settings.RESIDENT_PAGES or request.method not in {"GET", "HEAD"}:
        return None
    has_own_state = _has_own_state if user.is_authenticated else _is_no_guest
    if len(request.get_full_path()) > LONGEST_URL or has_own_state(request):
        return None
    return (
        user.is_authenticated,
        request.get_full_path(),
        request.is_secure(),
        chosen_language(request) or request.LANGUAGE_CODE,
        request.COOKIES.get(FURIGANA_COOKIE, ""),
        *(request.META.get(name, "") for name in ASKED_HEADERS),
    )


def _has_own_state(request: HttpRequest) -> bool:
    """Return whether this reader's page could differ in more than its slots."""
    user: Any = request.user
    if user.serves_city or user.postings.all() or getattr(user, "restriction_id", 1) is not None:
        return True
    if getattr(request, "is_shared_terminal", False) or getattr(request, "words_before", None):
        return True
    others = set(settings.TRACE_COOKIES) - {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    if "messages" in request.COOKIES or any(name in request.COOKIES for name in others):
        return True
    return "_messages" in request.session


def _is_no_guest(request: HttpRequest) -> bool:
    """Return whether somebody who is not signed in is more than a browser with a guest's number."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES:
        return True
    if getattr(request, "is_shared_terminal", False) or getattr(request, "words_before", None):
        return True
    return settings.GUEST_COOKIE_NAME not in request.COOKIES


def _valid(key: object, request: HttpRequest) -> ResidentPage | None:
    page = store.get(key)
    if not isinstance(page, ResidentPage) or timezone.now() >= page.expires:
        return None
    return page if page.stamp == combine(stamps_for(request), page.tables) else None


def _new_for(arrived: float, key: object) -> ResidentPage | None:
    """Return the page that another thread began after this request arrived (monotonic time), though people wrote since."""
    page = store.get(key)
    return page if isinstance(page, ResidentPage) and page.is_new_for(arrived) else None


def _make(key: object, request: HttpRequest, began: float, view: Callable[[], HttpResponse]) -> ResidentPage | None:
    """Render a page for all residents and keep it; None if the answer is not a page, or nothing that may be kept.

    began: the monotonic time before the stamps of the request were read.
    """
    now, stamps = timezone.now(), stamps_for(request)
    with recorded() as reads, rendering_for_any_reader(request) as slots:
        try:
            response = view()
        except Exception as error:  # the view says the same again to its one reader, and there it is answered
            if is_unavailable(error):  # asked again the database would let them wait as long once more
                raise
            return None
    if response.status_code != 200 or response.streaming or response.cookies or reads.has_written:
        return None
    if not reads.tables <= stamped_tables():
        return None
    tables = sorted(reads.tables)
    headers = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
    page = ResidentPage(headers, b"", tables, combine(stamps, tables), expires_at(reads.tables, now), began)
    page.rendered = None if slots.refused else RenderedPage(response.content.decode(), slots)
    store.put(key, page)
    return page
