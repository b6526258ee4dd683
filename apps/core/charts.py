"""Lay out small charts of yearly values as SVG coordinates. Imports no Django.

Up to BARS_MOST values are bars from zero; more are a line whose axis begins near the lowest value. A target is dashed,
so that it can be told from measured values without colour. A table beneath the chart repeats every number.
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
    """A value of a year: its label beneath the chart, and the value as text."""

    year: int
    label: str
    value: Decimal
    text: str


@dataclass(frozen=True)
class Tick:
    """A grid line with its number."""

    y: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A bar (down from its tip) or a dot, with its texts; a text without room is empty."""

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
        """Return the x of the left edge of a bar."""
        return round(self.x - self.width / 2, 2)

    @property
    def text_y(self) -> float:
        """Return the y of its text: above it, in a valley beneath it, so that the line does not cross the text."""
        return round(self.tip + (BENEATH if self.is_valley else -9), 2)


@dataclass(frozen=True)
class Chart:
    """The coordinates of a chart: bars, or dots with a line and the level of the target."""

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
    """The y axis: its ticks, and the mapping of values to coordinates."""

    scale: list[float]

    @property
    def left(self) -> float:
        """Return the x where the chart begins, right of the longest number."""
        return 10 + LETTER * max(len(number(tick)) for tick in self.scale)

    @property
    def begins_at_nought(self) -> bool:
        """Return whether zero is on the axis."""
        return self.scale[0] <= 0 <= self.scale[-1]

    @property
    def ticks(self) -> list[Tick]:
        """Return the grid lines."""
        return [Tick(self.level(tick), number(tick)) for tick in self.scale]

    def level(self, value: Decimal | float) -> float:
        """Return the y of a value."""
        share = (float(value) - self.scale[0]) / (self.scale[-1] - self.scale[0])
        return round(BOTTOM - share * (BOTTOM - TOP), 2)


def number(value: float) -> str:
    """Return a number as the axis shows it: 1,500 or 2.5."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.10f}".rstrip("0")


def nice_scale(low: float, high: float, steps: int = 4) -> list[float]:
    """Return round numbers from at most `low` to at least `high`, in about `steps` steps."""
    if high <= low:
        spread = abs(low) * 0.1 or 1.0
        low, high = low - spread, high + spread
    rough = (high - low) / steps
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def bar_axis(values: Sequence[float], most: float | None) -> Axis:
    """Return the axis of a bar chart: it contains zero, and reaches `most` for shares of a whole."""
    low, high = min(*values, 0.0), max(*values, 0.0)
    if most is not None and low == 0 and high <= most:
        high = most
    return Axis(nice_scale(low, high))


def line_axis(values: Sequence[float], most: float | None) -> Axis:
    """Return the axis of a line chart: from a little under the lowest value, never beyond `most`."""
    scale = nice_scale(min(values), max(values))
    step = scale[1] - scale[0]
    if scale[0] and min(values) - scale[0] < step / 2:  # room for the words beneath it
        scale.insert(0, round(scale[0] - step, 10))
    if most is not None and max(values) <= most:
        scale = [tick for tick in scale if tick < most] + ([most] if scale[-1] >= most else [])
    return Axis(scale)


def draw(values: Sequence[Figure], target: Figure | None = None, *, most: float | None = None) -> Chart | None:
    """Return the chart of values (earliest first) and an optional target; None without values.

    most: the maximum of a value (100 for a share in percent), None without one.
    """
    if not values:
        return None
    numbers = [float(figure.value) for figure in values] + ([float(target.value)] if target else [])
    if len(values) <= BARS_MOST:
        return _bars(values, target, bar_axis(numbers, most))
    return _line(values, target, line_axis(numbers, most))


def _bars(values: Sequence[Figure], target: Figure | None, axis: Axis) -> Chart:
    """Return a bar chart, with the target as last bar."""
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
    """Return whether a value is a local minimum of the line; False for zero, which has no room beneath it."""
    here = values[n].value
    return here != 0 and all(near.value > here for near in [*values[max(n - 1, 0) : n], *values[n + 1 : n + 2]])


def _line(values: Sequence[Figure], target: Figure | None, axis: Axis) -> Chart:
    """Return a line chart with a dot for each year."""
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
