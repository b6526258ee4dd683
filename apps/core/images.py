"""Images that the server draws: pictures of pages for sharing (og:image), and drawings as PNG.

Typst draws them, as it does papers: the same fonts, line breaks by the rules of Japanese, texts as data, and 〓 for a
letter that the fonts lack. They are cached files (`core.made_files`), another one for each state of what they show.
"""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from PIL import Image

from apps.core.made_files import made_bytes
from apps.core.printing import typeset_image

TEMPLATES = settings.BASE_DIR / "templates" / "images"
MARK = settings.BASE_DIR / "static" / "img" / "mark.svg"
SITE = "調布市 市民参加ポータル"
LONGEST = 300  # characters of a text that are looked at: more never fit
COLOURS = 200  # of a PNG's palette: flat drawings need no more, and the file is a third as large


@dataclass(frozen=True)
class ShareCard:
    """What the picture of a page says. It is the same for everybody, so it holds only what is public.

    title: cut with … where it does not fit; kind: what the page is, in a word; about: what it belongs to;
    note: one line at the foot; grade: a letter and its words; is_voice: words of a resident, in the warm colour.
    """

    kind: str
    title: str
    about: str = ""
    note: str = ""
    grade: tuple[str, str] = ("", "")
    is_voice: bool = False


def share_image(request: HttpRequest, kind: str, name: str, card: ShareCard, drawing: Path) -> HttpResponse:
    """Send the picture of a page, 1200 × 630 pixels. kind, name: the cache key (`core.made_files`)."""
    texts = {key: value[:LONGEST] if isinstance(value, str) else value for key, value in asdict(card).items()}
    data = {**texts, "site": SITE}
    return _image(request, kind, name, "share.typ", data, {"drawing.svg": drawing, "mark.svg": MARK})


def drawing_image(request: HttpRequest, drawing: Path) -> HttpResponse:
    """Send a drawing (SVG) as PNG, 1920 × 1080 pixels."""
    return _image(request, "drawings", drawing.name, "drawing.typ", {}, {"drawing.svg": drawing})


def image_response(request: HttpRequest, kind: str, name: str, state: str, draw: Callable[[], bytes]) -> HttpResponse:
    """Send a PNG, drawn once for each state of what it shows (`core.made_files`); 304 to a browser that has it.

    Caches ask each time whether theirs is still valid: what is hidden is gone from the next request.
    """
    etag = quote_etag(hashlib.sha256(state.encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag)
    if response is None:
        image = made_bytes(kind, name, state, draw)
        response = HttpResponse(image, content_type="image/png")
    response.headers["ETag"], response.headers["Cache-Control"] = etag, "no-cache"
    return response


def _image(
    request: HttpRequest, kind: str, name: str, template: str, data: dict[str, Any], files: dict[str, Path]
) -> HttpResponse:
    """Send the image of a template and its data."""
    source = TEMPLATES / template
    held = {beside: path.read_bytes() for beside, path in files.items()}
    state = json.dumps(data, ensure_ascii=False) + "".join(
        hashlib.sha256(content).hexdigest() for content in (source.read_bytes(), *held.values())
    )
    return image_response(request, kind, name, state, lambda: _smaller(typeset_image(source, data, files=held)))


def _smaller(png: bytes) -> bytes:
    """Return a PNG with a palette of COLOURS."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
