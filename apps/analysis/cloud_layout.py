"""Drawing words by how often they are used: where each stands, as numbers and as a picture. Knows no Django.

wordcloud's own placing measures a word with one anchor and draws it with another, so that words overlap and equal counts
come out in several sizes. So this module places the words itself (nearest free place to the middle, sizes from the square
root of the counts, never turned, never inside another word) and hands the result to wordcloud's picture. The same words
in the same order give the same picture; nothing is random.
"""

import hashlib
import io
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from wordcloud import WordCloud

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
BOLD, REGULAR = str(FONTS / "NotoSansJP-Bold.ttf"), str(FONTS / "NotoSansJP-Regular.ttf")
# On white each has a contrast of at least 6.5, and every two differ for every kind of colour vision.
COLOURS = {"noun": "#0b4f8a", "verb": "#a04000", "adjective": "#4a4a4a"}
INK = "#1a1a1a"
CELL = 3  # pixels of one cell of the grid of what is taken
EM_BOX, BASELINE = 1.14, 0.93  # height of a word's box and where its letters stand in it, in sizes of the letters
SHRINK = 0.93
FULLEST = 0.8  # words that need a larger part of the sheet than this are not even tried


@dataclass(frozen=True)
class Sheet:
    """A sheet to draw on: its size, the largest and smallest letters, the air round a word, the least target."""

    width: int
    height: int
    biggest: float
    smallest: float
    margin: int
    target: int = 0
    words: int = 100


WIDE = Sheet(1000, 520, 88, 18, 7, target=24, words=100)
PHONE = Sheet(340, 900, 46, 17, 4, target=33, words=50)
PICTURE = Sheet(1140, 430, 92, 17, 7, words=100)


@dataclass(frozen=True)
class Placed:
    """A word on the sheet: its box, its letters' size, and where they stand."""

    text: str
    kind: str
    size: float
    left: float
    top: float
    width: float
    height: float

    @property
    def baseline(self) -> float:
        """Where the letters stand."""
        return round(self.top + (self.height - self.size * EM_BOX) / 2 + self.size * BASELINE, 1)

    @property
    def length(self) -> float:
        """How long the letters are, without the air of a small target."""
        return round(length_of(self.text) * self.size, 1)

    @property
    def middle(self) -> float:
        """The middle of the box."""
        return round(self.left + self.width / 2, 1)

    @property
    def colour(self) -> str:
        """The colour of its kind."""
        return COLOURS.get(self.kind, INK)


@dataclass(frozen=True)
class Layout:
    """Words on a sheet, and the part of it that they fill."""

    words: tuple[Placed, ...]
    left: float
    top: float
    width: float
    height: float

    @property
    def hash(self) -> str:
        """The same for the same picture."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


@lru_cache(maxsize=8)
def font(path: str, size: int) -> ImageFont.FreeTypeFont:
    """A font of the portal."""
    return ImageFont.truetype(path, size)


@lru_cache(maxsize=20_000)
def length_of(text: str) -> float:
    """How long a word is, in sizes of its letters."""
    return font(BOLD, 200).getlength(text) / 200


def sizes(weights: Sequence[float], sheet: Sheet, biggest: float) -> list[float]:
    """Letters' sizes: the area of a word follows its weight; equal weights are equally large."""
    most = max(weights)
    return [round(max(sheet.smallest, biggest * math.sqrt(max(w, 0) / most)), 1) for w in weights]


def lay_out(words: Sequence[tuple[str, str, float]], sheet: Sheet) -> Layout:
    """Place (text, kind, weight), the heaviest first; letters get smaller until every word has its place."""
    chosen = sorted(words, key=lambda word: (-word[2], word[0]))[: sheet.words]
    if not chosen:
        return Layout((), 0, 0, sheet.width, 0)
    biggest, placed = sheet.biggest, list[Placed]()
    while biggest >= sheet.smallest:
        wanted = sizes([weight for _t, _k, weight in chosen], sheet, biggest)
        if _area(chosen, wanted, sheet) > FULLEST * sheet.width * sheet.height:
            biggest *= SHRINK
            continue
        placed = _place([(t, k, size) for (t, k, _w), size in zip(chosen, wanted, strict=True)], sheet)
        if len(placed) == len(chosen):
            break
        biggest *= SHRINK
    return _cropped(placed, sheet)


def _area(words: Sequence[tuple[str, str, float]], wanted: Sequence[float], sheet: Sheet) -> float:
    """How much room the words need with their air, were they laid like bricks."""
    return sum(
        (length_of(text) * size + sheet.margin) * (EM_BOX * size + sheet.margin)
        for (text, _kind, _weight), size in zip(words, wanted, strict=True)
    )


