"""A part of a page, as htmx asks for it, and the whole page at the same address: which of the two is wanted."""

from typing import Any, cast

from django.http import HttpRequest


def is_part_wanted(request: HttpRequest, target: str = "") -> bool:
    """Whether htmx asks for a part (of this target, if one is named), and not for the whole page again.

    After a step back in its own history htmx asks for a page and puts all of it in place: that is no part.
    """
    htmx = cast("Any", request).htmx
    if not htmx or htmx.history_restore_request or htmx.boosted:
        return False
    return not target or htmx.target == target
