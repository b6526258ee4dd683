"""One door: an address and the code sent to it, for people the portal knows and for those it does not know yet.

allauth mails people it does not know a dead end. Here the session holds only the address; who it belongs to is looked
up when the right code comes back, and a person who was not there is made then. So known and unknown addresses take the
same way, and an address that never answers leaves no row.
"""

import secrets
from typing import Self

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

ADDRESS_KEY = "sign_in_address"
CONFIRM_KEY = "confirm_again"


@transaction.atomic
def person_at(address: str) -> User:
    """The person who has just proved to read this address; made now if nobody had it."""
    user = User.objects.for_address(address)
    EmailAddress.objects.update_or_create(
        user=user, email=str(user.email).lower(), defaults={"verified": True, "primary": True}
    )
    return user


class SentCode(AbstractCodeVerificationProcess):
    """Six digits sent to an address, good for fifteen minutes and a few tries."""

    def __init__(self, request: HttpRequest, state: dict) -> None:
        self.request = request
        super().__init__(
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
            state=state,
        )

    @property
    def address(self) -> str:
        """The address that the code goes to."""
        return self.state["email"]

    @property
    def tries_left(self) -> int:
        """How many more codes may be typed."""
        return self.max_attempts - self.state["failed_attempts"]

    def start(self, address: str) -> Self:
        """Send a first code to this address."""
        self.state.update(self.initial_state(user=None, email=address), id=secrets.token_hex(8))
        self.send()
        self.persist()
        return self

    def resend(self) -> None:
        """Send a new code; the one before is void."""
        self.start(self.address)

    def send(self) -> None:
        """Mail a new code: to the address as its owner wrote it, where the portal knows the owner."""
        self.state["code"] = get_adapter().generate_login_code()
        known = User.objects.by_email(self.address).first()
        to = known.email if known and known.email else self.address
        get_adapter().send_mail("account/email/login_code", to, {"code": self.code, "minutes": self.timeout // 60})


class SignInCode(SentCode):
    """The code that opens the door, kept in allauth's pending sign-in."""

    def __init__(self, request: HttpRequest, login: Login) -> None:
        self.login = login
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        super().__init__(request, stage.state)

    @classmethod
    def begin(cls, request: HttpRequest, address: str) -> Self:
        """Somebody typed an address."""
        login = Login(user=None, email=address)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        return cls(request, login).start(address)

    @classmethod
    def resume(cls, request: HttpRequest) -> Self | None:
        """The sign-in this browser has begun; None when there is none or its time is over."""
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        if stage is None or "email" not in stage.state:
            return None
        return cls(request, stage.login).abort_if_invalid()

    def persist(self) -> None:
        """Keep it in the session."""
        stash_login(self.request, self.login)

    def abort(self) -> None:
        """Forget the code, but not the address: whoever was too slow does not type it again."""
        self.request.session[ADDRESS_KEY] = self.address
        clear_login(self.request)

    def finish(self, redirect_url: str | None) -> HttpResponse:
        """The right code was typed: sign in the person with this address, new or known."""
        user = person_at(self.address)
        record_authentication(self.request, user, method="code", email=user.email, reauthenticated=True)
        return perform_login(self.request, Login(user=user, redirect_url=redirect_url, email=user.email))


class ConfirmationCode(SentCode):
    """The code that a signed-in person types again before changing how they sign in."""

    @classmethod
    def resume(cls, request: HttpRequest) -> Self | None:
        """The code sent to this person a moment ago, if it is still good."""
        state = request.session.get(CONFIRM_KEY)
        if not state or state["email"] != getattr(request.user, "email", None):
            return None
        return cls(request, state).abort_if_invalid()

    def persist(self) -> None:
        """Keep it in the session."""
        self.request.session[CONFIRM_KEY] = self.state

    def abort(self) -> None:
        """Forget the code."""
        self.request.session.pop(CONFIRM_KEY, None)

    def finish(self) -> None:
        """It is the person."""
        self.abort()
        record_authentication(self.request, self.request.user, method="code", email=self.address, reauthenticated=True)


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person before this browser has proved within a quarter of an hour who they are."""
    return second_factor.is_recent(second_factor.last_confirmed(request), seconds=app_settings.REAUTHENTICATION_TIMEOUT)


class SecondStep(AuthenticateStage):
    """A resident's passkey is another way in, not a second lock: who left it at home signs in with a code.

    For the city's service, and for everyone who set up an authenticator app, it is a second lock.
    """

    def handle(self) -> tuple:
        """Ask for the second factor where it is one."""
        user = self.login.user
        if user and not second_factor.is_needed_by(user) and not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return None, True
        return super().handle()
