"""Plain data sealed with the portal's key for a while: a dump of the database, or its log, holds no word of it."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unsealable(Exception):
    """What was sealed too long ago, or with another key."""


def _box() -> Fernet:
    key = hashlib.sha256(b"apps.core.sealing\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(data: Any) -> str:
    """The data as letters that only the portal reads."""
    return _box().encrypt(json.dumps(data, ensure_ascii=False).encode()).decode()


def unseal(sealed: str, *, within: timedelta) -> Any:
    """What was sealed within this time; raises Unsealable otherwise."""
    try:
        return json.loads(_box().decrypt(sealed.encode(), ttl=int(within.total_seconds())))
    except (InvalidToken, ValueError) as error:
        raise Unsealable from error
