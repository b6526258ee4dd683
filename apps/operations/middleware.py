"""The number of unread notifications in the header of every page of a signed-in person."""

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse

from apps.operations.models import Notification


class UnreadCountMiddleware:
    """Gives each request `unread_count`, a question that is asked once, and only by a page that shows the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        count = cache(lambda: Notification.objects.visible_to(request.user).unread().count())
        setattr(request, "unread_count", count)  # noqa: B010 - a plain assignment is unknown to the type of requests
        return self.get_response(request)
