"""Who may come in: nobody who is suspended; staff as staff with a second factor only, not longer than a working day."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from apps.accounts import second_factor
from apps.accounts.models import Restricted
from apps.accounts.standing import show_suspension, suspension_of
from apps.core.middleware import CSRF_FIELD, refusal

SEEN_KEY = "admin_seen_at"
WRITE_EVERY = 60
SAFE = {"GET", "HEAD", "OPTIONS"}
REFUSALS = {403, 404, 410}  # a page that opens for staff answers others with one of these
DOOR = "/accounts/"  # signing in, and one's own sign-in: nothing there is for staff only


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

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """Refuse what a restricted person sends, at every address that the settings do not name, old or new."""
        person: Any = request.user
        if request.method in SAFE or not getattr(person, "restriction_id", None):
            return None
        match = request.resolver_match
        if match is None or match.view_name in settings.RESTRICTED_MAY_SEND or request.path.startswith(DOOR):
            return None
        try:
            person.require_may_write()
        except Restricted as restricted:
            return refusal(request, restricted, status=403)
        return None


class SecondFactor:
    """Lets the rights of the city's service begin, for each request, only with a second factor shown in this browser.

    Wherever a page stands: without it staff are residents, in every question and rule. Where that refuses a page, and
    at every admin address, they are led to the second factor and back. It counts for a working day, and until the desk
    was left for half an hour.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not person.is_authenticated or not second_factor.is_needed_by(person):
            return self.get_response(request)
        person.second_factor_shown = self._is_fresh(request)
        response = self.get_response(request)
        is_for_staff = not person.second_factor_shown and not request.path.startswith((self.admin, DOOR))
        is_ours = request.method in {"GET", "HEAD"} or getattr(request, "csrf_processing_done", False)
        if is_for_staff and is_ours and _is_refused(request, response):
            return ask_for_factor(request)
        return response

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """Decide before an admin page is asked; None lets it answer."""
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
        return None if request.user.second_factor_shown else ask_for_factor(request)

    def _is_fresh(self, request: HttpRequest) -> bool:
        """Whether the second factor was shown today and the desk was not left since.

        A part that a page loads by itself (progress of a job) is no sign of somebody at the desk.
        """
        shown = second_factor.last_shown(request)
        seen = max(shown, request.session.get(SEEN_KEY, 0.0))
        if not second_factor.is_recent(shown, seconds=settings.STAFF_SESSION_AGE):
            return False
        if not second_factor.is_recent(seen, seconds=settings.STAFF_IDLE_AGE):
            return False
        if time.time() - seen > WRITE_EVERY and not (_is_part(request) and request.method == "GET"):
            request.session[SEEN_KEY] = time.time()
        return True


def _is_refused(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a page that exists did not open, or did not take what was sent."""
    return response.status_code in REFUSALS and request.resolver_match is not None and not _is_part(request)


def _is_part(request: HttpRequest) -> bool:
    """Whether a script asks for a part of a page, which no other page may take the place of."""
    return request.headers.get("HX-Request") == "true"


def ask_for_factor(request: HttpRequest) -> HttpResponse:
    """Lead to the second factor and back; what a form was sending is kept on a page that sends it again."""
    response: HttpResponse
    if request.method in {"GET", "HEAD"}:
        response = redirect_to_login(request.get_full_path(), reverse("accounts:second_factor_again"))
    else:
        sent = [(name, words) for name, every in request.POST.lists() if name != CSRF_FIELD for words in every]
        context = {"sent": sent, "has_files": bool(request.FILES), "done": reverse("accounts:second_factor_shown")}
        response = render(request, "accounts/second_factor_again.html", context, status=403)
    patch_cache_control(response, private=True, no_store=True)
    return response
