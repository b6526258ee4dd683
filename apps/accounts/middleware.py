"""Middlewares of sessions and rights: shared terminals, kept POSTs, suspension, upload limits, second factor of staff."""

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
from apps.core.safe_redirect import current_page_url

SEEN_KEY = "admin_seen_at"
WRITE_EVERY = 60
SAFE = {"GET", "HEAD", "OPTIONS"}
REFUSALS = {403, 404, 410}  # a page that opens for staff answers others with one of these
SIGN_IN_PATH = "/accounts/"  # signing in, and settings of one's own sign-in: nothing there is for staff only


class SharedTerminalMiddleware:
    """共用の端末: sign out a shared terminal that was left idle, and send no-store with every page of one."""

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
        """Begin a shared terminal when a POST asks for it; here, because the CSRF check has been made by now."""
        if request.method == "POST" and not request.is_shared_terminal and shared_terminal.FIELD in request.POST:  # type: ignore[attr-defined]
            shared_terminal.begin(request)
            request.is_shared_terminal = True  # type: ignore[attr-defined]


class KeepPostMiddleware:
    """Keep what was submitted when a view redirects to sign-in (or to the second factor), and restore it afterwards.

    A POST is kept in the session (`kept_posts`) and restored on the page of its form; `next` names that page, never a
    POST-only URL. An htmx request gets a sentence (401) instead of the sign-in page, which would replace a fragment.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.sign_in_paths = {
            reverse(name) for name in ("account_login", "accounts:confirm_again", "accounts:second_factor_again")
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user_id = request.user.pk
        typed = kept_posts.restored_data(request) if request.method == "GET" else None
        if typed is None:
            return self.answer(request, self.get_response(request), user_id)
        request.words_before = typed_texts(typed)  # type: ignore[attr-defined]
        with restoring(typed):
            return self.answer(request, self.get_response(request), user_id)

    def answer(self, request: HttpRequest, response: HttpResponse, user_id: int | None) -> HttpResponse:
        """Return the response; a redirect to sign-in with `next` set to the current page, after keeping a POST.

        user_id: the user at the beginning of the request, None for a visitor.
        """
        parts = urlsplit(response.headers.get("Location", ""))
        if response.status_code not in {301, 302}:
            return response
        if parts.netloc or parts.path not in self.sign_in_paths or request.path in self.sign_in_paths:
            kept_posts.forget_sent(request)
            return response
        page = current_page_url(request)
        sign_in_url = f"{parts.path}?{urlencode({REDIRECT_FIELD_NAME: page}, safe='/')}"
        if is_part_wanted(request):
            return render(request, "accounts/sign_in_again.html", {"sign_in_url": sign_in_url}, status=401)
        if QueryDict(parts.query).get(REDIRECT_FIELD_NAME) == request.get_full_path():
            response.headers["Location"] = sign_in_url
        if request.method == "POST":
            kept_posts.keep(request, page, user_id=user_id)
        return response


class SuspensionMiddleware:
    """End the session of a suspended user, and refuse POSTs of a restricted one.

    Also ends a session that began as a resident's and now belongs to city staff: residents stay signed in for two weeks
    and show no second factor.
    """

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
        """Answer 403 to unsafe requests of a restricted user, except the views in settings.RESTRICTED_MAY_SEND and sign-in."""
        user: Any = request.user
        if request.method in SAFE or not getattr(user, "restriction_id", None):
            return None
        match = request.resolver_match
        if match is None or match.view_name in settings.RESTRICTED_MAY_SEND or request.path.startswith(SIGN_IN_PATH):
            return None
        try:
            user.require_may_write()
        except Restricted as restricted:
            return refusal(request, restricted, status=403)
        return None


class LeavingGuardMiddleware:
    """Answer 403 when the triggers of `leaving_guard` refuse a write of a user who left in another window."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the 403 page for a refusal of the triggers; None for any other error."""
        return render(request, "403.html", {"sentence": SENTENCE}, status=403) if is_by_leaver(error) else None


class RequestSizeMiddleware:
    """Answer 413, before the body is read, to requests over DATA_UPLOAD_MAX_MEMORY_SIZE, or FILE_BYTES for uploads.

    Only city staff and the council may upload. The server's own limits apply before (`chofu_cocreation.runtime.request_limits`).
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
        """Return whether this is a multipart request of city staff or the council."""
        user = request.user
        is_form_with_files = request.content_type == "multipart/form-data"
        return is_form_with_files and user.is_authenticated and (user.serves_city or user.has_role(Role.COUNCIL))


class SecondFactorMiddleware:
    """Grant the rights of city staff, for each request, only after a second factor in this session.

    Without it staff are residents, in every queryset and rule. Where that refuses a page, and at every admin URL, they
    are sent to the second factor and back. It holds for STAFF_SESSION_AGE, and until STAFF_IDLE_AGE without a request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not second_factor.is_needed_by(user):
            return self.get_response(request)
        user.second_factor_shown = self._is_fresh(request)
        response = self.get_response(request)
        is_for_staff = not user.second_factor_shown and not request.path.startswith((self.admin, SIGN_IN_PATH))
        is_ours = request.method in {"GET", "HEAD"} or getattr(request, "csrf_processing_done", False)
        if is_for_staff and is_ours and _is_refused(request, response):
            return ask_for_factor(request)
        return response

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """Return a redirect to sign-in or second factor for an admin URL, None to let the view answer.

        Raise PermissionDenied for signed-in users who are not city staff.
        """
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
        """Return whether the second factor is still valid (session age and idle time); note this request as activity.

        htmx GETs, with which a page polls by itself (progress of a job), are no activity.
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
    """Return whether an existing page was refused (403, 404, 410), and not to htmx."""
    return response.status_code in REFUSALS and request.resolver_match is not None and not _is_part(request)


def _is_part(request: HttpRequest) -> bool:
    """Return whether htmx sent the request."""
    return request.headers.get("HX-Request") == "true"


def ask_for_factor(request: HttpRequest) -> HttpResponse:
    """Send to the second factor and back; a POST gets a page (403) with its values, which submits them again afterwards."""
    response: HttpResponse
    if request.method in {"GET", "HEAD"}:
        response = redirect_to_login(request.get_full_path(), reverse("accounts:second_factor_again"))
    else:
        sent = [(name, words) for name, every in request.POST.lists() if name != CSRF_FIELD for words in every]
        context = {"sent": sent, "has_files": bool(request.FILES), "done": reverse("accounts:second_factor_shown")}
        response = render(request, "accounts/second_factor_again.html", context, status=403)
    patch_cache_control(response, private=True, no_store=True)
    return response
