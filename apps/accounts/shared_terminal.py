"""共用の端末: shared-terminal mode of a browser that others will use next, chosen at sign-in or in a form.

Nothing is stored in the browser (guest cookie, drafts, cached pages); the session ends with the browser, after
SHARED_IDLE_AGE without activity, and by 利用を終わる.
"""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest

FIELD = "shared_terminal"
KEY = "shared_terminal_seen_at"
WRITE_EVERY = 30


def is_on(request: HttpRequest) -> bool:
    """Return whether this session is in shared-terminal mode."""
    return KEY in request.session


def begin(request: HttpRequest) -> None:
    """Begin shared-terminal mode; the session ends with the browser."""
    request.session[KEY] = time.time()
    request.session.set_expiry(0)


def was_left(request: HttpRequest) -> bool:
    """Return whether the terminal was idle for longer than SHARED_IDLE_AGE."""
    return is_on(request) and not 0 <= time.time() - request.session[KEY] <= settings.SHARED_IDLE_AGE


def note_presence(request: HttpRequest) -> None:
    """Note activity, at most every WRITE_EVERY seconds."""
    if time.time() - request.session[KEY] > WRITE_EVERY:
        request.session[KEY] = time.time()


def end(request: HttpRequest) -> None:
    """Sign out and delete all data of the session."""
    logout(request)
