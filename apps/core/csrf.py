"""CSRF protection without a cookie for who is not signed in: the browser itself says which site a form was sent from.

Every browser names the sending site with a POST (`Sec-Fetch-Site`, Fetch Metadata; `Origin`, RFC 6454), and no page can
change that. Whoever has a session sends Django's token besides, and so does a browser that says nothing.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.html import format_html

from apps.core.two_phase import PARTS

FIELD = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
FROM_HERE = "is_sent_from_here"  # attribute of a request that was accepted by what the browser says


class SameOriginCsrfMiddleware(CsrfViewMiddleware):
    """Django's CSRF check; a form of somebody without a session needs no token when it was sent from this very site."""

    def process_view(
        self, request: HttpRequest, callback: Callable[..., Any], callback_args: Any, callback_kwargs: Any
    ) -> HttpResponseForbidden | None:
        """Accept such a form; leave every other request to Django's check."""
        if needs_no_token(request) and is_sent_from_here(request):
            setattr(request, FROM_HERE, True)
            setattr(request, "csrf_processing_done", True)  # noqa: B010 - Django's own mark, unknown to the type of requests
            return None
        return super().process_view(request, callback, callback_args, callback_kwargs)


def needs_no_token(request: HttpRequest) -> bool:
    """Return whether a browser has no session that a foreign site could use."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES


def is_sent_from_here(request: HttpRequest) -> bool:
    """Return whether the browser says that a page of this site sent the request; False when it says nothing."""
    site, origin = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", "")
    if site and site != "same-origin":
        return False
    if origin:
        return origin == f"{request.scheme}://{request.get_host()}"
    return site == "same-origin"


def needs_no_token_now(request: HttpRequest) -> bool:
    """Return whether a page needs no token, and so no cookie: without a session, read or as the answer to a form from here.

    The page of a refusal holds the token: it is what a browser that says nothing has to send.
    """
    is_read = request.method in {"GET", "HEAD"}
    session = getattr(request, "session", None)
    has_begun = session is not None and not session.is_empty()  # with this very answer: the next form comes with it
    return needs_no_token(request) and not has_begun and (is_read or getattr(request, FROM_HERE, False))


def token_field(request: HttpRequest) -> str:
    """Return the hidden field with the CSRF token of a form; nothing where no token is asked for."""
    return "" if needs_no_token_now(request) else format_html(FIELD, get_token(request))


PARTS["csrf_token"] = token_field
