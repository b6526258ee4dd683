"""What holds for every request: the chosen language, private pages stay private, a stuck server gets a sentence."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from psycopg_pool import PoolTimeout

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


class ServiceUnavailable:
    """A database that is away, locked or slow answers 503 with a sentence and a time to try again, never a bare error."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            return self.answer(request, error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Errors of a view come here, before Django makes a 500 of them."""
        if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
            return self.answer(request, error)
        return None

    def answer(self, request: HttpRequest, error: Exception) -> HttpResponse:
        """The sentence for a resident; the error for the log."""
        log.error("database unavailable at %s: %s", request.path, error)
        response = HttpResponse(render_to_string("503.html"), status=503)
        response["Retry-After"] = "30"
        response["Cache-Control"] = "no-store"
        return response


class ChosenLanguage:
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


class NeverCacheSignedIn:
    """A page made for a signed-in person is never kept by a proxy or shown to the next person at the same computer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response
