"""allauth adapters: mail through the outbox, safe redirects, session expiry, social accounts, second factors."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts import second_factor, shared_terminal
from apps.accounts.models import User
from apps.accounts.suspension import show_suspension, suspension_of
from apps.core.safe_redirect import takes_get
from apps.operations.models import Outbox


class AccountAdapter(DefaultAccountAdapter):
    """Account adapter: no user names, mail through the outbox, suspended users turned away."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("確認コードが違います。もう一度確かめてください。"),
        "too_many_login_attempts": _("続けて間違えたため、いったん受付を止めています。しばらく待ってお試しください。"),
        "rate_limited": _("続けて操作されたため、いったん受付を止めています。しばらく待ってお試しください。"),
        "same_as_current": _("今のメールアドレスと同じです。"),
        "duplicate_email": _("今のメールアドレスと同じです。"),
        "email_taken": _("このメールアドレスには変更できません。"),
        "account_inactive": _("このアカウントは使えません。"),
    }

    def is_safe_url(self, url: str | None) -> bool:
        """Return whether `next` is a URL of ours that answers GET."""
        return super().is_safe_url(url) and takes_get(str(url))

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Do nothing: users have no user name, least of all one derived from their e-mail address."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Put the mail into the outbox and try to send it on commit; the delivery task retries."""
        full_context = {"request": allauth_context.request, "email": email, **context}
        message = self.render_mail(template_prefix, email, full_context)
        mail = Outbox.objects.enqueue(
            key=f"{template_prefix}:{uuid.uuid4().hex}", to=email, subject=str(message.subject), body=str(message.body)
        )
        transaction.on_commit(lambda: Outbox.deliver_one(mail.pk), robust=True)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where a sign-in without `next` leads: city staff to what waits for them, others to the home page."""
        user = request.user
        is_staff = isinstance(user, User) and second_factor.is_needed_by(user)
        return reverse("admin:index") if is_staff else super().get_login_redirect_url(request)

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; limit the session of city staff to STAFF_SESSION_AGE, and begin a shared terminal where it was chosen."""
        super().login(request, user)
        if second_factor.is_needed_by(user):
            request.session.set_expiry(settings.STAFF_SESSION_AGE)
        if shared_terminal.is_on(request):
            shared_terminal.begin(request)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Turn a suspended user away to the restriction page, without a session. Return a response, or None to go on."""
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response is None and suspension_of(user):
            clear_login(request)
            return show_suspension(request, user)
        return response

    def get_login_stages(self) -> list[str]:
        """Return allauth's login stages, with SecondStep in place of its second-factor stage."""
        theirs, ours = "allauth.mfa.stages.AuthenticateStage", "apps.accounts.sign_in.SecondStep"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]


class NotSetUp(Http404):
    """404 for a social provider without keys; in templates it renders as nothing."""

    silent_variable_failure = True


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Social accounts (LINE, Google) identify a user and nothing more.

    Name, picture and e-mail address are not copied: nobody can claim an address through a provider, and the public name
    stays 匿名 until the user types one.
    """

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "disconnect_last": _("ほかのログイン方法がないため、解除できません。先にメールアドレスを登録してください。"),
        "connected_other": _("このアカウントは、すでに別の利用者と連携しています。"),
    }

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """Return the provider's keys; raises NotSetUp (404) for one that is not configured."""
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist as error:
            raise NotSetUp from error

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Drop the e-mail addresses that the provider sent."""
        sociallogin.email_addresses = []

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Return a user without e-mail address and nickname; only the provider's account number is stored."""
        sociallogin.account.extra_data = {}
        sociallogin.user.email = None
        user: User = sociallogin.user
        return user

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return True: signing up asks for nothing more."""
        return True


class MFAAdapter(DefaultMFAAdapter):
    """Second factors of staff, and everyone's passkeys."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("二段階認証を使っている間は、メールアドレスを追加できません。"),
        "cannot_delete_authenticator": _("職員は、最後の認証方法を削除できません。"),
        "cannot_generate_recovery_codes": _("認証アプリかパスキーを設定すると、回復コードを作れます。"),
        "incorrect_code": _("コードが違います。新しい数字が表示されてから、もう一度入力してください。"),
        "unverified_email": _("先にメールアドレスの確認を済ませてください。"),
    }

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """Return the default name of a new passkey: パスキー1, パスキー2 …"""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return str(_("パスキー%(number)d") % {"number": number})

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return whether the authenticator may be deleted: city staff keep at least one second factor."""
        if not second_factor.is_needed_by(authenticator.user):
            return True
        return second_factor.has_other(authenticator)

    def _get_site_name(self) -> str:
        """Return the name that the phone shows beside the passkey."""
        return settings.MFA_TOTP_ISSUER
