"""Keep groups of fewer than five people out of a survey's tables, also where they could be subtracted."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.consultations.models.answers.result_statistics import FEWEST, shown_groups

Matrix = list[list[int]]


def shown_counts(counts: Sequence[int], *, of: int, is_multiple: bool = False) -> list[int | None]:
    """Return the counts of one table, None where it must not be shown (primary and secondary suppression).

    A count of nobody is no group and stays. is_multiple: people could choose several things, so that whoever did not
    choose one, out of `of` people, is a group too.
    """
    groups = [
        {"key": place, "n": count, "people": min(count, of - count) if is_multiple and of > count else count}
        for place, count in enumerate(counts)
        if count
    ]
    shown = dict(shown_groups(groups))
    return [shown[place] if count else 0 for place, count in enumerate(counts)]


@dataclass(frozen=True)
class CrossTable:
    """Which lines of a cross table may be shown, by their places."""

    rows: list[int]
    columns: list[int]


def shown_cross(
    counts: Matrix, *, hidden_rows: Sequence[int] = (), hidden_columns: Sequence[int] = ()
) -> CrossTable | None:
    """Return the lines of a cross table that can be shown; None when nothing is left of it.

    hidden_rows, hidden_columns: lines whose totals are not shown in the tables of either question. What is hidden counts
    as one line, whose numbers everybody can subtract; lines go into it until no number, seen or subtracted, stands for one
    to four people.
    """
    rows = [place for place in range(len(counts)) if place not in hidden_rows]
    columns = [place for place in range(len(counts[0])) if place not in hidden_columns]
    while rows and columns:
        score = _too_small(counts, rows, columns)
        if score is None:
            return CrossTable(rows, columns)
        place, is_row = score
        (rows if is_row else columns).remove(place)
    return None


def _too_small(counts: Matrix, rows: list[int], columns: list[int]) -> tuple[int, bool] | None:
    """Return the line (place, whether it is a row) that has to go next; None when every number may be seen."""
    row_lines = [[place] for place in rows] + [[place for place in range(len(counts)) if place not in rows]]
    column_lines = [[place] for place in columns] + [[place for place in range(len(counts[0])) if place not in columns]]
    faults: dict[tuple[int, bool], int] = dict.fromkeys(
        [*((one, True) for one in rows), *((one, False) for one in columns)], 0
    )
    found = False
    for row_line in row_lines:
        for column_line in column_lines:
            if 0 < sum(counts[row][column] for row in row_line for column in column_line) < FEWEST:
                found = True
                for key in [(place, True) for place in row_line] + [(place, False) for place in column_line]:
                    if key in faults:
                        faults[key] += 1
    if not found:
        return None
    totals = {key: sum(counts[key[0]]) if key[1] else sum(row[key[0]] for row in counts) for key in faults}
    return min(faults, key=lambda key: (-faults[key], totals[key], not key[1], key[0]))
