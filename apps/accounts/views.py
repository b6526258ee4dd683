"""Sign-in by e-mail code, reauthentication, second factor, sign-out, invitations, restriction notice."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.mixins import NextRedirectMixin
from allauth.account.utils import get_login_redirect_url, passthrough_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic.edit import FormView

from apps.accounts import kept_posts, second_factor, shared_terminal
from apps.accounts.forms import LIMITS, TOO_OFTEN, CodeForm, EmailForm, ObjectionForm
from apps.accounts.models import Invitation, Restriction, Role, User
from apps.accounts.requests import user_of
from apps.accounts.sign_in import EMAIL_KEY, ConfirmationCode, SignInCode, is_confirmed
from apps.accounts.suspension import restriction_of
from apps.core.types import StrOrPromise

EXPIRED = _("確認コードの有効期限（15分）が切れました。もう一度メールアドレスを確かめて、コードを受け取ってください。")
NO_TRIES = _("確認コードが続けて違っていました。新しいコードを受け取ってください。")
USED_UP = _(
    "この招待は、すでに使われたか、期限が切れたか、取り消されています。必要なときは、招待した担当者にお知らせください。"
)
NOT_YOURS = _(
    "この招待は、別のメールアドレスに送られたものです。ログアウトして、招待のメールを受け取ったアドレスでログインしてください。"
)
SENT_AGAIN = _("新しい確認コードを送りました。前のコードは使えません。")

if TYPE_CHECKING:  # at run time it takes no type arguments
    BaseFormView = FormView[BaseForm]
else:
    BaseFormView = FormView


class EntranceView(NextRedirectMixin, BaseFormView):
    """Base of sign-in pages: errors answer 4xx, and `next` is passed on."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Answer 422, or 429 when a rate limit was exceeded."""
        is_limited = any(form.has_error(name, "rate_limited") for name in form.fields)
        response = super().form_invalid(form)
        response.status_code = 429 if is_limited else 422
        return response


def is_line_browser(request: HttpRequest) -> bool:
    """Return whether the request comes from LINE's in-app browser, where Google refuses to sign in."""
    return " Line/" in request.META.get("HTTP_USER_AGENT", "")


