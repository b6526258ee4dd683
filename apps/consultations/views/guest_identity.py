"""Anonymous visitor id: a random number in a signed cookie, stored in the database only as a hash."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.crypto import salted_hmac

from apps.accounts import shared_terminal
from apps.accounts.requests import user_of
from apps.consultations.models import GuestLike, Like
from apps.core.two_phase import FACTS, is_for_all

COOKIE = settings.GUEST_COOKIE_NAME
IN_SESSION = "guest_number"  # of a shared terminal, which gets no cookie
SALT = "apps.consultations.guest"
PAGE_KEY = "page_key"  # one for each page that a script serves (static/js/portal.js)
AGAIN = "again"
YEAR = 365 * 24 * 3600


def _cookie(request: HttpRequest) -> str:
    """Return the id in the signed cookie; on a shared terminal that in the session, which ends soon."""
    if shared_terminal.is_on(request):
        return str(request.session.setdefault(IN_SESSION, secrets.token_hex(32)))
    return request.get_signed_cookie(COOKIE, default="", salt=SALT) or ""


def _handle(identity: str) -> str:
    return salted_hmac(SALT, identity, algorithm="sha256").hexdigest()


def guest_handle(request: HttpRequest) -> str:
    """Return the handle (hash) of this browser; empty without an id, if somebody is signed in, and on a page for all."""
    return "" if is_for_all() or request.user.is_authenticated else earlier_handle(request)


def liked(request: HttpRequest, proposals: set[int]) -> frozenset[int]:
    """Return which of these proposals the reader likes: an account, or without one this browser."""
    if request.user.is_authenticated:
        return Like.objects.liked_among(proposals, user=user_of(request))
    return GuestLike.objects.liked_among(proposals, handle=guest_handle(request))


FACTS["liked"] = liked


def earlier_handle(request: HttpRequest) -> str:
    """Return the handle (hash) of this browser, even if somebody has signed in since; empty without an id."""
    identity = _cookie(request)
    return _handle(identity) if identity else ""


def guest_identity(request: HttpRequest) -> tuple[str, str]:
    """Return the id of this browser and its handle (hash); a new one the first time.

    A new id derives from the CSRF cookie, else from what the page's script sends with each form of one page, else from
    the form's own key, so that two requests before the first response get the same one.
    """
    sent = request.POST.get(PAGE_KEY, "") or request.POST.get("submit_key", "")
    guard = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "") or sent[:64]
    fresh = salted_hmac(SALT, guard, algorithm="sha256").hexdigest() if guard else secrets.token_hex(32)
    identity = _cookie(request) or fresh
    return identity, _handle(identity)


def is_first_press(request: HttpRequest) -> bool:
    """Return whether a second press could be taken for another browser: no script, no cookie, and not sent again yet."""
    known = (settings.GUEST_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME)
    return PAGE_KEY not in request.POST and AGAIN not in request.GET and not any(map(request.COOKIES.get, known))


def send_again_with_cookie(request: HttpRequest) -> HttpResponse:
    """Give the browser its id first and let it send the form again by itself (307): of two presses only one does."""
    response = HttpResponseRedirect(f"{request.path}?{AGAIN}=1", status=307)
    remember_guest(request, response, secrets.token_hex(32))
    return response


def remember_guest(request: HttpRequest, response: HttpResponse, identity: str) -> None:
    """Set the cookie, except on a shared terminal."""
    if shared_terminal.is_on(request):
        return
    response.set_signed_cookie(
        COOKIE, identity, salt=SALT, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
