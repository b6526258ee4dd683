"""Staff come with a second factor or not at all."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class SecondFactor:
    """Sends staff without an authenticator app or passkey from every admin address to the page that sets one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.admin) and request.user.is_authenticated and request.user.is_staff:
            if not is_mfa_enabled(request.user):
                return redirect("accounts:second_factor_needed")
        return self.get_response(request)
