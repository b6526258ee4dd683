"""On a small phone the voices of a theme begin on the second screen, in every state in which they come first."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
SCREEN = 667
FIRST_VOICE = "[id^=voice-]"
ADDRESSES = "[...document.querySelectorAll('main .card__title a')].map(one => one.getAttribute('href'))"
TOP = "one => Math.round(one.getBoundingClientRect().top + scrollY)"


def test_the_voices_begin_on_the_second_screen_of_a_small_phone(portal: Any, new_page: Callable[..., Any]) -> None:
    """Where the city has answered, its answer and the topics come before the voices."""
    page = new_page(width=375)
    page.set_viewport_size({"width": 375, "height": SCREEN})
    tops = {}
    for state in ("open", "counting"):
        page.goto(f"/consultations/?state={state}")
        for address in page.evaluate(ADDRESSES):
            page.goto(address)
            if page.locator(FIRST_VOICE).count():
                tops[address] = page.locator(FIRST_VOICE).first.evaluate(TOP)
    assert len(tops) > 3
    assert {address: top for address, top in tops.items() if top > 2 * SCREEN} == {}
