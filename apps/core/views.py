"""The switch of language and ふりがな; error pages (400, 403, 404, 500, CSRF failure) with a sentence and what to do next."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import i18n

from apps.core.database_errors import is_unavailable, respond_unavailable
from apps.core.languages import keep_furigana
from apps.core.restored_input import typed_texts


def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the language or ふりがな (`furigana`: 1, 0) that somebody chose, and go back to the page.

    On a shared terminal the choice ends with the browser.
    """
    response = i18n.set_language(request)
    if request.POST.get("furigana") in {"0", "1"}:
        keep_furigana(response, request.POST["furigana"])
    if getattr(request, "is_shared_terminal", False):
        for cookie in response.cookies.values():
            cookie["max-age"] = cookie["expires"] = ""
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: the request could not be read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403, with the message of the exception where it has one."""
    sentence = str(exception) if exception and str(exception) else ""
    return render(request, "403.html", {"sentence": sentence}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: no such page, or not visible to this user."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 with a template without context, which cannot fail again; 503 when the database or disk is unavailable."""
    error = sys.exception()
    if is_unavailable(error):
        return respond_unavailable(request, error)
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 for a failed CSRF check, with what was typed, to be copied.

    The texts are shown only for same-origin requests (Sec-Fetch-Site): no foreign page may put texts under the city's name.
    """
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    texts = typed_texts(request.POST) if is_ours else []
    return render(request, "403_csrf.html", {"written": texts}, status=403)
