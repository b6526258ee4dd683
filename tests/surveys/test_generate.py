"""The surveys of the demonstration: one can be answered whenever somebody looks, the other has its result."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from apps.portal.demo.surveys import COUNTED_SLUG, OPEN_SLUG, PEOPLE, ask_in_surveys, keep_survey_open
from apps.surveys.models import Survey
from apps.surveys.services.opening_check import wording_hints
from tests.surveys.factories import close

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _departments() -> None:
    call_command("loaddata", "departments", verbosity=0)


def test_both_surveys_are_made() -> None:
    ask_in_surveys()
    survey, counted = Survey.objects.get(slug=OPEN_SLUG), Survey.objects.get(slug=COUNTED_SLUG)
    assert (survey.state, counted.state) == ("open", "answered")
    assert counted.results.get().figures["responses"] == PEOPLE
    assert "クロス集計" in Client().get(f"{counted.get_absolute_url()}results/").text
    assert not wording_hints(survey)[2:]


def test_the_open_one_stays_open() -> None:
    ask_in_surveys()
    survey = close(Survey.objects.get(slug=OPEN_SLUG))
    keep_survey_open()
    survey.refresh_from_db()
    assert survey.closes_on > timezone.localdate() + timedelta(days=30)
