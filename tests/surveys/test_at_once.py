"""The same person in two windows at the same moment is one answer, and so are two presses of one button."""

import uuid
from typing import Any

import pytest

from apps.surveys import actions
from apps.surveys.actions import AccountRespondent, LetterRespondent
from apps.surveys.models import ActionRefused, Survey, SurveyResponse
from tests.accounts.factories import UserFactory
from tests.races import in_parallel, while_under_way
from tests.surveys.factories import close, open_survey, question, sample_survey

pytestmark = pytest.mark.django_db(transaction=True)


def send(survey: Survey, by: Any, chosen: int = 1, key: uuid.UUID | None = None) -> bool:
    said = {"1": {"chosen": [chosen]}}
    return actions.send_response(survey=survey, answers=said, by=by, submit_key=key or uuid.uuid4()).is_new


@pytest.fixture
def letters() -> tuple[Survey, list[str]]:
    survey = sample_survey()
    question(survey)
    codes = actions.make_letters(survey=survey, count=8, by=None)
    return open_survey(survey), codes


def test_one_code_in_two_tabs_is_one_answer(letters: Any) -> None:
    survey, codes = letters
    by = LetterRespondent(codes[0])
    failures = while_under_way(lambda: send(survey, by, 1), lambda: send(survey, by, 2))
    assert [type(failure) for failure in failures] == [ActionRefused]
    assert "すでに回答をいただいています" in str(failures[0])
    assert SurveyResponse.objects.get().answers == {"1": {"chosen": [1]}}


def test_eight_tabs_with_one_code_are_one_answer(letters: Any) -> None:
    survey, codes = letters
    refused = []

    def press(number: int) -> None:
        try:
            send(survey, LetterRespondent(codes[0]), number % 3 + 1)
        except ActionRefused:
            refused.append(number)

    in_parallel(press, 8)
    assert len(refused) == 7
    assert SurveyResponse.objects.count() == 1


def test_eight_people_at_once_are_eight_answers(letters: Any) -> None:
    survey, codes = letters
    in_parallel(lambda number: send(survey, LetterRespondent(codes[number])) and None, 8)
    assert SurveyResponse.objects.count() == 8
    assert survey.marks.filter(has_answered=True).count() == 8


def test_one_account_in_two_windows_is_one_answer() -> None:
    survey, by = open_survey(), AccountRespondent(UserFactory())
    failures = while_under_way(lambda: send(survey, by, 1), lambda: send(survey, by, 2))
    assert [type(failure) for failure in failures] == [ActionRefused]
    assert SurveyResponse.objects.count() == 1


def test_two_presses_at_once_are_one_answer() -> None:
    survey, by, key = open_survey(), AccountRespondent(UserFactory()), uuid.uuid4()
    assert while_under_way(lambda: send(survey, by, 1, key), lambda: send(survey, by, 1, key)) == []
    assert SurveyResponse.objects.count() == 1


def test_an_answer_that_waits_for_the_close_is_refused() -> None:
    survey, by = open_survey(), AccountRespondent(UserFactory())

    def closing() -> None:
        survey.get_for_update()
        close(survey)

    failures = while_under_way(closing, lambda: send(survey, by))
    assert [type(failure) for failure in failures] == [ActionRefused]
    assert not SurveyResponse.objects.exists()
