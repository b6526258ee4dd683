"""Tell htmx requests for a fragment from requests for the whole page at the same URL."""

from typing import cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request as django_htmx hands it on. A type only: its middleware ensures `htmx`."""

    htmx: HtmxDetails


def is_part_wanted(request: HttpRequest, target: str = "") -> bool:
    """Return whether htmx asks for a fragment (with this target, if one is named).

    False for boosted links and for a history restore: there htmx replaces the whole page.
    """
    htmx = cast("HtmxRequest", request).htmx
    if not htmx or htmx.history_restore_request or htmx.boosted:
        return False
    return not target or htmx.target == target
