"""What holds for every request: the chosen language, private pages stay private, a stuck server gets a sentence."""

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

from apps.core.database_errors import is_unavailable, respond_being_made, respond_unavailable
from apps.core.exceptions import ActionRefused
from apps.core.language_marks import mark_japanese
from apps.core.made_files import BeingMade, release_connections
from apps.core.restored_input import words_in
from apps.core.safe_redirect import page_above

# A preview, or a form that came back: its browser may show it again when one goes back, instead of asking to send again.
TYPED_PAGES = {200, 422}
CSRF_FIELD = "csrfmiddlewaretoken"
log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


class ReleaseConnectionsMiddleware:
    """Give the database's connections back before an answer is sent: however slowly it is read, it holds none."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        release_connections()
        return response


class ServiceUnavailableMiddleware:
    """A server that is away, locked, slow or full answers a view with a sentence (see `unavailable`), never a bare error.

    What goes wrong outside of views, in another middleware, comes to `server_error` of the views instead.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Errors of a view come here, before Django makes a 500 of them."""
        if isinstance(error, BeingMade):
            return respond_being_made(request)
        return respond_unavailable(request, error) if is_unavailable(error) else None


class LanguageMiddleware:
    """Japanese unless the person chose another language here; the browser's wish alone changes nothing."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class LanguageMarksMiddleware:
    """On a page in another language, what the city and residents wrote in Japanese says that it is Japanese."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and translation.get_language() != settings.LANGUAGE_CODE:
            response.content = mark_japanese(response.text).encode()
        return response


class BadRequestMiddleware:
    """What no field would take and no page asks for (a NUL in an address, a row number that is none): 400 with a sentence."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """The admin site's lists take the chosen rows as they come; ours have whole numbers."""
        chosen = request.POST.getlist("_selected_action") if request.method == "POST" else []
        if all(number.isascii() and number.isdigit() and len(number) < 19 for number in chosen):
            return None
        return render(request, "400.html", status=400)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The database says that a value cannot be one of its column: it is nobody's row."""
        is_no_field = (
            isinstance(error, FieldDoesNotExist) and TO_FIELD_VAR in request.GET
        )  # the admin site's own parameter
        return render(request, "400.html", status=400) if is_no_field or isinstance(error, DataError) else None


class ActionRefusedMiddleware:
    """A refusal that no page caught ends as a sentence with the way back (409), at every address and for scripts too.

    What the person had written stands on the page, to be copied.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Errors of a view come here, before Django makes a 500 of them."""
        if not isinstance(error, ActionRefused) or isinstance(
            error, PermissionDenied
        ):  # Django answers the latter with 403
            return None
        return refusal(request, error, status=409)


def refusal(request: HttpRequest, refused: ActionRefused, *, status: int) -> HttpResponse:
    """A page with the sentence of a refusal, the words that were sent, and the way back."""
    context = {
        "sentence": refused.sentence,
        "missing": refused.missing,
        "written": words_in(request.POST),
        "back": page_before(request) or page_above(request.path),
    }
    return render(request, "refused.html", context, status=status)


def page_before(request: HttpRequest) -> str:
    """The page of ours from which the request came; nothing when the browser does not say."""
    before = urlsplit(request.headers.get("Referer", ""))
    is_ours = before.netloc == request.get_host() and before.path != request.path
    return f"{before.path}?{before.query}".rstrip("?") if is_ours else ""


class MethodNotAllowedMiddleware:
    """An address that only a button may ask gets a page too, with the way back: people come to it after signing in again."""

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
    """A part of a page and the page at the same address never stand for each other in anybody's cache.

    Browsers go Back to what they kept last of an address, without asking again: what htmx was given is never kept, and
    a page says that another answer exists.
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
    """A page made for a signed-in person is never kept by a proxy or shown to the next person at the same computer."""

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
