"""The chart's marks stand where the figures say, inside the picture, whatever the figures are."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import charts
from apps.core.charts import Figure, draw, nice_scale
from apps.core.fiscal import fiscal_short

FIGURES = st.integers(-(10**15), 10**15).map(lambda parts: Decimal(parts).scaleb(-4))  # as finely as values are kept


def figure(year: int, value: str | Decimal) -> Figure:
    return Figure(year, fiscal_short(year), Decimal(value), f"{value}%")


def test_nothing_is_drawn_without_values() -> None:
    assert draw([], figure(2026, "80.0")) is None


def test_few_values_are_bars_from_nought_with_the_target_in_dashes() -> None:
    drawn = draw([figure(2024, "72.2")], figure(2026, "80.0"), most=100)
    assert drawn is not None
    now, target = drawn.bars
    assert [tick.text for tick in drawn.ticks] == ["0", "25", "50", "75", "100"]
    assert (now.is_target, target.is_target) == (False, True)
    full = charts.BOTTOM - charts.TOP
    assert now.height == pytest.approx(full * 0.722, abs=0.02)
    assert target.height == pytest.approx(full * 0.8, abs=0.02)
    assert (now.label, now.text) == ("R6", "72.2%")
    assert not drawn.dots


def test_many_values_are_a_line_that_says_where_its_axis_begins() -> None:
    values = [figure(2015 + n, Decimal("93.0") + Decimal(n) / 10) for n in range(10)]
    drawn = draw(values, figure(2026, "95.0"), most=100)
    assert drawn is not None
    assert len(drawn.dots) == 10
    assert drawn.begins_at == "92.5"
    assert drawn.target_y == charts.TOP
    assert [dot.label for dot in drawn.dots][-1] == "R6"
    assert len([dot for dot in drawn.dots if dot.label]) <= charts.YEARS_MOST
    assert [bool(dot.text) for dot in drawn.dots] == [*[False] * 9, True]


def test_the_words_of_a_valley_stand_beneath_it_and_have_room() -> None:
    drawn = draw([figure(2019 + n, value) for n, value in enumerate(["55.1", "54.0", "54.4", "58.8", "56.0", "57.2"])])
    assert drawn is not None
    assert [dot.is_valley for dot in drawn.dots] == [False, True, False, False, True, False]
    assert all(dot.tip + 19 <= charts.BOTTOM for dot in drawn.dots)
    assert all((dot.text_y > dot.tip) == dot.is_valley for dot in drawn.dots)


@pytest.mark.parametrize("last", ["0.2", "0", "3", "9"])
@pytest.mark.parametrize("first", ["90", "0.1"])
def test_the_words_of_a_low_value_never_stand_on_the_years(first: str, last: str) -> None:
    drawn = draw([figure(2019 + n, value) for n, value in enumerate([first, "40", "60", "55", last])], most=100)
    assert drawn is not None
    assert all(dot.text_y <= charts.BOTTOM for dot in drawn.dots)


@given(values=st.lists(FIGURES, min_size=5, max_size=12))
def test_no_words_of_a_line_stand_on_the_years(values: list[Decimal]) -> None:
    drawn = draw([figure(2010 + n, value) for n, value in enumerate(values)])
    assert drawn is not None
    assert all(dot.text_y <= charts.BOTTOM for dot in drawn.dots)


def test_years_without_a_value_leave_a_gap() -> None:
    drawn = draw([figure(year, "50") for year in (2010, 2011, 2012, 2013, 2024)])
    assert drawn is not None
    x = [dot.x for dot in drawn.dots]
    assert x[4] - x[3] == pytest.approx((x[1] - x[0]) * 11, abs=0.1)


def test_values_below_nought_hang_down() -> None:
    drawn = draw([figure(2023, "-5"), figure(2024, "10")])
    assert drawn is not None
    below, above = drawn.bars
    assert below.tip == pytest.approx(above.tip + above.height, abs=0.02)


@given(
    values=st.lists(FIGURES, min_size=1, max_size=60),
    target=st.none() | FIGURES,
)
def test_every_mark_is_inside_the_picture(values: list[Decimal], target: Decimal | None) -> None:
    drawn = draw(
        [figure(1960 + n, value) for n, value in enumerate(values)],
        figure(2030, target) if target is not None else None,
    )
    assert drawn is not None
    for mark in [*drawn.bars, *drawn.dots]:
        assert drawn.left <= mark.left <= mark.left + mark.width <= charts.RIGHT
        assert charts.TOP - 0.1 <= mark.tip <= mark.tip + mark.height <= charts.BOTTOM + 0.1
    assert drawn.ticks[0].y == charts.BOTTOM
    assert drawn.ticks[-1].y == charts.TOP


@given(ends=st.tuples(FIGURES, FIGURES))
def test_a_scale_holds_what_it_is_for(ends: tuple[Decimal, Decimal]) -> None:
    low, high = (float(end) for end in sorted(ends))
    scale = nice_scale(low, high)
    slack = max(abs(low), abs(high), 1e-9) * 1e-6
    assert scale[0] <= low + slack
    assert scale[-1] >= high - slack
    assert 2 <= len(scale) <= 7
    assert scale == sorted(scale)


@pytest.mark.parametrize(("year", "label"), [(2024, "R6"), (2019, "R1"), (2018, "H30"), (1988, "S63"), (1920, "1920")])
def test_short_years(year: int, label: str) -> None:
    assert fiscal_short(year) == label
