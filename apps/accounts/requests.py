"""Typed requests for views that only signed-in people reach."""

from typing import cast

from django.http import HttpRequest

from apps.accounts.models import User


class AuthedRequest(HttpRequest):
    """A request whose `user` is a User. A type only: `login_required` or the admin site's `admin_view` ensures it."""

    user: User


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user, where `login_required` or the admin site ensures one but the type does not say so."""
    return cast("User", request.user)
