"""What a request says of its sender: typed for views that only signed-in people reach, and its IP address."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from apps.accounts.models import User


class AuthedRequest(HttpRequest):
    """A request whose `user` is a User. A type only: `login_required` or the admin site's `admin_view` ensures it."""

    user: User


def user_of(request: HttpRequest) -> User:
    """Return the signed-in user, where `login_required` or the admin site ensures one but the type does not say so."""
    return cast("User", request.user)


def client_ip(request: HttpRequest) -> str:
    """Return the IP address that rate limits count by; proxies are believed as far as the settings say."""
    return str(get_adapter().get_client_ip(request))
