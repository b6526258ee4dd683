"""Where the marks of a small chart of yearly figures stand: plain Python, no Django.

Few values are bars from nought; more are a line whose axis begins near the lowest. A target is drawn in dashes, so that
it is told from what was measured without colour. Every number stands in a table beneath the chart as well.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 360, 200  # about the width of a phone, so that letters keep their size there
TOP, RIGHT, BOTTOM, LETTER = 38, 346, 170, 7.5
BENEATH = 19  # from a dot to the words under it
MARGIN = 22  # beside the first and the last dot, for half of its words
BARS_MOST = 4  # so many values are bars, more are a line
YEARS_MOST = 8  # so many years have room beneath a line
WORDS_MOST = 6  # so many values have room above it


@dataclass(frozen=True)
class Figure:
    """One figure of a year: its short label beneath the chart, and the value as it is printed."""

    year: int
    label: str
    value: Decimal
    text: str


@dataclass(frozen=True)
class Tick:
    """A line across the chart, with its number."""

    y: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A bar (reaching down from its tip) or a dot, with its words; those without room are empty."""

    x: float
    tip: float
    text: str
    label: str
    width: float = 0
    height: float = 0
    is_target: bool = False
    is_valley: bool = False

    @property
    def left(self) -> float:
        """Where a bar begins."""
        return round(self.x - self.width / 2, 2)

    @property
    def text_y(self) -> float:
        """Where its words stand: above it, under a valley beneath it, so that the line does not run through them."""
        return round(self.tip + (BENEATH if self.is_valley else -9), 2)


@dataclass(frozen=True)
class Chart:
    """What is drawn: bars, or dots with a line and the level of the target."""

    ticks: list[Tick]
    left: float
    bars: list[Mark]
    dots: list[Mark]
    line: str = ""
    target_y: float | None = None
    begins_at: str = ""  # the number at which the axis begins, where that is not nought

    width, height, right, bottom, label_y = WIDTH, HEIGHT, RIGHT, BOTTOM, BOTTOM + 21


@dataclass(frozen=True)
class Axis:
    """The numbers up the side, and where a value stands between them."""

    scale: list[float]

    @property
    def left(self) -> float:
        """Where the chart begins: behind the longest number."""
        return 10 + LETTER * max(len(number(tick)) for tick in self.scale)

    @property
    def begins_at_nought(self) -> bool:
        """Whether nought is on the axis."""
        return self.scale[0] <= 0 <= self.scale[-1]

    @property
    def ticks(self) -> list[Tick]:
        """Its lines."""
        return [Tick(self.level(tick), number(tick)) for tick in self.scale]

    def level(self, value: Decimal | float) -> float:
        """How far down a value stands."""
        share = (float(value) - self.scale[0]) / (self.scale[-1] - self.scale[0])
        return round(BOTTOM - share * (BOTTOM - TOP), 2)


def number(value: float) -> str:
    """A number of the axis: 1,500 or 2.5."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.10f}".rstrip("0")


def nice_scale(low: float, high: float, steps: int = 4) -> list[float]:
    """Round numbers from at most `low` to at least `high`, about so many steps apart."""
    if high <= low:
        spread = abs(low) * 0.1 or 1.0
        low, high = low - spread, high + spread
    rough = (high - low) / steps
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def bar_axis(values: Sequence[float], most: float | None) -> Axis:
    """The axis of bars holds nought; a share of a whole reaches to the whole."""
    low, high = min(*values, 0.0), max(*values, 0.0)
    if most is not None and low == 0 and high <= most:
        high = most
    return Axis(nice_scale(low, high))


def line_axis(values: Sequence[float], most: float | None) -> Axis:
    """The axis of a line begins a little under the lowest value; a share never reaches beyond the whole."""
    scale = nice_scale(min(values), max(values))
    step = scale[1] - scale[0]
    if scale[0] and min(values) - scale[0] < step / 2:  # room for the words beneath it
        scale.insert(0, round(scale[0] - step, 10))
    if most is not None and max(values) <= most:
        scale = [tick for tick in scale if tick < most] + ([most] if scale[-1] >= most else [])
    return Axis(scale)


def draw(values: Sequence[Figure], target: Figure | None = None, *, most: float | None = None) -> Chart | None:
    """The chart of these values, the earliest first, and of a target; None where there is nothing to draw.

    most: the most that a value can be (100 for a share in percent).
    """
    if not values:
        return None
    numbers = [float(figure.value) for figure in values] + ([float(target.value)] if target else [])
    if len(values) <= BARS_MOST:
        return _bars(values, target, bar_axis(numbers, most))
    return _line(values, target, line_axis(numbers, most))


def _bars(values: Sequence[Figure], target: Figure | None, axis: Axis) -> Chart:
    """Bars side by side, the target last."""
    figures = [*values, target] if target else list(values)
    room = (RIGHT - axis.left) / len(figures)
    width = round(min(room * 0.6, 60.0), 2)
    bars = []
    for place, figure in enumerate(figures):
        tip, foot = sorted((axis.level(figure.value), axis.level(0)))
        text = figure.text if len(figure.text) * LETTER <= room else ""
        x = round(axis.left + room * (place + 0.5), 2)
        bars.append(Mark(x, tip, text, figure.label, width, round(foot - tip, 2), is_target=figure is target))
    return Chart(axis.ticks, round(axis.left, 2), bars, [])


def _is_valley(values: Sequence[Figure], n: int) -> bool:
    """Whether the line comes down to a value and goes up from it; nought has no room beneath it."""
    here = values[n].value
    return here != 0 and all(near.value > here for near in [*values[max(n - 1, 0) : n], *values[n + 1 : n + 2]])


def _line(values: Sequence[Figure], target: Figure | None, axis: Axis) -> Chart:
    """A dot for each year where it stands among the years, joined by a line."""
    first, span = values[0].year, max(values[-1].year - values[0].year, 1)
    begin, end = axis.left + MARGIN, RIGHT - MARGIN
    every, last = math.ceil(len(values) / YEARS_MOST), len(values) - 1
    dots = []
    for n, figure in enumerate(values):
        x = round(begin + (end - begin) * (figure.year - first) / span, 2)
        is_said = (n == last or len(values) <= WORDS_MOST) and len(figure.text) * LETTER <= 2 * (MARGIN + 14)
        label = figure.label if (last - n) % every == 0 else ""
        tip = axis.level(figure.value)
        has_room = tip + BENEATH <= BOTTOM  # else its words would stand on the years
        is_valley = _is_valley(values, n) and has_room
        dots.append(Mark(x, tip, figure.text if is_said else "", label, is_valley=is_valley))
    return Chart(
        axis.ticks,
        round(axis.left, 2),
        [],
        dots,
        line=" ".join(f"{dot.x},{dot.tip}" for dot in dots),
        target_y=axis.level(target.value) if target else None,
        begins_at="" if axis.begins_at_nought else number(axis.scale[0]),
    )
