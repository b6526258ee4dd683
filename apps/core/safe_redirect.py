"""Safe redirects: which of our URLs a browser may be sent to with GET, and which page a request came from."""

import inspect
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from apps.core.htmx_parts import HtmxRequest


def takes_get(url: str) -> bool:
    """Return whether a view answers this URL to GET; False for POST-only and unknown ones."""
    try:
        view = resolve(urlsplit(url).path).func
    except (Resolver404, ValueError):
        return False
    view_class = getattr(view, "view_class", None)
    return hasattr(view_class, "get") if view_class else _allows_get(view)


def _allows_get(view: Callable[..., object] | None) -> bool:
    """Return whether no decorator of the view (require_POST and its like) refuses GET."""
    while view is not None:
        if inspect.isfunction(view):
            allowed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
            if allowed is not None and "GET" not in allowed:
                return False
        view = getattr(view, "__wrapped__", None)
    return True


def page_above(path: str) -> str:
    """Return the nearest parent path that answers GET; "/" at the latest."""
    while path.strip("/"):
        path = f"{path.rstrip('/').rpartition('/')[0]}/"
        if takes_get(path):
            return path
    return "/"


def current_page_url(request: HttpRequest) -> str:
    """Return the URL of the page that the user sees: the opened one, or the one whose form or script sent the request."""
    requested = request.get_full_path()
    if request.method in {"GET", "HEAD"} and not cast("HtmxRequest", request).htmx:
        return requested if takes_get(requested) else page_above(request.path)
    for named in (request.headers.get("HX-Current-URL", ""), request.headers.get("Referer", ""), requested):
        if not url_has_allowed_host_and_scheme(named, {request.get_host()}):
            continue
        parts = urlsplit(named)
        url = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if takes_get(url):
            return url
    return page_above(request.path)
