"""Second factor: who needs it, and when this session has shown it."""

import base64
import hashlib
import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt, is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from apps.accounts.models import User

STRONG = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_needed_by(user: User) -> bool:
    """Return whether the user needs a second factor: city staff do."""
    return user.serves_city


def is_set_up_by(user: User | AnonymousUser) -> bool:
    """Return whether the user has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(user, STRONG))


def has_other(authenticator: Authenticator) -> bool:
    """Return whether the user has another second factor besides this one."""
    others = Authenticator.objects.filter(user=authenticator.user, type__in=STRONG).exclude(pk=authenticator.pk)
    return bool(others.exists())


def last_shown(request: HttpRequest) -> float:
    """Return the Unix time of the last second factor in this session; 0 when there was none."""
    records = get_authentication_records(request, request.user)
    return max((record["at"] for record in records if record.get("method") == "mfa"), default=0.0)


def last_confirmed(request: HttpRequest) -> float:
    """Return the Unix time of the last authentication of any kind in this session; 0 when there was none."""
    records = get_authentication_records(request, request.user)
    return max((record["at"] for record in records), default=0.0)


def is_outgrown(request: HttpRequest) -> bool:
    """Return whether the session signed in longer than STAFF_SESSION_AGE ago, without any second factor."""
    confirmed = last_confirmed(request)
    if not confirmed or last_shown(request):
        return False
    return not is_recent(confirmed, seconds=settings.STAFF_SESSION_AGE)


def is_recent(moment: float, *, seconds: float) -> bool:
    """Return whether a Unix time lies within the last `seconds`, and not in the future."""
    return 0 <= time.time() - moment <= seconds


def secret_from(words: str) -> str:
    """Return a TOTP secret derived from a text; for the demonstration and tests only."""
    return base64.b32encode(hashlib.sha256(words.encode()).digest()[:20]).decode()


def attach_totp(user: User, secret: str) -> Authenticator:
    """Replace the user's authenticator app by one with a known secret. Return it."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    return TOTP.activate(user, secret).instance


def code_now(secret: str) -> str:
    """Return the six digits that an authenticator app with this secret shows now."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def present_code(user: User) -> str:
    """Return the six digits that the user's authenticator app shows now."""
    app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return code_now(decrypt(app.data["secret"]))
