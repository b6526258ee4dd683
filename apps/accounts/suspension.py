"""Suspended users (利用停止): log out and show the notice, at sign-in and in the middle of a session."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.models import Restriction, User

KEY = "suspended"


def suspension_of(user: User) -> Restriction | None:
    """Return the suspension in force for the user; None without one, also under a lesser restriction."""
    restriction = user.restriction
    return restriction if restriction and restriction.kind == Restriction.Kind.SUSPENDED else None


def show_suspension(request: HttpRequest, user: User) -> HttpResponse:
    """Log out and redirect to the suspension notice; remember the restriction in the session, so that it can be appealed."""
    suspension = suspension_of(user)
    logout(request)
    request.session[KEY] = suspension.pk if suspension else None
    return redirect("accounts:restriction")


def restriction_of(request: HttpRequest) -> Restriction | None:
    """Return the restriction that this session may read and appeal: the user's own, or that of a suspended sign-in."""
    if request.user.is_authenticated:
        return request.user.restriction
    key = request.session.get(KEY)
    return Restriction.objects.current().filter(pk=key).first() if key else None
