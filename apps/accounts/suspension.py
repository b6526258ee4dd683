"""Whether a person may come in: what happens to somebody who is suspended, at the door and in the middle of a session."""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.models import Restriction

KEY = "suspended"


def suspension_of(user: Any) -> Restriction | None:
    """The suspension that holds for the person now."""
    restriction = user.restriction
    return restriction if restriction and restriction.kind == Restriction.Kind.SUSPENDED else None


def show_suspension(request: HttpRequest, user: Any) -> HttpResponse:
    """End the session and lead to the page that says why; this browser may object, for it has shown who sits there."""
    suspension = suspension_of(user)
    logout(request)
    request.session[KEY] = suspension.pk if suspension else None
    return redirect("accounts:restriction")


def restriction_of(request: HttpRequest) -> Restriction | None:
    """The restriction that this browser may read and object to: one's own, or the one named at the door."""
    user: Any = request.user
    if user.is_authenticated:
        return user.restriction
    return Restriction.objects.current().numbered(request.session.get(KEY))
