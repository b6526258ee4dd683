"""The public pages: the list, a survey in each of its states."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.accounts.factories import UserFactory
from tests.surveys.factories import answered, close, draft_survey, open_survey

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def test_the_list_shows_what_was_opened() -> None:
    assert "まだありません" in Client().get(reverse("surveys:list")).text
    open_survey(title="いまのアンケート")
    draft_survey(title="これからのアンケート")
    page = Client().get(reverse("surveys:list")).text
    assert "いまのアンケート" in page
    assert "これからのアンケート" not in page


def test_a_survey_says_what_may_be_done_now() -> None:
    survey, later = open_survey(), open_survey(opens_on=timezone.localdate() + timedelta(days=2))
    page = Client().get(survey.get_absolute_url()).text
    assert "アンケートに答える" in page
    assert "何と答えたかとは結び付けません" in page
    assert "に始まります" in Client().get(later.get_absolute_url()).text
    answered(survey)
    close(survey)
    closed = Client().get(survey.get_absolute_url()).text
    assert "集計のあと、このページで公表します" in closed
    assert "アンケートに答える" not in closed


def test_a_draft_is_for_who_runs_it(sign_in: SignIn) -> None:
    draft = draft_survey()
    for name in ("survey", "answer", "trial", "thanks"):
        address = reverse(f"surveys:{name}", args=[draft.slug])
        assert Client().get(address).status_code == 404
        assert sign_in(UserFactory()).get(address).status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"step": "next"}, {"step": "send", "submit_key": "x"}, {"page": "-1", "step": "back"}]
)
def test_a_strange_press_shows_the_first_page(sign_in: SignIn, data: dict[str, str]) -> None:
    survey = open_survey()
    answer = sign_in(UserFactory()).post(reverse("surveys:answer", args=[survey.slug]), data)
    assert answer.status_code == 200
    assert 'name="q1"' in answer.text
    assert not survey.responses.exists()
