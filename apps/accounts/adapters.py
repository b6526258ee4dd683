"""Where the portal's sign-in differs from allauth's own."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts import second_factor, shared_terminal
from apps.accounts.models import User
from apps.accounts.suspension import show_suspension, suspension_of
from apps.core.safe_redirect import takes_get
from apps.operations.models import Outbox


class AccountAdapter(DefaultAccountAdapter):
    """Names never come from an e-mail address; mail goes through the outbox."""

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
        """Where a sign-in may lead: to a page of ours, never to an address that only a button may ask."""
        return super().is_safe_url(url) and takes_get(str(url))

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user name."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail into the outbox and send it at once; where that fails, the postman tries again."""
        about = {"request": allauth_context.request, "email": email, "site_url": settings.SITE_URL, **context}
        message = self.render_mail(template_prefix, email, about)
        mail = Outbox.objects.enqueue(
            key=f"{template_prefix}:{uuid.uuid4().hex}", to=email, subject=str(message.subject), body=str(message.body)
        )
        transaction.on_commit(lambda: Outbox.deliver_one(mail.pk), robust=True)

    def login(self, request: HttpRequest, user: Any) -> None:
        """The city's service is signed out after a working day, whatever the browser remembers."""
        super().login(request, user)
        if second_factor.is_needed_by(user):
            request.session.set_expiry(settings.STAFF_SESSION_AGE)
        if shared_terminal.is_on(request):
            shared_terminal.begin(request)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Whoever is suspended has proved who they are, and reads why, until when and how to object; no session begins."""
        response = super().pre_login(request, user, **kwargs)
        if response is None and suspension_of(user):
            clear_login(request)
            return show_suspension(request, user)
        return response

    def get_login_stages(self) -> list[str]:
        """allauth's steps, with our idea of whose passkey is a lock."""
        theirs, ours = "allauth.mfa.stages.AuthenticateStage", "apps.accounts.sign_in.SecondStep"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]


class NotSetUp(Http404):
    """A provider that this portal does not use: no page, and in a template nothing."""

    silent_variable_failure = True


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """LINE and Google only say who somebody is.

    Their name, picture and address are not taken over: nobody can claim an address through them, and the public name
    stays 匿名 until its owner types one.
    """

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "disconnect_last": _("ほかのログイン方法がないため、解除できません。先にメールアドレスを登録してください。"),
        "connected_other": _("このアカウントは、すでに別の利用者と連携しています。"),
    }

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """The provider's keys; the addresses of one that is not set up are not there."""
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist as error:
            raise NotSetUp from error

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Forget the addresses that came along."""
        sociallogin.email_addresses = []

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """A person without address and nickname; of the provider's answer only the number of the account is kept."""
        sociallogin.account.extra_data = {}
        sociallogin.user.email = None
        return sociallogin.user

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        """There is nothing more to ask."""
        return True


class MFAAdapter(DefaultMFAAdapter):
    """The second factor of staff, passkeys of everyone."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("二段階認証を使っている間は、メールアドレスを追加できません。"),
        "cannot_delete_authenticator": _("職員は、最後の認証方法を削除できません。"),
        "cannot_generate_recovery_codes": _("認証アプリかパスキーを設定すると、回復コードを作れます。"),
        "incorrect_code": _("コードが違います。新しい数字が表示されてから、もう一度入力してください。"),
        "unverified_email": _("先にメールアドレスの確認を済ませてください。"),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """パスキー1, パスキー2 …"""
        number = user.authenticator_set.filter(type=type).count() + 1
        return str(_("パスキー%(number)d") % {"number": number})

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Whoever serves the city keeps one second factor."""
        if not second_factor.is_needed_by(authenticator.user):
            return True
        return second_factor.has_other(authenticator)

    def _get_site_name(self) -> str:
        """What the phone shows beside the passkey."""
        return settings.MFA_TOTP_ISSUER
