"""Make surveys for demonstrations, tests and load through the verbs that residents and staff use."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import Department
from apps.surveys import actions
from apps.surveys.models import Survey, SurveyQuestion
from apps.surveys.services.answer_words import asked_of

DAYS, STILL_OPEN, CLOSED = (
    45,
    15,
    10,
)  # a sample is open so long, is moved along when fewer are left; ago the counted one closed
SEED = 17
Kind = SurveyQuestion.Kind


@dataclass(frozen=True)
class Sketch:
    """A question of a sample. condition: (number of an earlier question, words of its option)."""

    kind: str
    text: str
    page: int = 1
    options: Sequence[str] = ()
    other: str = ""
    exclusive: Sequence[str] = ()
    rows: Sequence[str] = ()
    most: int | None = None
    is_required: bool = False
    condition: tuple[int, str] | None = None
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Nobody:
    """A made-up person, another one each time."""

    number: int

    def key(self, survey: Survey) -> str:
        """Return a random hash."""
        return f"sample-{survey.pk}-{self.number}"

    def hold(self) -> None:
        """Lock nothing."""


def open_sample(
    *,
    slug: str,
    title: str,
    purpose: str,
    department: Department,
    questions: Sequence[Sketch],
    thanks: str,
    privacy: str,
) -> Survey:
    """Return a survey that is open from today on."""
    today = timezone.localdate()
    survey = Survey.objects.create(
        slug=slug, title=title, purpose=purpose, department=department, audience="（見本）どなたでも", privacy=privacy,
        thanks=thanks, opens_on=today, closes_on=today + timedelta(days=DAYS - 1),
    )  # fmt: skip
    for number, sketch in enumerate(questions, start=1):
        _write(survey, number, sketch)
    actions.open_survey(survey=survey, by=None)
    return survey


def _write(survey: Survey, number: int, sketch: Sketch) -> None:
    """Write one question with its options."""
    condition = None
    if sketch.condition:
        asked, words = sketch.condition
        condition = survey.questions.get(number=asked).options.get(text=words)
    question = SurveyQuestion(
        survey=survey, number=number, page=sketch.page, kind=sketch.kind, text=sketch.text, most=sketch.most,
        is_required=sketch.is_required, shown_if=condition, low_words=sketch.ends[0], high_words=sketch.ends[1],
    )  # fmt: skip
    question.full_clean()
    question.save()
    actions.write_options(
        question=question, texts=sketch.options, other=sketch.other, exclusive=sketch.exclusive, rows=sketch.rows
    )


def answer_samples(survey: Survey, count: int) -> None:
    """Answer a survey by so many made-up people; the same ones every time."""
    dice, questions = random.Random(SEED), survey.load_questions()  # noqa: S311 - made-up answers, no secret
    for number in range(count):
        answers: dict[str, dict[str, Any]] = {}
        for question in questions:
            if question in asked_of(questions, answers) and dice.random() < 0.95:
                answers[question.key] = _answer(question, dice)
        answers |= {} if answers else {questions[0].key: _answer(questions[0], dice)}
        actions.send_response(survey=survey, answers=answers, by=Nobody(number), submit_key=uuid.uuid4())


def _answer(question: SurveyQuestion, dice: random.Random) -> dict[str, Any]:
    """Return a made-up answer; the first options are chosen more often."""
    numbers = [choice.number for choice in question.choices]
    weights = list(range(len(numbers) + 2, 2, -1))
    match question.kind:
        case Kind.SEVERAL:
            alone = [choice.number for choice in question.choices if choice.is_exclusive]
            several = [one for one in numbers if one not in alone]
            return {"chosen": sorted(dice.sample(several, k=min(len(several), question.most or 2)))}
        case Kind.RANKING:
            return {"chosen": dice.sample(numbers, k=question.ranks)}
        case Kind.MATRIX:
            return {"rows": {str(row.number): dice.choices(numbers, weights)[0] for row in question.rows}}
        case Kind.NUMBER:
            return {"number": str(dice.randint(question.least or 0, question.most or 10))}
        case Kind.DATE:
            return {"day": timezone.localdate().isoformat()}
        case Kind.SHORT | Kind.LONG:
            return {"text": "（見本）自由に書いた文です。"}
    return {"chosen": [dice.choices(numbers, weights)[0]]}


def count_sample(survey: Survey, axes: Sequence[int]) -> None:
    """Close a survey and publish its result."""
    closes = timezone.localdate() - timedelta(days=CLOSED)
    opens = closes - timedelta(days=DAYS - 1)
    Survey.objects.filter(pk=survey.pk).update(opens_on=opens, closes_on=closes)
    survey.responses.update(received_on=closes)
    survey.refresh_from_db()
    actions.publish_survey_result(survey=survey, axes=axes, by=None)


def keep_open(slug: str) -> None:
    """Move the period of a sample along with the calendar, so that one can always answer it."""
    today = timezone.localdate()
    soon = today + timedelta(days=STILL_OPEN)
    Survey.objects.filter(slug=slug, published_at=None, closes_on__lt=soon).update(
        opens_on=today, closes_on=today + timedelta(days=DAYS - 1)
    )
