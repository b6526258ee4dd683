"""Encrypt JSON data with a key derived from SECRET_KEY (Fernet), with an expiry: database dumps and logs hold no plain text."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unsealable(Exception):
    """The data has expired, or was encrypted with another key."""


def _box() -> Fernet:
    """Return the cipher with the key derived from SECRET_KEY."""
    key = hashlib.sha256(b"apps.core.sealing\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def seal(data: object) -> str:
    """Return JSON data encrypted, as text."""
    return _box().encrypt(json.dumps(data, ensure_ascii=False).encode()).decode()


def unseal(sealed: str, *, within: timedelta) -> Any:
    """Return the decrypted data if it was sealed within this time; raises Unsealable otherwise."""
    try:
        return json.loads(_box().decrypt(sealed.encode(), ttl=int(within.total_seconds())))
    except (InvalidToken, ValueError) as error:
        raise Unsealable from error
