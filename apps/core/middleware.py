"""Middlewares of every request: language, cache headers, database connections, and errors as pages (400, 405, 409, 503)."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.admin.options import TO_FIELD_VAR
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.utils import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers

from apps.core.database_errors import UNAVAILABLE, is_unavailable, respond_being_made, respond_unavailable
from apps.core.exceptions import ActionRefused
from apps.core.language_marks import mark_japanese
from apps.core.languages import accepted_language, chosen_language, is_japanese, keep_language
from apps.core.made_files import BeingMade, release_connections
from apps.core.restored_input import typed_texts
from apps.core.safe_redirect import page_above

# A preview, or a form that came back: its browser may show it again when one goes back, instead of asking to send again.
TYPED_PAGES = {200, 422}
CSRF_FIELD = "csrfmiddlewaretoken"
log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


class ReleaseConnectionsMiddleware:
    """Return database connections to the pool before the response is sent: a slow reader holds none."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        release_connections()
        return response


class ServiceUnavailableMiddleware:
    """Answer 503 with a sentence when the database or disk is unavailable, or a generated file is not ready.

    Handles exceptions of views; those of other middlewares come to `core.views.server_error`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """Return the 503 page when the page cache has found the database unavailable; None else."""
        error = getattr(request, UNAVAILABLE, None)
        return respond_unavailable(request, error) if error is not None else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the 503 page for such an error of a view; None for any other."""
        if isinstance(error, BeingMade):
            return respond_being_made(request)
        return respond_unavailable(request, error) if is_unavailable(error) else None


class LanguageMiddleware:
    """Activate the language that was chosen in this browser; before any choice, the one that the browser asks for.

    Accept-Language counts at the first visit only: another language than Japanese is kept then, as if it were chosen.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = chosen_language(request)
        language = chosen or accepted_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language.partition("-")[0])
        if not chosen:
            patch_vary_headers(response, ["Accept-Language"])
            is_page = response.headers.get("Content-Type", "").startswith("text/html")
            if is_page and language != settings.LANGUAGE_CODE and settings.LANGUAGE_COOKIE_NAME not in response.cookies:
                keep_language(response, language)
        return response


class LanguageMarksMiddleware:
    """Mark Japanese text with lang="ja" on pages in another language (`core.language_marks`)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not is_japanese(translation.get_language() or ""):
            response.content = mark_japanese(response.text).encode()
        return response


class BadRequestMiddleware:
    """Answer 400 with a sentence for values that no field accepts: a NUL in a URL, a row number that is none."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """Refuse primary keys in an admin action that are not whole numbers; the admin site does not check them."""
        chosen = request.POST.getlist("_selected_action") if request.method == "POST" else []
        if all(number.isascii() and number.isdigit() and len(number) < 19 for number in chosen):
            return None
        return render(request, "400.html", status=400)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the 400 page for a value that does not fit its column, and for an unknown `_to_field` of the admin site."""
        is_unknown_field = isinstance(error, FieldDoesNotExist) and TO_FIELD_VAR in request.GET
        return render(request, "400.html", status=400) if is_unknown_field or isinstance(error, DataError) else None


class ActionRefusedMiddleware:
    """Answer 409 for an ActionRefused that no view caught: the sentence, a link back, and what was typed, to be copied."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the 409 page for an ActionRefused; a PermissionDenied is left to Django (403)."""
        if not isinstance(error, ActionRefused) or isinstance(error, PermissionDenied):
            return None
        return refusal(request, error, status=409)


def refusal(request: HttpRequest, refused: ActionRefused, *, status: int) -> HttpResponse:
    """Return the page of a refusal: its sentence, what was typed, and a link back."""
    context = {
        "sentence": refused.sentence,
        "missing": refused.missing,
        "written": typed_texts(request.POST),
        "back": page_before(request) or page_above(request.path),
    }
    return render(request, "refused.html", context, status=status)


def page_before(request: HttpRequest) -> str:
    """Return the URL of our page that sent the request (Referer); an empty string when it is unknown or the same."""
    before = urlsplit(request.headers.get("Referer", ""))
    is_ours = before.netloc == request.get_host() and before.path != request.path
    return f"{before.path}?{before.query}".rstrip("?") if is_ours else ""


class TypedPagesMiddleware:
    """Let a browser show a page that answers a form again when one goes back, instead of asking to send it again.

    Such an answer is nobody else's, so it varies with no cookie: the next step may have set one, and the browser would
    find nothing that fits. Outside of what adds `Vary: Cookie`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in TYPED_PAGES and not request.headers.get("HX-Request"):
            names = [name.strip() for name in response.headers.get("Vary", "").split(",")]
            response.headers["Vary"] = ", ".join(name for name in names if name and name.lower() != "cookie")
            if "no-store" not in response.headers.get("Cache-Control", ""):
                patch_cache_control(response, private=True, max_age=0)
        return response


class MethodNotAllowedMiddleware:
    """Answer 405 with a page and a link back: people open a POST-only URL after signing in again."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html", {"back": page_above(request.path)}, status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page


class HtmxVaryMiddleware:
    """Keep fragments and pages of one URL apart in caches: Vary on HX-Request, and no-store for fragments.

    Browsers go back to what they stored last for a URL, without asking again.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if request.headers.get("HX-Request"):
            response.headers["Cache-Control"] = "private, no-store"
        return response


class NoStoreMiddleware:
    """Set Cache-Control for signed-in users: no-store, so that no proxy or later user of the computer sees the page.

    A POST that shows its form again is only private: the browser may show it when one goes back.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            if request.method == "POST" and response.status_code in TYPED_PAGES:
                patch_cache_control(response, private=True, max_age=0)
            else:
                patch_cache_control(response, private=True, no_store=True)
        return response
