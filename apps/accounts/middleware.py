"""Who may come in: nobody who is suspended; staff as staff with a second factor only, not longer than a working day."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from apps.accounts import kept_posts, second_factor, shared_terminal
from apps.accounts.leaving_guard import SENTENCE, is_by_leaver
from apps.accounts.models import Restricted, Role
from apps.accounts.suspension import show_suspension, suspension_of
from apps.core.htmx_parts import is_part_wanted
from apps.core.middleware import CSRF_FIELD, refusal
from apps.core.restored_input import restoring, typed_texts
from apps.core.safe_redirect import page_of

SEEN_KEY = "admin_seen_at"
WRITE_EVERY = 60
SAFE = {"GET", "HEAD", "OPTIONS"}
REFUSALS = {403, 404, 410}  # a page that opens for staff answers others with one of these
DOOR = "/accounts/"  # signing in, and one's own sign-in: nothing there is for staff only


class SharedTerminalMiddleware:
    """共用の端末: begins with a form that says so, ends when the browser was left, and keeps no page meanwhile."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if shared_terminal.was_left(request):
            shared_terminal.end(request)
            return redirect("accounts:finished")
        request.is_shared_terminal = shared_terminal.is_on(request)  # type: ignore[attr-defined]
        if request.is_shared_terminal and not (_is_part(request) and request.method == "GET"):  # type: ignore[attr-defined]
            shared_terminal.note_presence(request)
        response = self.get_response(request)
        if request.is_shared_terminal:  # type: ignore[attr-defined]
            response.headers["Cache-Control"] = "private, no-store"
        return response

    def process_view(self, request: HttpRequest, *args: object) -> None:
        """A form of people who are not signed in may say so; the guard against forged forms has seen it before."""
        if request.method == "POST" and not request.is_shared_terminal and shared_terminal.FIELD in request.POST:  # type: ignore[attr-defined]
            shared_terminal.begin(request)
            request.is_shared_terminal = True  # type: ignore[attr-defined]


class KeepPostMiddleware:
    """Where a page sends somebody to the door (or to the second factor), nothing of what they were doing is lost.

    A part that a script asks for gets a sentence in place of the door, so that no page is ever replaced by it. What was
    sent by a form comes back after the sign-in on the page it was typed on; `next` names that page, never an address
    that only a button may ask.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.doors = {
            reverse(name) for name in ("account_login", "accounts:confirm_again", "accounts:second_factor_again")
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user.pk
        typed = kept_posts.come_back_on(request) if request.method == "GET" else None
        if typed is None:
            return self.answer(request, self.get_response(request), person)
        request.words_before = typed_texts(typed)  # type: ignore[attr-defined]
        with restoring(typed):
            return self.answer(request, self.get_response(request), person)

    def answer(self, request: HttpRequest, response: HttpResponse, person: int | None) -> HttpResponse:
        """The answer of the page, led to the right place when it leads to a door."""
        parts = urlsplit(response.headers.get("Location", ""))
        if response.status_code not in {301, 302}:
            return response
        if parts.netloc or parts.path not in self.doors or request.path in self.doors:
            kept_posts.forget_sent(request)
            return response
        page = page_of(request)
        door = f"{parts.path}?{urlencode({REDIRECT_FIELD_NAME: page}, safe='/')}"
        if is_part_wanted(request):
            return render(request, "accounts/sign_in_again.html", {"door": door}, status=401)
        if QueryDict(parts.query).get(REDIRECT_FIELD_NAME) == request.get_full_path():
            response.headers["Location"] = door
        if request.method == "POST":
            kept_posts.keep(request, page, person=person)
        return response


class SuspensionMiddleware:
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


class LeavingGuardMiddleware:
    """What somebody wrote while leaving in another window is not kept, and they are told so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The database's refusal in words."""
        return render(request, "403.html", {"sentence": SENTENCE}, status=403) if is_by_leaver(error) else None


class RequestSizeMiddleware:
    """Refuses, before anything of it is read, what is larger than a form: files come from the city and the council only.

    How much the server takes in at all, and how fast, is held before (`chofu_cocreation.runtime.request_limits`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.META.get("CONTENT_LENGTH") or "0"
        size = int(sent) if sent.isascii() and sent.isdigit() else 0
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if size > most and self.may_send_files(request):
            most = settings.FILE_BYTES
        if size > most:
            return render(request, "413.html", {"megabytes": most // 1024**2}, status=413)
        return self.get_response(request)

    def may_send_files(self, request: HttpRequest) -> bool:
        """Whether this person works with files here, and sends them as forms do."""
        user = request.user
        is_form_with_files = request.content_type == "multipart/form-data"
        return is_form_with_files and user.is_authenticated and (user.serves_city or user.has_role(Role.COUNCIL))


class SecondFactorMiddleware:
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
