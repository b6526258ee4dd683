"""Middleware for the number of unread notifications in the page header."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse

from apps.operations.models import Notification


class UnreadCountMiddleware:
    """Set `request.unread_count`, a cached callable: one query, and only on pages that show the number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        count = cache(lambda: Notification.objects.visible_to(request.user).unread().count())
        setattr(request, "unread_count", count)  # noqa: B010 - a plain assignment is unknown to the type of requests
        return self.get_response(request)
