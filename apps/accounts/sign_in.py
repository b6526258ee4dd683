"""Sign-in and sign-up by e-mail code, one flow for known and unknown e-mail addresses (no account enumeration).

allauth mails an unknown address that it has no account. Here the session holds only the e-mail address; the user is
looked up, or created, when the right code comes back. So both kinds take the same steps, and an address whose owner
never answers leaves no row.
"""

import secrets
from typing import Any, Self

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login, stash_login
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from apps.accounts import second_factor
from apps.accounts.models import User

EMAIL_KEY = "sign_in_address"
CONFIRM_KEY = "confirm_again"


@transaction.atomic
def user_for_email(email: str) -> User:
    """Get or create the user of an e-mail address that was just proved, and note it as verified for allauth."""
    user = User.objects.get_or_create_by_email(email)
    EmailAddress.objects.update_or_create(
        user=user, email=str(user.email).lower(), defaults={"verified": True, "primary": True}
    )
    return user


class SentCode(AbstractCodeVerificationProcess):
    """A six-digit code sent by mail: valid for LOGIN_BY_CODE_TIMEOUT seconds and LOGIN_BY_CODE_MAX_ATTEMPTS tries."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        self.request = request
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
        )

    @property
    def email(self) -> str:
        """Return the e-mail address that the code goes to, as it is stored in the state."""
        return str(self.state["email"])

    @property
    def tries_left(self) -> int:
        """Return how many more wrong codes are accepted before the process ends."""
        return int(self.max_attempts - self.state["failed_attempts"])

    def start(self, email: str) -> Self:
        """Begin anew with this e-mail address: reset the tries, send a code, persist the state."""
        self.state.update(self.initial_state(user=None, email=email), id=secrets.token_hex(8))
        self.send()
        self.persist()
        return self

    def resend(self) -> None:
        """Send a new code, which invalidates the one before."""
        self.start(self.email)

    def send(self) -> None:
        """Generate and mail a code; to the spelling that a known user registered, else to the one that was typed."""
        self.state["code"] = get_adapter().generate_login_code()
        user = User.objects.by_email(self.email).first()
        to = user.email if user and user.email else self.email
        get_adapter().send_mail("account/email/login_code", to, {"code": self.code, "minutes": self.timeout // 60})


class SignInCode(SentCode):
    """The code of a sign-in; its state is kept in allauth's stashed login (session)."""

    def __init__(self, request: HttpRequest, login: Login) -> None:
        self.login = login
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        super().__init__(request, stage.state)

    @classmethod
    def begin(cls, request: HttpRequest, email: str) -> Self:
        """Start a sign-in for an e-mail address and send the first code."""
        login = Login(user=None, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        return cls(request, login).start(email)

    @classmethod
    def resume(cls, request: HttpRequest) -> Self | None:
        """Return the sign-in that this session has begun; None when there is none or it has expired."""
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        if stage is None or "email" not in stage.state:
            return None
        found: Self | None = cls(request, stage.login).abort_if_invalid()
        return found

    def persist(self) -> None:
        """Store the state in the session."""
        stash_login(self.request, self.login)

    def abort(self) -> None:
        """Drop the pending sign-in; keep the e-mail address as initial value of the sign-in form."""
        self.request.session[EMAIL_KEY] = self.email
        clear_login(self.request)

    def finish(self, redirect_url: str | None) -> HttpResponse:
        """Sign in the user of this e-mail address (created if new) after the right code. Return the redirect."""
        user = user_for_email(self.email)
        record_authentication(self.request, user, method="code", email=user.email, reauthenticated=True)
        login = Login(user=user, redirect_url=redirect_url, email=user.email)
        response: HttpResponse = perform_login(self.request, login)
        return response


class ConfirmationCode(SentCode):
    """Reauthentication by code: for a signed-in user who is about to change how they sign in."""

    @classmethod
    def resume(cls, request: HttpRequest) -> Self | None:
        """Return the pending reauthentication of this user; None when there is none or it has expired."""
        state = request.session.get(CONFIRM_KEY)
        if not state or state["email"] != getattr(request.user, "email", None):
            return None
        found: Self | None = cls(request, state).abort_if_invalid()
        return found

    def persist(self) -> None:
        """Store the state in the session."""
        self.request.session[CONFIRM_KEY] = self.state

    def abort(self) -> None:
        """Drop the code from the session."""
        self.request.session.pop(CONFIRM_KEY, None)

    def finish(self) -> None:
        """Drop the code and record the reauthentication in the session."""
        self.abort()
        record_authentication(self.request, self.request.user, method="code", email=self.email, reauthenticated=True)


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether this session authenticated within the last REAUTHENTICATION_TIMEOUT seconds."""
    return second_factor.is_recent(second_factor.last_confirmed(request), seconds=app_settings.REAUTHENTICATION_TIMEOUT)


class SecondStep(AuthenticateStage):
    """allauth's second-factor stage, skipped for residents whose only authenticator is a passkey.

    For them a passkey is another way to sign in, so that a code by mail alone still does. City staff, and everyone who
    set up an authenticator app, are asked for the second factor.
    """

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Return (response, whether the stage is done): done at once where no second factor is asked."""
        user = self.login.user
        if user and not second_factor.is_needed_by(user) and not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return None, True
        response, is_done = super().handle()
        return response, is_done
