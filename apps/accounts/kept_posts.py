"""What somebody sent to a page that first wants to know who they are: kept in the session until they have signed in.

It comes back on the page it was typed on, unsent, for an hour; for nobody else where the person was known; and not for
somebody who opens the door afresh. It goes once the form was sent, and with the session.
"""

import time
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, QueryDict

from apps.core import rate_limit
from apps.core.restored_input import typed_texts

KEY = "kept_words"
LONGEST = 64 * 1024
AGE = 3600
KEPT_A_NETWORK = 120  # an hour; a school or 市役所 shares one address


def keep(request: HttpRequest, page: str, *, person: int | None) -> None:
    """Keep the words that this POST brought for the page they were typed on; person: who was signed in, if anybody."""
    sent = request.POST.copy()
    sent.pop("csrfmiddlewaretoken", None)
    data = sent.urlencode()
    network = get_adapter().get_client_ip(request)
    if (
        not typed_texts(sent)
        or len(data) > LONGEST
        or not rate_limit.hit(f"kept-words:{network}", most=KEPT_A_NETWORK, seconds=AGE)
    ):
        return
    if not request.user.is_authenticated:
        request.session.set_expiry(AGE)
    request.session[KEY] = {
        "page": urlsplit(page).path, "sent_to": request.path, "person": person, "at": time.time(), "data": data,
    }  # fmt: skip


def come_back_on(request: HttpRequest) -> QueryDict | None:
    """What was typed on the page that is opened now, if it waits and its hour is not over."""
    if not request.user.is_authenticated or KEY not in request.session:
        return None
    kept = request.session[KEY]
    if kept["page"] != request.path or kept["person"] not in {None, request.user.pk} or time.time() - kept["at"] > AGE:
        return None
    return QueryDict(kept["data"])


def forget_sent(request: HttpRequest) -> None:
    """The form was taken: nothing waits any longer."""
    if request.method == "POST" and request.session.get(KEY, {}).get("sent_to") == request.path:
        del request.session[KEY]


def forget_unless_for(request: HttpRequest, page: str) -> None:
    """Somebody opens the door, and not to come to the page that words wait for: perhaps another person."""
    if KEY in request.session and request.session[KEY]["page"] != urlsplit(page).path:
        del request.session[KEY]
