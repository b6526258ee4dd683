"""What the portal says when a page cannot be shown: always a sentence, and what to do next."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from apps.core.database_errors import is_unavailable, respond_unavailable
from apps.core.restored_input import words_in


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: the request could not be read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: not allowed; the reason is said where one was given."""
    sentence = str(exception) if exception and str(exception) else ""
    return render(request, "403.html", {"sentence": sentence}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: no such page, or nothing that this person may see."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; rendered without anything that could fail again. 503 when it is a server that is away just now."""
    error = sys.exception()
    if is_unavailable(error):
        return respond_unavailable(request, error)
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was open too long or the browser keeps no cookies; what was written is shown, to be copied.

    Only when the browser says that a page of ours sent it: nobody else's words may stand under the city's name.
    """
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    written = words_in(request.POST) if is_ours else []
    return render(request, "403_csrf.html", {"written": written}, status=403)
