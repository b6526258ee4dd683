"""Surveys, questions and answers for tests, made through the verbs."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import Department
from apps.surveys import actions
from apps.surveys.actions import AccountRespondent
from apps.surveys.models import Survey, SurveyOption, SurveyQuestion, SurveyResponse, SurveyResult
from tests.accounts.factories import DepartmentFactory, UserFactory

counter = iter(range(1, 10**6))


def draft_survey(department: Department | None = None, **fields: Any) -> Survey:
    """A survey that is being prepared, of thirty days from today on, without questions."""
    opens = fields.pop("opens_on", timezone.localdate())
    facts: dict[str, Any] = {
        "title": "公園についてのアンケート", "slug": f"survey-{next(counter)}", "purpose": "公園の計画に使います。",
        "department": department or DepartmentFactory(), "audience": "市内に住む方", "privacy": "目的のほかに使いません。",
        "thanks": "ありがとうございました。", "opens_on": opens, "closes_on": opens + timedelta(days=29),
    }  # fmt: skip
    return Survey.objects.create(**facts | fields)


def sample_survey(department: Department | None = None, **fields: Any) -> Survey:
    """A survey of people who were drawn at random, being prepared."""
    return draft_survey(department, kind="sample", sampling="単純無作為抽出", population=240_000, **fields)


def question(survey: Survey, kind: str = "one", **fields: Any) -> SurveyQuestion:
    """The next question of a survey. options, other, exclusive, rows: its options."""
    number = survey.questions.count() + 1
    written = {name: fields.pop(name, []) for name in ("options", "exclusive", "rows")}
    other = fields.pop("other", "")
    if kind in {"one", "several", "ranking", "matrix"} and not written["options"]:
        written["options"] = ["はい", "いいえ", "わからない"]
    made = SurveyQuestion(survey=survey, kind=kind, **{"number": number, "text": f"{kind}の問い", **fields})
    made.full_clean()
    made.save()
    actions.write_options(
        question=made, texts=written["options"], other=other, exclusive=written["exclusive"], rows=written["rows"]
    )
    return made


def option(of: SurveyQuestion, text: str) -> SurveyOption:
    """An option by its words."""
    return of.options.get(text=text)


def open_survey(survey: Survey | None = None, department: Department | None = None, **fields: Any) -> Survey:
    """A survey that takes answers from today on; with one question where none was made for it."""
    survey = survey or draft_survey(department, **fields)
    if not survey.questions.exists():
        question(survey)
    actions.open_survey(survey=survey, by=None)
    return survey


def close(survey: Survey, day: date | None = None) -> Survey:
    """Move the period of a survey into the past, so that it closed yesterday or on this day."""
    closes = day or timezone.localdate() - timedelta(days=1)
    Survey.objects.filter(pk=survey.pk).update(opens_on=closes - timedelta(days=29), closes_on=closes)
    survey.refresh_from_db()
    return survey


def published(survey: Survey, axes: Sequence[int] = ()) -> SurveyResult:
    """The published result of a survey that is closed for it."""
    return actions.publish_survey_result(survey=close(survey), axes=axes, by=None)


def answered(survey: Survey, answers: dict[str, Any] | None = None, by: Any = None) -> SurveyResponse:
    """An answer that somebody sent from an account."""
    by = by or AccountRespondent(UserFactory())
    said = answers or {"1": {"chosen": [1]}}
    return actions.send_response(survey=survey, answers=said, by=by, submit_key=uuid.uuid4()).response
