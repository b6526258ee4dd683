"""Back, reload, a double press, a lost cookie: nothing is asked for twice, nothing is posted twice, nothing is lost."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.walk import open_form, preview, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]


def newcomer(portal: Any, new_page: Callable[..., Any], javascript: bool) -> Any:
    """A page of somebody who has just signed in, on a phone."""
    page = new_page(width=375, javascript=javascript)
    page.goto("/")
    sign_in(page, portal, f"back-{uuid.uuid4().hex[:8]}@example.com")
    return page


def own_voices(page: Any) -> str:
    """What stands on the person's own page."""
    page.goto("/me/")
    return str(page.locator("main").inner_text())


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_going_back_after_posting_asks_for_nothing(portal: Any, new_page: Callable[..., Any], javascript: bool) -> None:
    page, words = newcomer(portal, new_page, javascript), f"戻っても一つ {uuid.uuid4().hex[:6]}"
    preview(page, words)
    page.get_by_role("button", name="投稿する").dblclick()
    page.wait_for_url(re.compile("/proposals/"))
    page.go_back()
    page.get_by_role("heading", name="内容の確認").wait_for()  # not the browser's own page that asks to send again
    page.get_by_role("button", name="投稿する").click()
    page.wait_for_url(re.compile("/proposals/"))
    page.go_back()
    page.go_back()
    page.get_by_role("textbox", name=re.compile("アイデア・意見")).wait_for()
    page.go_forward()
    page.get_by_role("heading", name="内容の確認").wait_for()
    assert own_voices(page).count(words) == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_lost_cookie_loses_no_words(portal: Any, new_page: Callable[..., Any], javascript: bool) -> None:
    page, words = newcomer(portal, new_page, javascript), f"消えない文章 {uuid.uuid4().hex[:6]}"
    open_form(page)
    page.get_by_role("textbox", name=re.compile("アイデア・意見")).fill(words)
    page.get_by_label(re.compile("同意します")).check()
    page.context.clear_cookies(name="csrf")
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("heading", name="もう一度送ってください").wait_for()
    assert page.get_by_label("送ろうとした文章").input_value() == words
    page.go_back()
    assert page.get_by_role("textbox", name=re.compile("アイデア・意見")).input_value() == words
    page.reload()
    box = page.get_by_role("textbox", name=re.compile("アイデア・意見"))
    if javascript:
        assert box.input_value() == words, "the tab's draft"
    box.fill(words)
    page.get_by_label(re.compile("同意します")).check()
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("button", name="投稿する").click()
    page.get_by_text("投稿しました。").wait_for()
    assert own_voices(page).count(words) == 1
