"""Offline copies: what the service worker may keep of public pages for a reader without internet (ADR 48)."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse

HEADER = "Offline-Copy"
KEEP, DROP = "keep", "drop"
ENDS = "accounts:finished"  # the page after 利用を終わる and ログアウト


class OfflineCopyMiddleware:
    """Tell the service worker by a header whether it may keep a page, or has to drop every copy.

    Kept is a public page as anybody gets it: signed out, without a trace of who reads. Dropped is everything as soon as
    somebody is signed in, on a shared terminal, and at the end of the use.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        name = match.view_name if match else ""
        if request.user.is_authenticated or getattr(request, "is_shared_terminal", False) or name == ENDS:
            response.headers[HEADER] = DROP
        elif name in settings.OFFLINE_PAGES and response.status_code == 200 and is_as_for_anybody(request):
            response.headers[HEADER] = KEEP
        return response


def is_as_for_anybody(request: HttpRequest) -> bool:
    """Return whether nothing in the answer comes from who reads: no session, number, message, query or kept words."""
    traces = [name for name in settings.TRACE_COOKIES if request.COOKIES.get(name)]
    if request.method != "GET" or request.META.get("QUERY_STRING") or traces:
        return False
    return not getattr(get_messages(request), "used", False) and not getattr(request, "words_before", None)
