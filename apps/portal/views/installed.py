"""The portal as an installed app: its manifest, and the page that is shown without internet."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

COLOUR, GROUND = "#0017c1", "#ffffff"  # --app-primary and --app-surface of tokens.css
ICONS = (("app-192.png", 192, "any"), ("app-512.png", 512, "any"), ("app-maskable-512.png", 512, "maskable"))


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """Send the web app manifest: name, icons, colours, where it starts."""
    home = reverse("portal:home")
    icons = [
        {"src": static(f"img/{name}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in ICONS
    ]
    described = {
        "id": home,
        "start_url": home,
        "scope": home,
        "name": _("調布市 市民参加ポータル"),
        "short_name": _("市民参加"),
        "lang": get_language() or "ja",
        "display": "standalone",
        "theme_color": COLOUR,
        "background_color": GROUND,
        "icons": icons,
    }
    return JsonResponse(described, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show that there is no internet, and the pages that were read last. The service worker keeps it for that moment."""
    return render(request, "portal/offline.html")
