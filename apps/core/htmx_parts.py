"""Tell htmx requests for a fragment from requests for the whole page at the same URL."""

from typing import Any, cast

from django.http import HttpRequest


def is_part_wanted(request: HttpRequest, target: str = "") -> bool:
    """Return whether htmx asks for a fragment (with this target, if one is named).

    False for boosted links and for a history restore: there htmx replaces the whole page.
    """
    htmx = cast("Any", request).htmx
    if not htmx or htmx.history_restore_request or htmx.boosted:
        return False
    return not target or htmx.target == target