@method_decorator(never_cache, name="dispatch")
@method_decorator(rate_limit(action="login"), name="dispatch")
class SignInView(EntranceView):
    """Sign-in and sign-up in one: an e-mail address, to which a code is sent."""

    form_class = EmailForm
    template_name = "account/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Redirect signed-in users to `next`; drop a kept POST of another page."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(get_login_redirect_url(request))
        kept_posts.forget_unless_for(request, self.get_next_url() or "")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, object]:
        """Pass the request to the form, for its rate limit."""
        return {**super().get_form_kwargs(), "request": self.request}

    def get_initial(self) -> dict[str, object]:
        """Start with the e-mail address of a sign-in that expired."""
        return {"email": self.request.session.get(EMAIL_KEY, "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, object]:
        """Add `providers`: (name, URL) of the social providers that are configured and work in this browser."""
        hidden = {"google"} if is_line_browser(self.request) else set()
        providers = [
            (name, reverse(f"{name}_login"))
            for name, provider in settings.SOCIALACCOUNT_PROVIDERS.items()
            if provider["APPS"] and name not in hidden
        ]
        return super().get_context_data(**kwargs, providers=providers)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Send the code and redirect to its page."""
        self.request.session.pop(EMAIL_KEY, None)
        SignInCode.begin(self.request, form.cleaned_data["email"])
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_confirm_login_code")))


class TypedCodeView(EntranceView):
    """Base of pages with a field for a mailed code, and a button to resend it."""

    form_class = CodeForm
    process: Any

    def get_form_kwargs(self) -> dict[str, object]:
        """Pass the process to the form, which compares the code with it."""
        return {**super().get_form_kwargs(), "process": self.process}

    def get_context_data(self, **kwargs: Any) -> dict[str, object]:
        """Add the process (e-mail address, tries), and in the demonstration the folder of the mails."""
        return super().get_context_data(**kwargs, process=self.process, **demo_mail())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the code, or resend one."""
        if request.POST.get("action") == "resend":
            return self.resend()
        return super().post(request, *args, **kwargs)

    def resend(self) -> HttpResponse:
        """Send a new code, under the same rate limit as a first one."""
        if ratelimit.consume(self.request, app=LIMITS, action="request_login_code", key=self.process.email):
            self.process.resend()
            messages.success(self.request, SENT_AGAIN)
        else:
            messages.error(self.request, TOO_OFTEN)
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Count a wrong code; after the last try redirect to the start."""
        if form.has_error("code", "incorrect_code") and not self.process.record_invalid_attempt():
            messages.error(self.request, NO_TRIES)
            return HttpResponseRedirect(self.passthrough_next_url(self.start_again_url))
        return super().form_invalid(form)


def demo_mail() -> dict[str, object]:
    """Return `mail_folder`: in a demonstration without mail server the folder of the mails, else None."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None) if settings.IS_DEMO else None
    if folder and folder.is_relative_to(settings.BASE_DIR):
        folder = folder.relative_to(settings.BASE_DIR)
    return {"mail_folder": folder}


@method_decorator(never_cache, name="dispatch")
class SignInCodeView(TypedCodeView):
    """The second page of the sign-in: the code from the mail."""

    template_name = "account/confirm_login_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Redirect to the sign-in page unless a sign-in is pending."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(get_login_redirect_url(request))
        self.start_again_url = reverse("account_login")
        self.process = SignInCode.resume(request)
        if self.process is None:
            if EMAIL_KEY in request.session:
                messages.warning(request, EXPIRED)
            return HttpResponseRedirect(self.passthrough_next_url(self.start_again_url))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Sign in and redirect to `next`."""
        response: HttpResponse = self.process.finish(self.get_next_url())
        return response


@method_decorator(never_cache, name="dispatch")
class ConfirmAgainView(LoginRequiredMixin, TypedCodeView):
    """本人確認: reauthentication by a code to the user's e-mail address, before a change of how one signs in."""

    template_name = "account/reauthenticate.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Redirect users who authenticated lately (see `is_confirmed`), or have no e-mail address."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if is_confirmed(request) or not request.user.email:
            return HttpResponseRedirect(self.get_next_url() or reverse("mfa_index"))
        self.start_again_url = request.path
        self.process = ConfirmationCode.resume(request)
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type:
        """Return the form of the code; the template shows it only once a code was sent."""
        return CodeForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a first code, or check the code."""
        if self.process is None:
            self.process = ConfirmationCode(request, {"email": getattr(request.user, "email", None)})
            return self.resend()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Finish the reauthentication and redirect to `next`."""
        self.process.finish()
        return HttpResponseRedirect(self.get_next_url() or reverse("mfa_index"))


def confirmed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate a view so that it needs a recent reauthentication; allauth itself demands it only with a second factor."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = user_of(request)
        if user.email and not second_factor.is_set_up_by(user) and not is_confirmed(request):
            return redirect_to_login(request.get_full_path(), reverse("accounts:confirm_again"))
        return view(request, *args, **kwargs)

    return login_required(wrapper)


def with_second_factor(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate allauth's second-factor view: a user without second factor is sent to the code by mail instead."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not get_adapter(request).get_reauthentication_methods(request.user):
            return redirect(
                passthrough_next_redirect_url(request, reverse("accounts:confirm_again"), REDIRECT_FIELD_NAME)
            )
        return view(request, *args, **kwargs)

    return login_required(wrapper)


@login_required
def second_factor_again(request: HttpRequest) -> HttpResponse:
    """Redirect to allauth's page for the second factor that the user has set up."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    url = methods[0]["url"] if methods else reverse("accounts:second_factor_needed")
    return HttpResponseRedirect(passthrough_next_redirect_url(request, url, REDIRECT_FIELD_NAME))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out (利用を終わる) and delete every cookie by which the next user of the browser could be taken for this one.

    The guest number derives from the CSRF cookie, so that both are deleted.
    """
    if request.method != "POST":
        return render(request, "account/logout.html")
    shared_terminal.end(request)
    response = redirect("accounts:finished")
    for name in (*settings.TRACE_COOKIES, settings.CSRF_COOKIE_NAME):
        response.delete_cookie(name, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; accept it by POST only, so that a mail program that opens links accepts nothing."""
    offer = get_object_or_404(Invitation.objects.for_token(token))
    status, trouble = _trouble_with(offer, request.user)
    if request.method == "POST" and not trouble and request.user.is_authenticated:
        try:
            offer.accept(by=request.user)
        except Invitation.DoesNotExist:
            status, trouble = 410, USED_UP
        else:
            messages.success(request, _("役割を引き受けました。"))
            is_for_city = offer.role != Role.COUNCIL
            return redirect(
                "accounts:second_factor_needed" if is_for_city and _lacks_factor(request) else "portal:home"
            )
    page = {"invitation": offer, "trouble": trouble}
    return render(request, "accounts/invitation.html", page, status=status)


def _lacks_factor(request: HttpRequest) -> bool:
    """Return whether the user has yet to set up a second factor."""
    return not second_factor.is_set_up_by(request.user)


def _trouble_with(offer: Invitation, person: User | AnonymousUser) -> tuple[int, StrOrPromise]:
    """Return (status, message) why the user cannot accept the invitation; (200, "") when they can."""
    if not offer.is_usable:
        return 410, USED_UP
    if person.is_authenticated and not offer.is_for(person):
        return 403, NOT_YOURS
    return 200, ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def restriction(request: HttpRequest) -> HttpResponse:
    """Show the user's own restriction (利用の制限), or that of a suspended sign-in: reason, end and objection (appeal)."""
    restriction = restriction_of(request)
    if restriction is None:
        return render(request, "accounts/restriction_none.html")
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if Restriction.objects.object_to(
            restriction, words=form.cleaned_data["words"], by=cast("User", restriction.user)
        ):
            messages.success(request, _("申立てを受け付けました。市がもう一度確認します。"))
        else:
            messages.info(request, _("申立ては、すでに受け付けています。"))
        return redirect("accounts:restriction")
    context = {"restriction": restriction, "form": form}
    status = 422 if form.errors else (403 if not request.user.is_authenticated else 200)
    return render(request, "accounts/restriction.html", context, status=status)
