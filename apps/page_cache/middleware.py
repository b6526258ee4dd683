"""Answer signed-out visitors with pages that are kept in this process, as long as nothing that they show has changed."""

import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from apps.core.compression import accepted_codings
from apps.core.database_errors import UNAVAILABLE, is_unavailable
from apps.core.languages import FURIGANA_COOKIE, accepted_language, chosen_language
from apps.core.metrics import note_kept
from apps.core.table_reads import TableReads, recorded
from apps.page_cache.expiry import expires_at
from apps.page_cache.parts import stamps_for
from apps.page_cache.stamps import combine, read_stamp, stamped_tables
from apps.page_cache.store import NOT_STORED, Page, PageStore

LONGEST_URL = 500  # characters; a longer one is nobody's bookmark
# What a view may ask of a request besides its URL; a part for htmx is another answer than the page.
ASKED_HEADERS = ("HTTP_HOST", "HTTP_HX_REQUEST", "HTTP_HX_TARGET", "HTTP_HX_BOOSTED", "HTTP_HX_HISTORY_RESTORE_REQUEST")

store = PageStore()


class PageCacheMiddleware:
    """Keep finished pages of `settings.CACHED_PAGES` for visitors who have left no trace in their browser (ADR 49).

    A page is valid while the stamp of every table that it shows is the one that was read before it was made, and until the
    next moment of the clock that it depends on. The stamps are asked of the database with every request: what is answered
    never is older than the last act that was answered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key, arrived = page_key(request), time.monotonic()
        if key is None:
            return self.get_response(request)
        try:
            page = store.get(key)
            if page is not None and _is_valid(page, timezone.now()):
                note_kept(request, "visitor", "hit")
                return _answer(page, request)
            if not _is_cached(request):
                return self.get_response(request)
            with store.making(key):
                return self._make(key, request, arrived)
        except Exception as error:
            if not is_unavailable(error):
                raise
            # Asked again the database would let the visitor wait as long once more: see ServiceUnavailableMiddleware.
            setattr(request, UNAVAILABLE, error)
            return self.get_response(request)

    def _make(self, key: object, request: HttpRequest, arrived: float) -> HttpResponse:
        """Make the page, keep it if it may be kept, and answer with it; or with the one that another thread just made.

        While people write, a page may be old when it is finished. Who waited for it gets it nevertheless, if it was begun
        after the request arrived (monotonic time): else each of them would make it anew.
        """
        page, began = store.get(key), time.monotonic()
        if page is not None and page.is_new_for(arrived):
            note_kept(request, "visitor", "hit")
            return _answer(page, request)
        now, stamps = timezone.now(), stamps_for(request)
        if page is not None and now < page.expires and page.stamp == combine(stamps, page.tables):
            note_kept(request, "visitor", "hit")
            return _answer(page, request)
        with recorded() as reads:
            response = self.get_response(request)
        if not _may_be_kept(request, response, reads):
            note_kept(request, "visitor", "not kept")
            return response
        note_kept(request, "visitor", "made")
        tables = sorted(reads.tables)
        headers = {name: value for name, value in response.headers.items() if name.lower() not in NOT_STORED}
        page = Page(headers, response.content, tables, combine(stamps, tables), expires_at(reads.tables, now), began)
        store.put(key, page)
        return _answer(page, request)


def page_key(request: HttpRequest) -> object | None:
    """Return what tells the pages of signed-out visitors apart; None for a request that gets an answer of its own."""
    if request.method not in {"GET", "HEAD"} or len(request.get_full_path()) > LONGEST_URL:
        return None
    if any(name in request.COOKIES for name in settings.TRACE_COOKIES):
        return None
    return (
        request.get_full_path(),
        request.is_secure(),
        chosen_language(request) or (accepted_language(request), "unchosen"),
        request.COOKIES.get(FURIGANA_COOKIE, ""),
        *(request.META.get(name, "") for name in ASKED_HEADERS),
    )


def _is_valid(page: Page, now: datetime) -> bool:
    return now < page.expires and read_stamp(page.tables) == page.stamp


def _is_cached(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).view_name in settings.CACHED_PAGES
    except Resolver404:
        return False


def _may_be_kept(request: HttpRequest, response: HttpResponse, reads: TableReads) -> bool:
    """Return whether an answer is a whole public page that depends on stamped tables alone."""
    if response.status_code != 200 or response.streaming or response.cookies or reads.has_written:
        return False
    # A part for htmx is not to be stored by the browser, which would show it in place of the page; here it may be.
    if "no-store" in response.headers.get("Cache-Control", "") and "HTTP_HX_REQUEST" not in request.META:
        return False
    return reads.tables <= stamped_tables()


def _answer(page: Page, request: HttpRequest) -> HttpResponse:
    """Return the page for this browser, which asks again each time and is told when it has the present one."""
    response = page.response(
        encodings=accepted_codings(request), known_etags=request.META.get("HTTP_IF_NONE_MATCH", "")
    )
    response.headers.setdefault("Cache-Control", "no-cache")
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    return response
