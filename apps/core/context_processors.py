"""Template context of every page: menu, site URL, demonstration flag. Makes no database query."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.languages import wants_furigana

# (label, URL name, path prefix under which the entry is marked as current; "" for the exact path)
MENU = (
    (_("ホーム"), "portal:home", ""),
    (_("テーマ（意見募集）"), "consultations:list", "/consultations/"),
    (_("ビジョン"), "portal:vision", "/vision/"),
    (_("スマートシティ協議会"), "council:council", "/council/"),
    (_("行革プラン"), "plans:list", "/plans/"),
)


def site(request: HttpRequest) -> dict[str, object]:
    """Return `site_menu`, `site_url`, `is_demo`, `has_furigana`, `languages` and `has_left_traces`.

    has_left_traces: whether this browser holds a cookie that would recognise its user, or is marked as shared terminal.
    """
    path = request.path
    menu = [
        {"label": label, "url": url, "is_current": path.startswith(prefix) if prefix else path == url}
        for label, url, prefix in ((label, reverse(name), prefix) for label, name, prefix in MENU)
    ]
    left_traces = any(name in request.COOKIES for name in settings.TRACE_COOKIES)
    return {
        "site_menu": menu,
        "site_url": settings.SITE_URL,
        "is_demo": settings.IS_DEMO,
        "has_furigana": wants_furigana(request),
        "languages": settings.LANGUAGES,  # each by its own name, whatever the page speaks
        "has_left_traces": left_traces or getattr(request, "is_shared_terminal", False),
    }
