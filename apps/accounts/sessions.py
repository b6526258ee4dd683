"""Delete the sessions of a user who leaves, in every browser, pending sign-ins included."""

import json
from collections.abc import Mapping

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from apps.accounts.models import User

AT_ONCE = 500


def forget_sessions(*, user: User) -> int:
    """Delete every session of the user, or with the user's e-mail address in it. Return how many.

    A session names its user only inside its encoded data, so all sessions are read: some ten thousand a second.
    """
    store = SessionStore()
    emails = {email for email in (user.email, user.email_normalised) if email}
    keys = [
        session.pk
        for session in Session.objects.only("session_data").iterator(chunk_size=AT_ONCE)
        if _is_about(store.decode(session.session_data), user.pk, emails)
    ]
    return Session.objects.filter(pk__in=keys).delete()[0]


def _is_about(data: Mapping[str, object], user_id: int, emails: set[str]) -> bool:
    """Return whether session data is of this user, or contains one of these e-mail addresses."""
    if str(data.get("_auth_user_id", "")) == str(user_id):
        return True
    if not emails:
        return False
    text = json.dumps(data, ensure_ascii=False, default=str).casefold()
    return any(email.casefold() in text for email in emails)
