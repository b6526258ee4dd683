"""No number of one to four people is in a table, and none can be worked out from what is."""

import random
from fractions import Fraction

import pytest

from apps.surveys.services.suppression import shown_counts, shown_cross


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([10, 20, 0], [10, 20, 0]),
        ([10, 20, 3], [None, 20, None]),
        ([3, 4, 20], [None, None, 20]),
        ([1, 1, 20, 9], [None, None, 20, None]),
        ([2, 0, 0], [None, 0, 0]),
        ([5, 5], [5, 5]),
    ],
)
def test_small_counts_are_left_out_and_so_is_what_would_tell_them(counts: list[int], shown: list[int | None]) -> None:
    assert shown_counts(counts, of=sum(counts)) == shown


def test_who_did_not_choose_is_a_group_too() -> None:
    assert shown_counts([28, 15, 10], of=30, is_multiple=True)[0] is None
    assert shown_counts([15, 20, 12], of=30, is_multiple=True) == [15, 20, 12]
    assert shown_counts([30, 15, 12], of=30, is_multiple=True)[0] == 30


def rank_of(rows: list[list[Fraction]]) -> int:
    """The rank of a matrix."""
    rows, rank = [row[:] for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((place for place in range(rank, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for place in range(len(rows)):
            if place != rank and rows[place][column]:
                factor = rows[place][column] / rows[rank][column]
                rows[place] = [one - factor * other for one, other in zip(rows[place], rows[rank], strict=True)]
        rank += 1
    return rank


def determined(counts: list[list[int]], known: list[list[tuple[int, int]]]) -> list[int]:
    """Every count of one cell that follows from sums over these groups of cells."""
    cells = [(row, column) for row in range(len(counts)) for column in range(len(counts[0]))]
    equations = [[Fraction(cell in group) for cell in cells] for group in known]
    rank = rank_of(equations)
    return [
        counts[row][column]
        for row, column in cells
        if rank_of([*equations, [Fraction(cell == (row, column)) for cell in cells]]) == rank
    ]


@pytest.mark.parametrize("seed", range(40))
def test_no_subtraction_brings_back_a_small_cell(seed: int) -> None:
    """Seen are cells and totals of shown lines, and the totals in the tables of both questions."""
    dice = random.Random(seed)
    height, width, most = dice.randint(2, 5), dice.randint(2, 4), dice.choice([8, 15, 30])
    counts = [
        [dice.choice([0, dice.randint(0, most), dice.randint(5, most)]) for _c in range(width)] for _r in range(height)
    ]
    columns = [sum(row[place] for row in counts) for place in range(width)]
    rows = [sum(row) for row in counts]
    shown_rows, shown_columns = shown_counts(rows, of=sum(rows)), shown_counts(columns, of=sum(rows))
    hidden_rows = [place for place, count in enumerate(shown_rows) if count is None]
    hidden_columns = [place for place, count in enumerate(shown_columns) if count is None]
    table = shown_cross(counts, hidden_rows=hidden_rows, hidden_columns=hidden_columns)
    known = [[(row, column) for column in range(width)] for row in range(height) if row not in hidden_rows]
    known += [[(row, column) for row in range(height)] for column in range(width) if column not in hidden_columns]
    known.append([(row, column) for row in range(height) for column in range(width)])
    before = determined(counts, known)
    assert not [count for count in before if 0 < count < 5] or height == 1 or width == 1
    if table is None:
        return
    known += [[(row, column)] for row in table.rows for column in table.columns]
    assert not [count for count in determined(counts, known) if 0 < count < 5]
    for row in table.rows:
        assert rows[row] not in range(1, 5)
        assert sum(counts[row][column] for column in range(width) if column not in table.columns) not in range(1, 5)
    for column in table.columns:
        assert sum(counts[row][column] for row in range(height) if row not in table.rows) not in range(1, 5)


def test_a_table_of_large_groups_is_whole() -> None:
    table = shown_cross([[10, 5], [20, 0]])
    assert table is not None
    assert (table.rows, table.columns) == ([0, 1], [0, 1])


def test_a_table_of_small_groups_is_none() -> None:
    assert shown_cross([[1, 2], [3, 1]]) is None
