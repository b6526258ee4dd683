"""Lay out a word cloud and draw it as PNG. Knows no Django.

wordcloud's own layout measures a word with one anchor and draws it with another, so that words overlap and equal counts
get several sizes. So this module places the words itself (free place nearest to the middle, font size from the square root
of the count, never rotated) and passes the result to wordcloud's renderer. Deterministic: the same words in the same order
give the same picture. Lengths are in pixels.
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
CELL = 3  # pixels of one cell of the occupancy grid
EM_BOX, BASELINE = 1.14, 0.93  # height of a word's box, and its baseline from the top, in em
SHRINK = 0.93
FULLEST = 0.8  # a layout that needs a larger part of the canvas than this is not tried


@dataclass(frozen=True)
class Canvas:
    """An area to draw on: its size, largest and smallest font size, margin round a word, least touch target, most words."""

    width: int
    height: int
    biggest: float
    smallest: float
    margin: int
    target: int = 0
    words: int = 100


WIDE = Canvas(1000, 520, 88, 18, 7, target=24, words=100)
PHONE = Canvas(340, 900, 46, 17, 4, target=33, words=50)
PICTURE = Canvas(1140, 430, 92, 17, 7, words=100)


@dataclass(frozen=True)
class PlacedWord:
    """A word on the canvas: its box and font size."""

    text: str
    kind: str
    size: float
    left: float
    top: float
    width: float
    height: float

    @property
    def baseline(self) -> float:
        """Return the y of the text's baseline."""
        return round(self.top + (self.height - self.size * EM_BOX) / 2 + self.size * BASELINE, 1)

    @property
    def length(self) -> float:
        """Return the width of the text, without the padding of a touch target."""
        return round(length_of(self.text) * self.size, 1)

    @property
    def middle(self) -> float:
        """Return the x of the box's middle."""
        return round(self.left + self.width / 2, 1)

    @property
    def colour(self) -> str:
        """Return the colour of its part of speech."""
        return COLOURS.get(self.kind, INK)


@dataclass(frozen=True)
class Layout:
    """Placed words, and the part of the canvas that they fill."""

    words: tuple[PlacedWord, ...]
    left: float
    top: float
    width: float
    height: float

    @property
    def hash(self) -> str:
        """Return a hash that is equal for equal layouts."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


@lru_cache(maxsize=8)
def font(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Load a font (cached)."""
    return ImageFont.truetype(path, size)


@lru_cache(maxsize=20_000)
def length_of(text: str) -> float:
    """Return the width of a word in em."""
    return font(BOLD, 200).getlength(text) / 200


def sizes(weights: Sequence[float], canvas: Canvas, biggest: float) -> list[float]:
    """Return font sizes: a word's area is proportional to its weight, down to the smallest size."""
    most = max(weights)
    return [round(max(canvas.smallest, biggest * math.sqrt(max(w, 0) / most)), 1) for w in weights]


def lay_out(words: Sequence[tuple[str, str, float]], canvas: Canvas) -> Layout:
    """Place words (text, kind, weight), heaviest first; font sizes shrink until every word has a place."""
    chosen = sorted(words, key=lambda word: (-word[2], word[0]))[: canvas.words]
    if not chosen:
        return Layout((), 0, 0, canvas.width, 0)
    biggest, placed = canvas.biggest, list[PlacedWord]()
    while biggest >= canvas.smallest:
        wanted = sizes([weight for _t, _k, weight in chosen], canvas, biggest)
        if _area(chosen, wanted, canvas) > FULLEST * canvas.width * canvas.height:
            biggest *= SHRINK
            continue
        placed = _place([(t, k, size) for (t, k, _w), size in zip(chosen, wanted, strict=True)], canvas)
        if len(placed) == len(chosen):
            break
        biggest *= SHRINK
    return _cropped(placed, canvas)


def _area(words: Sequence[tuple[str, str, float]], wanted: Sequence[float], canvas: Canvas) -> float:
    """Return the sum of the words' boxes with margins, in square pixels."""
    return sum(
        (length_of(text) * size + canvas.margin) * (EM_BOX * size + canvas.margin)
        for (text, _kind, _weight), size in zip(words, wanted, strict=True)
    )


def _place(words: Sequence[tuple[str, str, float]], canvas: Canvas) -> list[PlacedWord]:
    """Place each word (text, kind, font size) on the free place nearest to the middle; stop at the first without one."""
    rows, columns = canvas.height // CELL, canvas.width // CELL
    taken = np.zeros((rows, columns), dtype=np.int32)
    placed = []
    for text, kind, size in words:
        width, height = max(length_of(text) * size, canvas.target), max(EM_BOX * size, canvas.target)
        w, h = math.ceil((width + canvas.margin) / CELL), math.ceil((height + canvas.margin) / CELL)
        at = _nearest(taken, w, h)
        if at is None:
            break
        y, x = at
        taken[y : y + h, x : x + w] = 1
        left, top = x * CELL + canvas.margin / 2, y * CELL + canvas.margin / 2
        placed.append(PlacedWord(text, kind, size, round(left, 1), round(top, 1), round(width, 1), round(height, 1)))
    return placed