def _place(words: Sequence[tuple[str, str, float]], sheet: Sheet) -> list[Placed]:
    """Each word on the free place nearest to the middle; stops at the first that finds none."""
    rows, columns = sheet.height // CELL, sheet.width // CELL
    taken = np.zeros((rows, columns), dtype=np.int32)
    placed = []
    for text, kind, size in words:
        width, height = max(length_of(text) * size, sheet.target), max(EM_BOX * size, sheet.target)
        w, h = math.ceil((width + sheet.margin) / CELL), math.ceil((height + sheet.margin) / CELL)
        at = _nearest(taken, w, h)
        if at is None:
            break
        y, x = at
        taken[y : y + h, x : x + w] = 1
        left, top = x * CELL + sheet.margin / 2, y * CELL + sheet.margin / 2
        placed.append(Placed(text, kind, size, round(left, 1), round(top, 1), round(width, 1), round(height, 1)))
    return placed


def _nearest(taken: np.ndarray, w: int, h: int) -> tuple[int, int] | None:
    """The corner of the free box of w × h cells whose middle is nearest to the middle of the sheet."""
    rows, columns = taken.shape
    if w > columns or h > rows:
        return None
    sums = np.zeros((rows + 1, columns + 1), dtype=np.int32)
    np.cumsum(np.cumsum(taken, axis=0), axis=1, out=sums[1:, 1:])
    full = sums[h:, w:] - sums[:-h, w:] - sums[h:, :-w] + sums[:-h, :-w]
    free_rows, free_columns = full.shape
    dy = (np.arange(free_rows) + h / 2 - rows / 2) * max(columns / rows, 0.8)
    dx = np.arange(free_columns) + w / 2 - columns / 2
    far = np.where(full == 0, (dy * dy)[:, None] + dx * dx, np.inf)
    place = int(np.argmin(far))
    if not np.isfinite(far.flat[place]):
        return None
    return place // free_columns, place % free_columns


def _cropped(placed: list[Placed], sheet: Sheet) -> Layout:
    """The part of the sheet that the words fill, with their air."""
    left = min(word.left for word in placed) - sheet.margin
    top = min(word.top for word in placed) - sheet.margin
    width = max(word.left + word.width for word in placed) + sheet.margin - left
    height = max(word.top + word.height for word in placed) + sheet.margin - top
    return Layout(tuple(placed), round(left, 1), round(top, 1), round(width, 1), round(height, 1))


def overlaps(layout: Layout) -> int:
    """How many pairs of words lie on each other; 0 in every layout of this module."""
    pairs = ((a, b) for i, a in enumerate(layout.words) for b in layout.words[i + 1 :])
    return sum(
        a.left < b.left + b.width and b.left < a.left + a.width
        and a.top < b.top + b.height and b.top < a.top + a.height
        for a, b in pairs
    )  # fmt: skip


class PlacedCloud(WordCloud):
    """wordcloud's picture of words that are placed already."""

    def __init__(self, layout: Layout, *, scale: int, width: int, height: int) -> None:
        super().__init__(
            font_path=BOLD, width=width, height=height, scale=scale, background_color="white",
            margin=0, prefer_horizontal=1, color_func=lambda *_a, **_k: INK,
        )  # fmt: skip
        left = (width - layout.width) / 2 - layout.left
        top = (height - layout.height) / 2 - layout.top
        self.layout_ = [self._row(word, left, top) for word in layout.words]

    @staticmethod
    def _row(word: Placed, left: float, top: float) -> tuple[tuple[str, float], float, tuple[float, float], None, str]:
        """A word as wordcloud keeps it: its position is where the line of letters begins at its top."""
        ascent = font(BOLD, 200).getmetrics()[0] / 200 * word.size
        x, y = word.middle - word.length / 2 + left, word.baseline - ascent + top
        return (word.text, 1.0), round(word.size), (y, x), None, word.colour


def draw_picture(
    words: Sequence[tuple[str, str, float]], *, title: str, lines: Sequence[str], said: str = "", scale: int = 1
) -> bytes:
    """A PNG of 1200 × 630 (or 2400 × 1260 with scale 2): title, what it was narrowed to, words, and what explains them."""
    sheet = Image.new("RGB", (1200 * scale, 630 * scale), "white")
    draw = ImageDraw.Draw(sheet)
    size = min(30, max(22, int(PICTURE.width / max(length_of(title), 1))))
    named = _fitting(title, PICTURE.width / size)
    draw.text((30 * scale, 20 * scale), named, fill=INK, font=font(BOLD, size * scale))
    draw.text((30 * scale, 60 * scale), _fitting(said, 60), fill=INK, font=font(REGULAR, 18 * scale))
    layout = lay_out(words, PICTURE)
    if layout.words:
        picture = PlacedCloud(layout, scale=scale, width=PICTURE.width, height=PICTURE.height).to_image()
        sheet.paste(picture, (30 * scale, (84 if said else 72) * scale))
    for number, line in enumerate(lines):
        place = (30 * scale, (518 + number * 27) * scale)
        draw.text(place, _fitting(line, PICTURE.width / 17), fill=INK, font=font(REGULAR, 17 * scale))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _fitting(text: str, room: float) -> str:
    """The text, or as much of its beginning as stands in so many sizes of its letters: Latin ones are narrow."""
    if length_of(text) <= room:
        return text
    while text and length_of(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"
