"""Which of our addresses a browser may be led to, and on which page somebody stands who pressed a button."""

import inspect
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme


def takes_get(address: str) -> bool:
    """Whether one of our pages answers this address when it is opened, not only when a button is pressed."""
    try:
        view = resolve(urlsplit(address).path).func
    except (Resolver404, ValueError):
        return False
    view_class = getattr(view, "view_class", None)
    return hasattr(view_class, "get") if view_class else _allows_get(view)


def _allows_get(view: Callable[..., Any] | None) -> bool:
    """Whether none of the decorators around a view (require_POST and its like) turns a GET away."""
    while view is not None:
        if inspect.isfunction(view):
            allowed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
            if allowed is not None and "GET" not in allowed:
                return False
        view = getattr(view, "__wrapped__", None)
    return True


def page_above(path: str) -> str:
    """The nearest address further up that leads somewhere: the button stood there."""
    while path.strip("/"):
        path = f"{path.rstrip('/').rpartition('/')[0]}/"
        if takes_get(path):
            return path
    return "/"


def page_of(request: HttpRequest) -> str:
    """The page that somebody has before them: what was opened, or the page whose button or script sent the request."""
    asked = request.get_full_path()
    if request.method in {"GET", "HEAD"} and not cast("Any", request).htmx:
        return asked if takes_get(asked) else page_above(request.path)
    for named in (request.headers.get("HX-Current-URL", ""), request.headers.get("Referer", ""), asked):
        if not url_has_allowed_host_and_scheme(named, {request.get_host()}):
            continue
        parts = urlsplit(named)
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if takes_get(address):
            return address
    return page_above(request.path)
