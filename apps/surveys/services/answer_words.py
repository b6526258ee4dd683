"""Answers in words, as the page before the sending shows them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core.date_formats import wareki
from apps.surveys.models import SurveyQuestion
from apps.surveys.models.question import Answers


def asked_of(questions: Iterable[SurveyQuestion], answers: Answers) -> list[SurveyQuestion]:
    """Return the questions that somebody with these answers is asked: the conditions of the others are not met."""
    known: dict[str, Mapping[str, Any]] = {}
    asked = []
    for question in questions:
        if question.is_shown(known):
            asked.append(question)
            known[question.key] = answers.get(question.key, {})
    return asked


def answers_asked(questions: Iterable[SurveyQuestion], answers: Answers) -> dict[str, dict[str, Any]]:
    """Return the answers to the questions that are asked; what was answered before another choice led past it goes."""
    return {
        question.key: dict(answers[question.key])
        for question in asked_of(questions, answers)
        if answers.get(question.key)
    }


def in_words(questions: Iterable[SurveyQuestion], answers: Answers) -> list[tuple[SurveyQuestion, list[str]]]:
    """Return each question that is asked with the lines of its answer, 無回答 without one."""
    return [
        (question, lines_of(question, answers.get(question.key, {})) or [_("無回答")])
        for question in asked_of(questions, answers)
    ]


def lines_of(question: SurveyQuestion, answer: Mapping[str, Any]) -> list[str]:
    """Return the lines of one answer; none without one."""
    names = {choice.number: choice.text for choice in question.choices}
    chosen = [names[number] for number in answer.get("chosen", []) if number in names]
    if question.kind == SurveyQuestion.Kind.RANKING:
        return [_("%(n)d位：%(what)s") % {"n": place, "what": name} for place, name in enumerate(chosen, start=1)]
    rows = {row.number: row.text for row in question.rows}
    lines = [
        f"{rows[int(key)]}：{names[n]}" for key, n in answer.get("rows", {}).items() if int(key) in rows and n in names
    ]
    day = [wareki(date.fromisoformat(answer["day"]))] if answer.get("day") else []
    typed = [str(answer[name]) for name in ("other", "number", "text") if answer.get(name)]
    return [*chosen, *lines, *day, *typed]


def how(question: SurveyQuestion) -> str:
    """Return how many may be chosen or what may be typed, in words; an empty text where nothing need be said."""
    least, most = question.least, question.most
    if question.kind == SurveyQuestion.Kind.SEVERAL:
        if least and most:
            return _("%(least)dつから%(most)dつまで選んでください。") % {"least": least, "most": most}
        if most:
            return _("%(most)dつまで選べます。") % {"most": most}
        return (
            _("%(least)dつ以上選んでください。") % {"least": least}
            if least
            else _("あてはまるものをすべて選んでください。")
        )
    if question.kind == SurveyQuestion.Kind.NUMBER and least is not None and most is not None:
        return _("%(least)dから%(most)dまでの数を入れてください。") % {"least": least, "most": most}
    return ""
