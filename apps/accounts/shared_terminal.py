"""共用の端末: a browser that others will use next, as its user said at the door or in a form.

Then nothing is kept in it: no number of a guest, no draft, no page; the session ends with the browser, after a quarter
of an hour without a press, and by one press on 利用を終わる.
"""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest

FIELD = "shared_terminal"
KEY = "shared_terminal_seen_at"
WRITE_EVERY = 30


def is_on(request: HttpRequest) -> bool:
    """Whether this browser was said to be shared."""
    return KEY in request.session


def begin(request: HttpRequest) -> None:
    """From now on nothing is kept."""
    request.session[KEY] = time.time()
    request.session.set_expiry(0)


def was_left(request: HttpRequest) -> bool:
    """Whether nobody has pressed anything for too long."""
    return is_on(request) and not 0 <= time.time() - request.session[KEY] <= settings.SHARED_IDLE_AGE


def note_presence(request: HttpRequest) -> None:
    """Somebody is here."""
    if time.time() - request.session[KEY] > WRITE_EVERY:
        request.session[KEY] = time.time()


def end(request: HttpRequest) -> None:
    """Sign out whoever was signed in, and forget all that the session holds: opened proposals, typed words, choices."""
    logout(request)
