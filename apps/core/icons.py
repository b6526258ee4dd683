"""Icons of the portal: `static/img/icons.svg`, drawn inline so that a page needs no further request for them."""

import re
from functools import cache

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SPRITE = settings.BASE_DIR / "static" / "img" / "icons.svg"
SYMBOL = re.compile(r'<symbol id="([a-z-]+)" viewBox="0 0 24 24">(.*?)</symbol>', re.DOTALL)


@cache
def shapes() -> dict[str, SafeString]:
    """Return the shapes of every icon by its name."""
    sprite = SPRITE.read_text(encoding="utf-8")
    return {name: mark_safe(drawn) for name, drawn in SYMBOL.findall(sprite)}  # noqa: S308 - our own file


def draw_icon(name: str, *, label: str = "", size: int = 24, kind: str = "") -> SafeString:
    """Return an icon as inline SVG, hidden from screen readers unless it has a label of its own.

    size: pixels of both sides; kind: of `.icon` (warm). Raise KeyError for a name that `icons.svg` does not have.
    """
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{3}" viewBox="0 0 24 24" width="{0}" height="{0}" {1} focusable="false">{2}</svg>',
        size, spoken, shapes()[name], f" icon--{kind}" if kind else "",
    )  # fmt: skip
