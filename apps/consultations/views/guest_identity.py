"""Who a browser is, for people without an account: a number in a signed cookie, kept as a hash that leads nowhere else."""

import secrets

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from apps.accounts import shared_terminal

COOKIE = settings.GUEST_COOKIE_NAME
IN_SESSION = "guest_number"  # of a shared terminal, which gets no cookie
SALT = "apps.consultations.guest"
YEAR = 365 * 24 * 3600


def address_of(request: HttpRequest) -> str:
    """The network address that limits count by; proxies are believed as far as the settings say."""
    return str(get_adapter().get_client_ip(request))


def _cookie(request: HttpRequest) -> str:
    """What the cookie says, if it is ours; on a shared terminal what the session says, which ends soon."""
    if shared_terminal.is_on(request):
        return str(request.session.setdefault(IN_SESSION, secrets.token_hex(32)))
    return request.get_signed_cookie(COOKIE, default="", salt=SALT) or ""


def _handle(identity: str) -> str:
    return salted_hmac(SALT, identity, algorithm="sha256").hexdigest()


def guest_handle(request: HttpRequest) -> str:
    """The hash by which rows know this browser; nothing when it was never given a number, or somebody is signed in."""
    return "" if request.user.is_authenticated else earlier_handle(request)


def earlier_handle(request: HttpRequest) -> str:
    """The hash by which rows know this browser, also of somebody who has signed in since; nothing without a number."""
    identity = _cookie(request)
    return _handle(identity) if identity else ""


def guest_identity(request: HttpRequest) -> tuple[str, str]:
    """The number of this browser and its hash; a new one the first time.

    It is made of the cookie that guards the forms: two presses before the first answer came get the same number.
    """
    guard = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    fresh = salted_hmac(SALT, guard, algorithm="sha256").hexdigest() if guard else secrets.token_hex(32)
    identity = _cookie(request) or fresh
    return identity, _handle(identity)


def remember_guest(request: HttpRequest, response: HttpResponse, identity: str) -> None:
    """Give the browser its number, unless others use it next."""
    if shared_terminal.is_on(request):
        return
    response.set_signed_cookie(
        COOKIE, identity, salt=SALT, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
