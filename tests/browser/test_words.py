"""A voice becomes a word: posted, counted within seconds, read again behind its word, and gone when it is taken back."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.walk import sign_in, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
WITHIN = 5  # seconds: what is promised; the worker is woken at once
WORD = "天文台"  # nobody else in the demonstration speaks of one


def test_a_voice_becomes_a_word_and_leaves_with_its_author(portal: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=375, javascript=False)
    page.goto("/")
    sign_in(page, portal, f"words-{uuid.uuid4().hex[:8]}@example.com")
    code = write(page, f"{WORD}をつくってほしい")
    cloud = "/analysis/demo-sanka/"
    row = page.locator(".cloud-table").get_by_role("link", name=WORD)
    began = time.monotonic()
    page.goto(cloud)
    while not row.count():
        assert time.monotonic() - began < WITHIN, "the word is not in the cloud"
        page.reload()
    row.click()
    page.locator(".kwic").first.wait_for()
    assert code in page.locator("main").inner_text()
    behind = page.url

    page.goto(f"/proposals/{code}/withdraw/")
    page.locator("main form button[type=submit]").first.click()
    page.goto(behind)
    assert code not in page.locator("main").inner_text()
    page.goto(cloud)
    assert not row.count()
    page.goto(f"/search/?q={WORD}")
    assert "見つかりませんでした" in page.locator("main").inner_text()
