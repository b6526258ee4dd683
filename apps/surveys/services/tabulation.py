"""The tables of a survey: worked out once from all answers, frozen in an edition, the source of page, CSV and XLSX."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Max
from django.utils import translation
from django.utils.translation import gettext as _

from apps.consultations.models.answers.result_statistics import FEWEST
from apps.surveys.models import Choice, Survey, SurveyQuestion, SurveyResponse, SurveyResult
from apps.surveys.models.question import Answers
from apps.surveys.services.answer_words import asked_of
from apps.surveys.services.comparison import comparisons_of
from apps.surveys.services.suppression import shown_counts, shown_cross

Kind = SurveyQuestion.Kind
SINGLE = {Kind.ONE, Kind.SCALE, Kind.DISTRICT}
TENTH = Decimal("0.1")
NO_ANSWER = 999  # the code of 無回答; no option has it


@dataclass(frozen=True)
class Item:
    """What one table counts: a question, an item of a matrix, or a rank."""

    question: SurveyQuestion
    title: str = ""
    row: int = 0
    rank: int = 0

    @property
    def choices(self) -> list[Choice]:
        """Return what is counted, 無回答 last."""
        return [*self.question.choices, Choice(NO_ANSWER, _("無回答"))]

    def values(self, answers: Answers) -> list[int]:
        """Return what somebody chose; the code of 無回答 for nothing."""
        answer = answers.get(self.question.key, {})
        if self.row:
            value = answer.get("rows", {}).get(str(self.row))
            return [NO_ANSWER if value is None else value]
        chosen: list[int] = answer.get("chosen", [])
        if self.rank:
            return [chosen[self.rank - 1] if len(chosen) >= self.rank else NO_ANSWER]
        return chosen or [NO_ANSWER]


def next_edition(survey: Survey, axes: Sequence[int] = ()) -> SurveyResult:
    """Return the next edition of a survey's result, unsaved. axes: the numbers of the questions by which others are crossed."""
    last = survey.results.aggregate(n=Max("edition"))["n"] or 0
    with translation.override("ja"):  # a record speaks one language, whoever made it
        return SurveyResult(survey=survey, edition=last + 1, figures=figures_of(survey, axes))


def figures_of(survey: Survey, axes: Sequence[int] = ()) -> dict[str, Any]:
    """Return all that a result says, as JSON values. No free text is in it."""
    questions = survey.load_questions()
    people: list[Answers] = list(survey.responses.values_list("answers", flat=True))
    first = survey.results.order_by("edition").first()
    tables = _tables(survey, questions, people)
    figures = {
        "title": survey.title,
        "department": survey.department.name,
        "kind": survey.kind,
        "audience": survey.audience,
        "sampling": survey.sampling,
        "population": survey.population,
        "opens_on": survey.opens_on.isoformat(),
        "closes_on": survey.closes_on.isoformat(),
        "sent": first.figures["sent"] if first else survey.marks.count() if survey.is_sample else None,
        "responses": len(people),
        "channels": _channels(survey, len(people)),
        "void": first.figures.get("void", 0) if first else survey.sheets.in_state("void").count(),
        "error": sampling_error(survey, len(people)),
        "questions": tables,
        "crosses": _crosses(survey, questions, people, axes, tables),
    }
    return {**figures, "comparisons": comparisons_of(survey, figures)}


def _channels(survey: Survey, people: int) -> list[dict[str, Any]]:
    """Return each way in which answers came with its number of people; None where it may not be shown."""
    counted = dict(survey.responses.order_by().values_list("channel").annotate(n=Count("pk")))
    channels = list(SurveyResponse.Channel)
    shown = shown_counts([counted.get(channel, 0) for channel in channels], of=people)
    return [
        {"key": channel.value, "text": str(channel.label), "count": n}
        for channel, n in zip(channels, shown, strict=True)
    ]


def _tables(survey: Survey, questions: list[SurveyQuestion], people: Sequence[Answers]) -> list[dict[str, Any]]:
    """Return each question with its tables."""
    asked = [{question.key for question in asked_of(questions, answers)} for answers in people]
    found: dict[int, dict[str, Any]] = {}
    for question in questions:
        base = [answers for answers, keys in zip(people, asked, strict=True) if question.key in keys]
        found[question.number] = _table_of(survey, question, base, found)
    return list(found.values())


def _table_of(
    survey: Survey, question: SurveyQuestion, base: Sequence[Answers], before: Mapping[int, dict[str, Any]]
) -> dict[str, Any]:
    """Return a question with its tables. Nothing of it is shown where few were asked, or how many may not be known."""
    condition = question.shown_if
    is_hidden = len(base) < FEWEST or (
        condition is not None and not _is_shown(before[condition.question.number], condition.number)
    )
    said = {
        "number": question.number, "text": question.text, "kind": question.kind, "kind_shown": str(question.get_kind_display()),
        "condition": str(condition) if condition else "", "is_multiple": question.kind == Kind.SEVERAL, "is_hidden": is_hidden,
        "n": None if is_hidden else len(base), "error": None if is_hidden else sampling_error(survey, len(base)),
    }  # fmt: skip
    if is_hidden:
        return {**said, "items": [], "mean": None}
    items = [_counted(item, base) for item in items_of(question)]
    return {**said, "items": items, "mean": _mean(question, base, items)}


def _is_shown(table: Mapping[str, Any], number: int) -> bool:
    """Return whether it may be known how many chose an option."""
    entries = [entry for item in table["items"] for entry in item["entries"]]
    return any(entry["number"] == number and entry["count"] is not None for entry in entries)


