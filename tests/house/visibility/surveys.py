"""The rows of surveys of which the table of visibility speaks."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.surveys import actions
from tests.accounts.factories import make_staff
from tests.surveys.factories import close, draft_survey, open_survey, published, question

Rows = Iterator[tuple[str, Any]]


def surveys(world: Any) -> Rows:
    yield "draft of the own department", draft_survey(world.department)
    yield "draft of another department", draft_survey(world.elsewhere)
    yield "upcoming", open_survey(department=world.elsewhere, opens_on=timezone.localdate() + timedelta(days=1))
    yield "open", open_survey(department=world.elsewhere)
    yield "closed", close(open_survey(department=world.elsewhere))


def questions(world: Any) -> Rows:
    yield "of a draft of the own department", question(draft_survey(world.department))
    yield "of a draft of another department", question(draft_survey(world.elsewhere))
    yield "of an open survey", open_survey(department=world.elsewhere).questions.get()


def results(_world: Any) -> Rows:
    yield "published", published(open_survey())


def sheets(world: Any) -> Rows:
    for name, department in (("own", world.department), ("another", world.elsewhere)):
        survey = open_survey(department=department)
        said: dict[str, Any] = {"answers": {"1": {"chosen": [1]}}, "by": make_staff(department)}
        yield (
            f"of {'the own' if name == 'own' else 'another'} department",
            actions.enter_sheet(survey=survey, submit_key=uuid.uuid4(), **said),
        )


MAKERS: dict[str, Callable[[Any], Rows]] = {
    "surveys.PaperSheet": sheets,
    "surveys.Survey": surveys,
    "surveys.SurveyQuestion": questions,
    "surveys.SurveyResult": results,
}
