"""The clock of these tests: in the middle of a fiscal year, so that yesterday and tomorrow lie in it."""

import pytest
from time_machine import Traveller

from tests import clock


@pytest.fixture(autouse=True)
def in_the_middle_of_a_year(frozen_clock: Traveller) -> None:
    frozen_clock.move_to(clock.moment("2026-11-25"))