def items_of(question: SurveyQuestion) -> list[Item]:
    """Return what is counted of a question; of one that people answer in writing, whether they answered."""
    if question.kind == Kind.MATRIX:
        return [Item(question, row.text, row=row.number) for row in question.rows]
    if question.kind == Kind.RANKING:
        return [Item(question, _("%(n)d位") % {"n": rank}, rank=rank) for rank in range(1, question.ranks + 1)]
    return [Item(question)]


def _counted(item: Item, base: Sequence[Answers]) -> dict[str, Any]:
    """Return one table: each choice with count and percentage of all who were asked; None where it may not be shown."""
    question = item.question
    if question.choices:
        choices = item.choices
        values = [item.values(answers) for answers in base]
        counts = [sum(choice.number in chosen for chosen in values) for choice in choices]
    else:
        choices = [Choice(1, _("回答あり")), Choice(NO_ANSWER, _("無回答"))]
        given = sum(question.key in answers for answers in base)
        counts = [given, len(base) - given]
    shown = shown_counts(counts, of=len(base), is_multiple=question.kind == Kind.SEVERAL)
    entries = [
        {**_named(choice), "count": count, "percent": percent(count, len(base))}
        for choice, count in zip(choices, shown, strict=True)
    ]
    return {"title": item.title, "row": item.row or item.rank, "entries": entries}


def _mean(question: SurveyQuestion, base: Sequence[Answers], items: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the mean of a number or scale to two places; None where it would tell a number that is not shown."""
    if question.kind == Kind.NUMBER:
        values = [Decimal(answers[question.key]["number"]) for answers in base if question.key in answers]
    elif question.kind == Kind.SCALE and all(entry["count"] is not None for entry in items[0]["entries"]):
        values = [Decimal(answers[question.key]["chosen"][0]) for answers in base if question.key in answers]
    else:
        return None
    if len(values) < FEWEST:
        return None
    return str((sum(values, Decimal()) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def percent(count: int | None, of: int) -> str | None:
    """Return a percentage to one place, half up; None for a count that is not shown, and of nobody."""
    if count is None or not of:
        return None
    return str((Decimal(100 * count) / of).quantize(TENTH, ROUND_HALF_UP))


def sampling_error(survey: Survey, n: int) -> str | None:
    """Return 標本誤差 in points, for 50 % at 95 % confidence, of a simple random sample; None for any other survey."""
    population = survey.population or 0
    if not survey.is_sample or not 0 < n <= population or population < 2:
        return None
    error = Decimal(1.96 * math.sqrt((population - n) / (population - 1) * 0.25 / n) * 100)
    return str(error.quantize(TENTH, ROUND_HALF_UP))


def axes_of(questions: Sequence[SurveyQuestion]) -> list[SurveyQuestion]:
    """Return the questions by which others can be crossed: one choice, asked of everybody."""
    return [question for question in questions if question.kind in SINGLE and question.shown_if is None]


def _crosses(
    survey: Survey, questions: list[SurveyQuestion], people: Sequence[Answers], axes: Sequence[int],
    tables: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the cross tables: each axis with every question of one choice or matrix that everybody was asked.

    Tables of different people are never crossed: what one has and the other lacks could be subtracted.
    """
    whole = [
        question for question in questions if question.shown_if is None and question.kind in SINGLE | {Kind.MATRIX}
    ]
    counted = {table["number"]: table for table in tables}
    found = []
    for axis in axes_of(questions):
        if axis.number not in axes:
            continue
        for question in whole:
            if question == axis or (question.number in axes and question.number < axis.number):
                continue
            for place, item in enumerate(items_of(question)):
                one, other = counted[axis.number], counted[question.number]
                if not one["is_hidden"] and not other["is_hidden"]:
                    found.append(_cross(Item(axis), item, people, one["items"][0], other["items"][place]))
    return found


def _cross(
    axis: Item, item: Item, people: Sequence[Answers], rows_shown: Mapping[str, Any], columns_shown: Mapping[str, Any]
) -> dict[str, Any]:
    """Return one cross table; without rows where too little could be shown."""
    rows, columns = axis.choices, item.choices
    pairs = [(axis.values(answers)[0], item.values(answers)[0]) for answers in people]
    counts = [[pairs.count((row.number, column.number)) for column in columns] for row in rows]
    shown = shown_cross(
        counts,
        hidden_rows=[place for place, entry in enumerate(rows_shown["entries"]) if entry["count"] is None],
        hidden_columns=[place for place, entry in enumerate(columns_shown["entries"]) if entry["count"] is None],
    )
    said = {
        "axis": axis.question.number, "axis_text": axis.question.text, "number": item.question.number,
        "text": item.question.text, "title": item.title, "row": item.row,
    }  # fmt: skip
    if shown is None:
        return {**said, "columns": [], "rows": [], "is_cut": True}
    return {
        **said,
        "columns": [_named(columns[place]) for place in shown.columns],
        "rows": [_cross_row(rows[place], counts[place], shown.columns) for place in shown.rows],
        "is_cut": len(shown.rows) < len(rows) or len(shown.columns) < len(columns),
    }


def _cross_row(row: Choice, counts: Sequence[int], columns: Sequence[int]) -> dict[str, Any]:
    """Return one row of a cross table: its n, and count and percentage of it for each column."""
    n = sum(counts)
    cells = [{"count": counts[place], "percent": percent(counts[place], n)} for place in columns]
    return {**_named(row), "n": n, "cells": cells}


def _named(choice: Choice) -> dict[str, Any]:
    """Return the code and the words of what was counted."""
    return {"number": choice.number, "text": choice.text, "is_no_answer": choice.number == NO_ANSWER}
