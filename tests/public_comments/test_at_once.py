"""A letter that is typed in while the result is being published is in time, or refused: never without an answer."""

from typing import Any

import pytest

from apps.public_comments import actions
from apps.public_comments.models import ActionRefused, Case, Opinion
from tests.public_comments.factories import answered, close, entered, open_case, sent
from tests.races import while_under_way

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case() -> Case:
    """A closed case whose result is handed in."""
    case = open_case()
    sent(case)
    close(case)
    answered(case, publish=False)
    actions.hand_in_result(case=case, by=None)
    return case


def test_a_letter_waits_for_the_publication_and_is_refused_after_it(case: Any) -> None:
    failures = while_under_way(lambda: actions.publish_result(case=case, by=None), lambda: entered(case))
    assert [type(failure) for failure in failures] == [ActionRefused]
    assert Opinion.objects.filter(case=case).count() == 1


def test_the_publication_waits_for_a_letter_and_is_refused_for_it(case: Any) -> None:
    failures = while_under_way(lambda: entered(case), lambda: actions.publish_result(case=case, by=None))
    assert [type(failure) for failure in failures] == [ActionRefused]
    assert not case.results.exists()