def _nearest(taken: np.ndarray, w: int, h: int) -> tuple[int, int] | None:
    """Return (row, column) of the free box of w × h cells nearest to the middle of the canvas, or None."""
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


def _cropped(placed: list[PlacedWord], canvas: Canvas) -> Layout:
    """Return the layout cropped to the words and their margin."""
    left = min(word.left for word in placed) - canvas.margin
    top = min(word.top for word in placed) - canvas.margin
    width = max(word.left + word.width for word in placed) + canvas.margin - left
    height = max(word.top + word.height for word in placed) + canvas.margin - top
    return Layout(tuple(placed), round(left, 1), round(top, 1), round(width, 1), round(height, 1))


def overlaps(layout: Layout) -> int:
    """Return how many pairs of words overlap; 0 in every layout of this module."""
    pairs = ((a, b) for i, a in enumerate(layout.words) for b in layout.words[i + 1 :])
    return sum(
        a.left < b.left + b.width and b.left < a.left + a.width
        and a.top < b.top + b.height and b.top < a.top + a.height
        for a, b in pairs
    )  # fmt: skip


class PlacedCloud(WordCloud):
    """A WordCloud whose words are placed already."""

    def __init__(self, layout: Layout, *, scale: int, width: int, height: int) -> None:
        super().__init__(
            font_path=BOLD, width=width, height=height, scale=scale, background_color="white",
            margin=0, prefer_horizontal=1, color_func=lambda *_a, **_k: INK,
        )  # fmt: skip
        left = (width - layout.width) / 2 - layout.left
        top = (height - layout.height) / 2 - layout.top
        self.layout_ = [self._row(word, left, top) for word in layout.words]

    @staticmethod
    def _row(
        word: PlacedWord, left: float, top: float
    ) -> tuple[tuple[str, float], float, tuple[float, float], None, str]:
        """Return a word in the form of wordcloud's `layout_`: (y, x) of the beginning of its baseline."""
        x, y = word.middle - word.length / 2 + left, word.baseline + top
        return (word.text, 1.0), word.size, (y, x), None, word.colour

    def to_image(self) -> Image.Image:
        """Draw every word on its baseline.

        wordcloud hands Pillow a font that forgets how far ink lies below the top of the line, which differs from letter
        to letter: words stood about a fourth of their size too high, over those above them.
        """
        image = Image.new("RGB", (int(self.width * self.scale), int(self.height * self.scale)), self.background_color)
        draw = ImageDraw.Draw(image)
        for (text, _count), size, (y, x), _orientation, colour in self.layout_:
            place = (x * self.scale, y * self.scale)
            draw.text(place, text, fill=colour, font=ImageFont.truetype(BOLD, size * self.scale), anchor="ls")
        return image


def draw_picture(
    words: Sequence[tuple[str, str, float]], *, title: str, lines: Sequence[str], conditions: str = "", scale: int = 1
) -> bytes:
    """Return a PNG of 1200 × 630 pixels (2400 × 1260 with scale 2): title, filter conditions, words, explaining lines."""
    image = Image.new("RGB", (1200 * scale, 630 * scale), "white")
    draw = ImageDraw.Draw(image)
    size = min(30, max(22, int(PICTURE.width / max(length_of(title), 1))))
    heading = _truncated(title, PICTURE.width / size)
    draw.text((30 * scale, 20 * scale), heading, fill=INK, font=font(BOLD, size * scale))
    draw.text((30 * scale, 60 * scale), _truncated(conditions, 60), fill=INK, font=font(REGULAR, 18 * scale))
    layout = lay_out(words, PICTURE)
    if layout.words:
        picture = PlacedCloud(layout, scale=scale, width=PICTURE.width, height=PICTURE.height).to_image()
        image.paste(picture, (30 * scale, (84 if conditions else 72) * scale))
    for number, line in enumerate(lines):
        place = (30 * scale, (518 + number * 27) * scale)
        draw.text(place, _truncated(line, PICTURE.width / 17), fill=INK, font=font(REGULAR, 17 * scale))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _truncated(text: str, room: float) -> str:
    """Return the text, shortened with … to at most `room` em."""
    if length_of(text) <= room:
        return text
    while text and length_of(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"
