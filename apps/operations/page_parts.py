"""The part of every page that tells its reader of unread notifications."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from apps.core.two_phase import PARTS
from apps.operations.models import Notification


def unread_count(request: HttpRequest) -> int:
    """Return how many notifications of the reader are unread: one query a request, however often a page says it."""
    count: int | None = getattr(request, "_unread_count", None)
    if count is None:
        count = Notification.objects.visible_to(request.user).unread().count()
        setattr(request, "_unread_count", count)  # noqa: B010 - a plain assignment is unknown to the type of requests
    return count


def unread_part(request: HttpRequest, template: str) -> str:
    """Return what the header says of unread notifications; nothing when there is none. template: how it says it."""
    count = unread_count(request)
    return render_to_string(template, {"count": count}) if count else ""


PARTS["unread"] = unread_part
