"""Middlewares of every page: readings over official texts, and the number of unread notifications in the header."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from apps.core.languages import is_japanese, wants_furigana
from apps.core.ruby import add_ruby
from apps.operations.models import Notification
from apps.operations.services.furigana import read_texts


class FuriganaMiddleware:
    """Put readings over official Japanese texts of pages and their parts, for visitors who asked for ふりがな.

    The admin site has none, nor has an answer that tells of a failure: what reads may be what failed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
        if (
            is_page
            and response.status_code < 500
            and not request.path.startswith("/admin/")
            and wants_furigana(request)
        ):
            language = get_language() or ""
            response.content = add_ruby(response.text, read_texts, is_japanese=is_japanese(language)).encode()
        return response


class UnreadCountMiddleware:
    """Set `request.unread_count`, a cached callable: one query, and only on pages that show the number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        count = cache(lambda: Notification.objects.visible_to(request.user).unread().count())
        setattr(request, "unread_count", count)  # noqa: B010 - a plain assignment is unknown to the type of requests
        return self.get_response(request)
