"""Pictures of pages: their size, what does not fit, letters that no font has, and another file for each state."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from PIL import Image, ImageChops

from apps.core import images
from apps.core.images import ShareCard, drawing_image, share_image
from apps.vision.pictures import DRAWINGS

PARK = DRAWINGS["park"].file
CARD = ShareCard(
    kind="意見を募集しています", title="公園のこれからを考える", about="公園課", note="残り3日・12月1日（火）まで"
)
LARGEST = 150_000  # bytes, so that a phone on a slow line sees it with the link


@pytest.fixture(autouse=True)
def made(settings: Any, tmp_path: Path) -> Path:
    """An empty room for made files."""
    settings.MADE_ROOT = tmp_path
    return tmp_path


def drawn(card: ShareCard, **headers: str) -> HttpResponse:
    request: HttpRequest = RequestFactory().get("/", headers=headers)
    return share_image(request, "share", "test", card, PARK)


def opened(answer: HttpResponse) -> Image.Image:
    return Image.open(io.BytesIO(answer.content))


def ink(image: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Where in a part of a picture something else than its ground stands."""
    part = image.convert("RGB").crop(box)
    ground = Image.new("RGB", part.size, part.getpixel((0, 0)))
    return ImageChops.difference(part, ground).getbbox()


@pytest.mark.parametrize(
    "card",
    [
        CARD,
        replace(CARD, title="あ" * 120),
        replace(CARD, title="「括弧」、。っー" * 60, about="とても長い名前の所管課" * 9, note="長い一行" * 40),
        replace(CARD, title="花🌳と👨‍👩‍👧‍👦 한국어 العربية <b>#let x = 1</b> $a$ \\ @b", is_voice=True),
        replace(CARD, title="A" * 300),
        replace(CARD, title="一行目\n\n二行目\n" * 40, is_voice=True),
        replace(CARD, title="", about="", note=""),
        replace(CARD, kind="行革プラン", grade=("A", "計画どおりに進捗")),
    ],
    ids=["plain", "long", "no-break", "emoji", "one-word", "lines", "empty", "grade"],
)
def test_a_picture_has_its_size_and_nothing_runs_out_of_its_part(card: ShareCard) -> None:
    answer = drawn(card)
    image = opened(answer)
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert answer.headers["Content-Type"] == "image/png"
    assert len(answer.content) < LARGEST
    assert ink(image, (2, 2, 50, 628)) is None, "left margin"
    assert ink(image, (696, 2, 736, 628)) is None, "between the words and the drawing"
    assert ink(image, (2, 600, 736, 628)) is None, "foot"


def test_a_long_title_is_cut_and_a_short_one_is_large() -> None:
    """The words stand between the kind and the foot, whatever their length."""
    heights = []
    for times in (1, 40, 42):
        box = ink(opened(drawn(replace(CARD, title="公園のこれから" * times))), (52, 190, 694, 500))
        assert box is not None
        assert box[1] > 5
        assert box[3] < 305
        heights.append(box[3] - box[1])
    assert heights[0] < 100 < 200 < heights[1]
    assert heights[1] == heights[2], "what does not fit changes nothing"


def test_a_letter_that_no_font_has_is_the_printers_mark() -> None:
    assert drawn(replace(CARD, title="花🌳")).content == drawn(replace(CARD, title="花〓")).content


def test_the_same_state_is_drawn_once_and_another_one_replaces_it(monkeypatch: pytest.MonkeyPatch, made: Path) -> None:
    calls = []
    real = images.typeset_image
    monkeypatch.setattr(images, "typeset_image", lambda *a, **k: calls.append(1) or real(*a, **k))
    first, again = drawn(CARD), drawn(CARD)
    assert first.content == again.content
    assert len(calls) == 1
    assert first.headers["Cache-Control"] == "no-cache"
    etag = first.headers["ETag"]
    unchanged = drawn(CARD, if_none_match=etag)
    assert (unchanged.status_code, unchanged.content, unchanged.headers["ETag"]) == (304, b"", etag)
    other = drawn(replace(CARD, note="本日締切"), if_none_match=etag)
    assert other.status_code == 200
    assert other.headers["ETag"] != etag
    assert len([file for file in made.rglob("*") if file.is_file() and file.name != "lock"]) == 1


def test_what_is_asked_for_again_needs_no_drawing_even_when_its_file_is_gone(made: Path) -> None:
    etag = drawn(CARD).headers["ETag"]
    for file in made.rglob("*"):
        if file.is_file():
            file.unlink()
    assert drawn(CARD, if_none_match=etag).status_code == 304
    assert not [file for file in made.rglob("*") if file.is_file()]


@pytest.mark.parametrize("key", DRAWINGS)
def test_every_drawing_can_be_had_as_png(key: str) -> None:
    image = opened(drawing_image(RequestFactory().get("/"), DRAWINGS[key].file))
    assert image.size == (1920, 1080)
    colours = image.convert("RGB").getcolors(1 << 20)
    assert colours is not None
    assert len(colours) > 8
