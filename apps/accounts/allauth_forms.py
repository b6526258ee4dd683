"""allauth's forms with the portal's labels and fields; their behaviour is unchanged."""

from allauth.account import forms as account
from allauth.mfa.base import forms as factors
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms import CodeField, DigitsField
from apps.core.formfields import EmailFormField, OneLineFormField

APP_OR_RECOVERY = _("認証アプリの6桁の数字、または回復コード")


class ChangeEmailForm(account.AddEmailForm):
    """Change of the account's e-mail address."""

    email = EmailFormField(label=_("新しいメールアドレス"))
    shows_need = False


class ConfirmEmailForm(account.ConfirmEmailVerificationCodeForm):
    """The code sent to the new e-mail address."""

    code = CodeField()
    shows_need = False


class AuthenticateForm(factors.AuthenticateForm):
    """The second factor at sign-in: a code of the app, or a recovery code."""

    code = DigitsField(label=APP_OR_RECOVERY)
    shows_need = False


class ReauthenticateForm(factors.ReauthenticateForm):
    """The second factor once more, before a change of how one signs in."""

    code = DigitsField(label=APP_OR_RECOVERY)
    shows_need = False


class ActivateTOTPForm(totp.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    code = DigitsField(label=_("アプリに表示された6桁の数字"))
    shows_need = False


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """A new passkey: its name, and whether it may sign in without a code (on by default)."""

    name = OneLineFormField(label=_("パスキーの名前"), most=100, required=False)
    passwordless = forms.BooleanField(
        initial=True, required=False, label=_("このパスキーだけでログインできるようにする")
    )
    shows_need = False


class EditPasskeyForm(webauthn.EditWebAuthnForm):
    """Rename a passkey."""

    name = OneLineFormField(
        label=_("パスキーの名前"), most=100, error_messages={"required": _("名前を入力してください。")}
    )
    shows_need = False
