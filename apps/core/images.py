"""Images that the server draws: pictures of pages for sharing (og:image), drawings as PNG, small copies of photos.

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
from PIL import Image, ImageOps

from apps.core.made_files import made_bytes
from apps.core.printing import typeset_image

TEMPLATES = settings.BASE_DIR / "templates" / "images"
MARK = settings.BASE_DIR / "static" / "img" / "mark.svg"
SITE = "調布市 市民参加ポータル"
LONGEST = 300  # characters of a text that are looked at: more never fit
COLOURS = 200  # of a PNG's palette: flat drawings need no more, and the file is a third as large
PHOTO_SIZE = (960, 540)  # of a photo's copy for pages: sharp on a phone and beside a heading
PHOTO_QUALITY = 75
SHARED_QUALITY = 85


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


def share_image(request: HttpRequest, kind: str, name: str, card: ShareCard, picture: Path) -> HttpResponse:
    """Send the picture of a page, 1200 × 630 pixels. kind, name: the cache key (`core.made_files`); picture: beside the words.

    With a drawing it is a PNG; with a photo a JPEG, which is a third as large and keeps the colours.
    """
    texts = {key: value[:LONGEST] if isinstance(value, str) else value for key, value in asdict(card).items()}
    beside = f"picture{picture.suffix}"
    data = {**texts, "site": SITE, "picture": beside}
    return _image(request, kind, name, "share.typ", data, {beside: picture, "mark.svg": MARK})


def drawing_image(request: HttpRequest, drawing: Path) -> HttpResponse:
    """Send a drawing (SVG) as PNG, 1920 × 1080 pixels."""
    return _image(request, "drawings", drawing.name, "drawing.typ", {}, {"drawing.svg": drawing})


def photo_image(request: HttpRequest, kind: str, name: str, photo: Path) -> HttpResponse:
    """Send the copy of a photo for pages: cropped to 16:9 about its middle, WebP. A photo never changes under its name."""
    state = f"{photo.name} {PHOTO_SIZE} {PHOTO_QUALITY}"
    return image_response(request, kind, name, state, lambda: _cropped(photo), content_type="image/webp")


def image_response(
    request: HttpRequest,
    kind: str,
    name: str,
    state: str,
    draw: Callable[[], bytes],
    *,
    content_type: str = "image/png",
) -> HttpResponse:
    """Send an image, drawn once for each state of what it shows (`core.made_files`); 304 to a browser that has it.

    Caches ask each time whether theirs is still valid: what is hidden is gone from the next request.
    """
    etag = quote_etag(hashlib.sha256(state.encode()).hexdigest()[:32])
    response = get_conditional_response(request, etag=etag)
    if response is None:
        image = made_bytes(kind, name, state, draw)
        response = HttpResponse(image, content_type=content_type)
    response.headers["ETag"], response.headers["Cache-Control"] = etag, "no-cache"
    return response


def _image(
    request: HttpRequest, kind: str, name: str, template: str, data: dict[str, Any], files: dict[str, Path]
) -> HttpResponse:
    """Send the image of a template and its data."""
    source = TEMPLATES / template
    held = {beside: path.read_bytes() for beside, path in files.items()}
    with_photo = not all(beside.endswith(".svg") for beside in files)
    shrink, content_type = (_as_jpeg, "image/jpeg") if with_photo else (_smaller, "image/png")
    state = content_type + json.dumps(data, ensure_ascii=False)
    state += "".join(hashlib.sha256(content).hexdigest() for content in (source.read_bytes(), *held.values()))

    def draw() -> bytes:
        return shrink(typeset_image(source, data, files=held))

    return image_response(request, kind, name, state, draw, content_type=content_type)


def _smaller(png: bytes) -> bytes:
    """Return a PNG with a palette of COLOURS."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _as_jpeg(png: bytes) -> bytes:
    """Return a PNG as JPEG."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(out, "JPEG", quality=SHARED_QUALITY, subsampling=0)
    return out.getvalue()


def _cropped(photo: Path) -> bytes:
    """Return a photo at PHOTO_SIZE as WebP; what sticks out is cut off on both sides alike."""
    out = io.BytesIO()
    with Image.open(photo) as image:
        ImageOps.fit(image, PHOTO_SIZE, Image.Resampling.LANCZOS).save(out, "WEBP", quality=PHOTO_QUALITY)
    return out.getvalue()
