"""Set a result beside that of a former survey: the same question, with n and sampling error, where n allows it."""

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from apps.surveys.models import Comparison, Survey, SurveyQuestion, SurveyResult

FEWEST_COMPARED = 30  # below it a percentage is only a hint (参考値), so nothing is said of a rise or fall
TENTH = Decimal("0.1")
Kind = SurveyQuestion.Kind
COMPARED = {Kind.ONE, Kind.SEVERAL, Kind.SCALE, Kind.MATRIX, Kind.DISTRICT}
Table = Mapping[str, Any]


def can_compare(question: SurveyQuestion, former: SurveyQuestion) -> bool:
    """Return whether two questions are answered in the same way; a scale needs the same steps."""
    if question.kind != former.kind or question.kind not in COMPARED:
        return False
    steps = (question.first_step, question.last_step) == (former.first_step, former.last_step)
    return question.kind != Kind.SCALE or steps


def comparisons_of(survey: Survey, figures: Table) -> list[dict[str, Any]]:
    """Return the comparisons of a result as JSON values. figures: with the tables of the result that is made."""
    rows = Comparison.objects.filter(question__survey=survey).select_related("question", "former__survey")
    tables = {table["number"]: table for table in figures["questions"]}
    found = []
    for row in rows.order_by("question__number"):
        result = row.former.survey.results.order_by("-edition").first()
        if result is not None and row.question.number in tables:
            found.append(_compared(row, tables[row.question.number], figures, result))
    return found


def _compared(row: Comparison, table: Table, figures: Table, result: SurveyResult) -> dict[str, Any]:
    """Return one comparison; without tables where one of both has too few people."""
    former = next(one for one in result.figures["questions"] if one["number"] == row.former.number)
    said = {
        "number": table["number"], "text": table["text"], "note": row.note, "n": table["n"], "error": table["error"],
        "former": {
            "title": result.figures["title"], "number": former["number"], "text": former["text"], "n": former["n"],
            "error": former["error"], "edition": result.edition, "slug": result.survey.slug,
            "closes_on": result.figures["closes_on"],
        },
        "is_sample": bool(table["error"] and former["error"]),
    }  # fmt: skip
    if min(table["n"] or 0, former["n"] or 0) < FEWEST_COMPARED:
        return {**said, "tables": []}
    populations = (figures["population"], result.figures["population"]) if said["is_sample"] else None
    pairs = _paired(table["items"], former["items"], "title", "row")
    items = [
        {
            "title": one["title"],
            "entries": _entries(one, other, table["n"], former["n"], populations if said["is_sample"] else None),
        }
        for one, other in pairs
        if other is not None
    ]
    return {**said, "tables": items}


def _entries(
    item: Table, former: Table, n: int, former_n: int, populations: tuple[int, int] | None
) -> list[dict[str, Any]]:
    """Return each option beside the same one of before; an option that was not there has no number of before."""
    entries = []
    for one, other in _paired(item["entries"], former["entries"], "text", "number"):
        counts = (one["count"], other["count"] if other else None)
        entries.append({
            "number": one["number"], "text": one["text"], "is_no_answer": one["is_no_answer"], "percent": one["percent"],
            "former_text": other["text"] if other else "", "former_percent": other["percent"] if other else None,
            "is_new": other is None, **_difference(counts, (n, former_n), populations),
        })  # fmt: skip
    return entries


def _paired(
    ones: Sequence[Table], others: Sequence[Table], words: str, number: str
) -> list[tuple[Table, Table | None]]:
    """Pair what has the same words, and what is left where its number is the same: one wording may have changed."""
    by_words = {other[words]: other for other in others}
    free = [other for other in others if other[words] not in {one[words] for one in ones}]
    by_number = {other[number]: other for other in free}
    return [(one, by_words.get(one[words]) or by_number.get(one[number])) for one in ones]


def _difference(
    counts: tuple[int | None, int | None], ns: tuple[int, int], populations: tuple[int, int] | None
) -> dict[str, Any]:
    """Return the difference in points with its sign, and whether it is larger than the error of both (None: unknown)."""
    count, former_count = counts
    if count is None or former_count is None:
        return {"difference": None, "is_beyond_error": None}
    points = Decimal(100 * count) / ns[0] - Decimal(100 * former_count) / ns[1]
    shown = points.quantize(TENTH, ROUND_HALF_UP)
    beyond = None
    if populations is not None:
        error = (
            1.96
            * 100
            * math.sqrt(_variance(count, ns[0], populations[0]) + _variance(former_count, ns[1], populations[1]))
        )
        beyond = abs(points) > Decimal(error)
    return {"difference": f"{shown:+}" if shown else "0.0", "is_beyond_error": beyond}


def _variance(count: int, n: int, population: int) -> float:
    """Return the variance of a share in a simple random sample without replacement."""
    share = count / n
    return (population - n) / max(population - 1, 1) * share * (1 - share) / n


def suggestions(
    survey: Survey, former: Survey
) -> list[tuple[SurveyQuestion, list[SurveyQuestion], SurveyQuestion | None]]:
    """Return each question that can be compared, what it can be set beside, and the one with the same words."""
    others = former.load_questions()
    found = []
    for question in survey.load_questions():
        offered = [other for other in others if can_compare(question, other)]
        if offered:
            same = next((other for other in offered if other.text == question.text), None)
            found.append((question, offered, same))
    return found
