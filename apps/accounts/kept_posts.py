"""Keep a POST that needs a sign-in: it is stored in the session, and restored, unsent, on its page after the sign-in.

Kept for AGE seconds; only for the same user where one was known; dropped when the form is submitted, when the sign-in
page is opened for another page (perhaps by another person), and with the session.
"""

import time
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict

from apps.accounts.requests import client_ip
from apps.core import rate_limit
from apps.core.restored_input import typed_texts

KEY = "kept_words"
LONGEST = 64 * 1024
AGE = 3600
KEPT_A_NETWORK = 120  # an hour; a school or 市役所 shares one IP


def keep(request: HttpRequest, page: str, *, user_id: int | None) -> None:
    """Store the data of this POST in the session, rate-limited by network; nothing for data without typed text.

    page: URL of the page with the form; user_id: the user who was signed in, None for a visitor.
    """
    sent = request.POST.copy()
    sent.pop("csrfmiddlewaretoken", None)
    data = sent.urlencode()
    network = client_ip(request)
    if (
        not typed_texts(sent)
        or len(data) > LONGEST
        or not rate_limit.hit(f"kept-words:{network}", most=KEPT_A_NETWORK, seconds=AGE)
    ):
        return
    if not request.user.is_authenticated:
        request.session.set_expiry(AGE)
    request.session[KEY] = {
        "page": urlsplit(page).path, "sent_to": request.path, "person": user_id, "at": time.time(), "data": data,
    }  # fmt: skip


def restored_data(request: HttpRequest) -> QueryDict | None:
    """Return the data kept for the page that is opened now; None when there is none, or it expired."""
    if not request.user.is_authenticated or KEY not in request.session:
        return None
    kept = request.session[KEY]
    if kept["page"] != request.path or kept["person"] not in {None, request.user.pk} or time.time() - kept["at"] > AGE:
        return None
    return QueryDict(kept["data"])


def forget_sent(request: HttpRequest) -> None:
    """Drop the kept data when this request submitted its form."""
    if request.method == "POST" and request.session.get(KEY, {}).get("sent_to") == request.path:
        del request.session[KEY]


def forget_unless_for(request: HttpRequest, page: str) -> None:
    """Drop the kept data unless the sign-in leads to its page: perhaps another person signs in."""
    if KEY in request.session and request.session[KEY]["page"] != urlsplit(page).path:
        del request.session[KEY]
