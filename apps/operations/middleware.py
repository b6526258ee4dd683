"""Middleware of every page: readings over official texts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from apps.core.languages import is_japanese, wants_furigana
from apps.core.ruby import add_ruby
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
