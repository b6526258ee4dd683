"""Sessions of a person who leaves: in every browser, and half-way through a sign-in."""

import json
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

AT_ONCE = 500


def forget_sessions(*, user: Any) -> int:
    """Remove every session that is a person's or holds the person's address; how many there were.

    A session names its person only inside, so all of them are read: some ten thousand a second.
    """
    store = SessionStore()
    addresses = {user.email, user.email_normalised} - {None, ""}
    keys = [
        session.pk
        for session in Session.objects.only("session_data").iterator(chunk_size=AT_ONCE)
        if _is_about(store.decode(session.session_data), user.pk, addresses)
    ]
    return Session.objects.filter(pk__in=keys).delete()[0]


def _is_about(data: dict[str, Any], user_id: int, addresses: set[Any]) -> bool:
    """Whether a session was signed in as this person, or an address of theirs was typed in it."""
    if str(data.get("_auth_user_id", "")) == str(user_id):
        return True
    if not addresses:
        return False
    held = json.dumps(data, ensure_ascii=False, default=str).casefold()
    return any(address.casefold() in held for address in addresses)
