"""Who may come in: nobody who is suspended; staff with a second factor or not at all, not longer than a working day."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts import second_factor
from apps.accounts.standing import show_suspension, suspension_of

SEEN_KEY = "admin_seen_at"
WRITE_EVERY = 60


class Standing:
    """Ends, at the next page, the session of somebody who was suspended meanwhile, and one that began as a resident's
    and is now of the city's service: residents stay signed in for two weeks and show no second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and getattr(user, "restriction_id", None) and suspension_of(user):
            return show_suspension(request, user)
        if user.is_authenticated and second_factor.is_needed_by(user) and second_factor.is_outgrown(request):
            logout(request)
            messages.info(request, _("職員としてのログインは一日の業務までです。もう一度ログインしてください。"))
            return redirect_to_login(request.get_full_path())
        return self.get_response(request)


class SecondFactor:
    """Stands before every admin address, whoever wrote the page behind it.

    Visitors go to the door, residents get a refusal, staff without authenticator app or passkey its set-up; staff who
    have not shown it in this browser today, or were away for half an hour, show it again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """Decide before the page is asked; None lets it answer."""
        if not request.path.startswith(self.admin):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not second_factor.is_needed_by(request.user):
            raise PermissionDenied(
                _("管理画面は、市の職員だけが使えます。職員の方は、招待されたアドレスでログインしてください。")
            )
        if not second_factor.is_set_up_by(request.user):
            return redirect("accounts:second_factor_needed")
        if not self._is_fresh(request):
            return redirect_to_login(request.get_full_path(), reverse("accounts:second_factor_again"))
        return None

    def _is_fresh(self, request: HttpRequest) -> bool:
        """Whether the second factor was shown today and the desk was not left since."""
        shown = second_factor.last_shown(request)
        seen = max(shown, request.session.get(SEEN_KEY, 0.0))
        if not second_factor.is_recent(shown, seconds=settings.STAFF_SESSION_AGE):
            return False
        if not second_factor.is_recent(seen, seconds=settings.STAFF_IDLE_AGE):
            return False
        if time.time() - seen > WRITE_EVERY:
            request.session[SEEN_KEY] = time.time()
        return True
