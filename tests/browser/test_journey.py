"""The first conversation, in a real browser against the running portal: with JavaScript and without.

A newcomer starts at `/`, signs up with a code from the mail, posts 匿名 and sees the post; a second person likes and
comments; the first is notified.
"""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.walk import preview, sign_in, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_newcomer_is_heard(portal: Any, new_page: Callable[..., Any], javascript: bool) -> None:
    newcomer, neighbour = (f"{role}-{uuid.uuid4().hex[:8]}@example.com" for role in ("newcomer", "neighbour"))
    words = f"駅前に木陰のあるベンチがほしい {uuid.uuid4().hex[:6]}"

    first = new_page(width=375, javascript=javascript)
    first.goto("/")
    sign_in(first, portal, newcomer)
    code = write(first, words)
    assert "匿名" in first.locator("article.proposal").inner_text()
    assert newcomer.split("@")[0] not in first.content()

    second = new_page(width=1280, javascript=javascript)
    second.goto(f"/proposals/{code}/")
    sign_in(second, portal, neighbour)
    second.goto(f"/proposals/{code}/")
    second.locator("article.proposal .like__button").click()
    second.locator(".like__button[aria-pressed=true]").wait_for()
    second.get_by_role("textbox", name=re.compile("コメント")).fill("わたしもほしいです。")
    second.get_by_label(re.compile("同意します")).check()
    second.get_by_role("button", name="コメントを投稿する").click()
    second.get_by_text("コメントを投稿しました。").wait_for()

    first.goto("/me/notifications/")
    told = first.locator("main").inner_text()
    assert "コメントが届きました" in told
    assert "イイネ！が届きました" in told
    assert neighbour.split("@")[0] not in told


def test_pressing_twice_posts_once(portal: Any, new_page: Callable[..., Any]) -> None:
    page, words = new_page(width=375, javascript=False), f"二度押しても一つ {uuid.uuid4().hex[:6]}"
    page.goto("/")
    sign_in(page, portal, f"twice-{uuid.uuid4().hex[:8]}@example.com")
    preview(page, words)
    page.get_by_role("button", name="投稿する").dblclick()
    page.wait_for_url(re.compile("/proposals/"))
    page.goto("/me/")
    assert page.locator("main").inner_text().count(words) == 1
