"""Who has to come with a second factor, and whether this browser has shown it lately."""

import base64
import hashlib
import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt, is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import User

STRONG = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_needed_by(user: Any) -> bool:
    """Whether this person may do so much that an e-mail code alone is too little: the city's service."""
    return bool(user.serves_city)


def is_set_up_by(user: Any) -> bool:
    """Whether the person has an authenticator app or a passkey."""
    return is_mfa_enabled(user, STRONG)


def has_other(authenticator: Authenticator) -> bool:
    """Whether the person keeps a second factor when this one goes."""
    others = Authenticator.objects.filter(user=authenticator.user, type__in=STRONG).exclude(pk=authenticator.pk)
    return others.exists()


def last_shown(request: HttpRequest) -> float:
    """When this browser last showed the second factor, as seconds of the clock; 0 when it never did."""
    records = get_authentication_records(request, request.user)
    return max((record["at"] for record in records if record.get("method") == "mfa"), default=0.0)


def last_confirmed(request: HttpRequest) -> float:
    """When this browser last proved in any way who sits before it."""
    records = get_authentication_records(request, request.user)
    return max((record["at"] for record in records), default=0.0)


def is_outgrown(request: HttpRequest) -> bool:
    """Whether this browser signed in longer than a working day ago and never showed a second factor since."""
    confirmed = last_confirmed(request)
    if not confirmed or last_shown(request):
        return False
    return not is_recent(confirmed, seconds=settings.STAFF_SESSION_AGE)


def is_recent(moment: float, *, seconds: float) -> bool:
    """Whether a moment lies within the last seconds (and not in the future)."""
    return 0 <= time.time() - moment <= seconds


def secret_from(words: str) -> str:
    """A secret that always comes out the same from the same words; for the demonstration and tests only."""
    return base64.b32encode(hashlib.sha256(words.encode()).digest()[:20]).decode()


def attach_totp(user: User, secret: str) -> Authenticator:
    """Give a person an authenticator app with a known secret, in place of the one there was."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    return TOTP.activate(user, secret).instance


def code_now(secret: str) -> str:
    """The six digits that an authenticator app with this secret shows now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def present_code(user: User) -> str:
    """The six digits that the person's authenticator app shows now."""
    app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return code_now(decrypt(app.data["secret"]))
