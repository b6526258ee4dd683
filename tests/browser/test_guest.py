"""Somebody without an account is heard and comes back with four words, on a phone and without JavaScript."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_accessibility import look

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
LEAST_SECONDS = 3.2  # a machine sends a form at once, a person does not


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_guest_is_heard_and_comes_back(portal: Any, new_page: Callable[..., Any], javascript: bool) -> None:
    page, words = new_page(width=375, javascript=javascript), f"夜も明るい広場がほしい {uuid.uuid4().hex[:6]}"
    page.goto("/consultations/demo-sanka/")
    page.locator("main").get_by_role("link", name="意見を書く").locator("visible=true").first.click()
    page.get_by_role("textbox", name=re.compile("^意見")).fill(words)
    page.get_by_label(re.compile("同意します")).check()
    page.wait_for_timeout(LEAST_SECONDS * 1000)
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("button", name="投稿する").click()
    code, passphrase = (page.locator(f".passphrase__{part}").inner_text() for part in ("code", "words"))
    if javascript:
        look(page)

    later = new_page(width=375, javascript=javascript)
    later.goto("/guest/")
    later.get_by_label(re.compile("番号")).fill(code)
    later.get_by_label(re.compile("合言葉")).fill(passphrase)
    later.get_by_role("button", name="開く").click()
    assert words in later.locator("main").inner_text()
    if javascript:
        look(later)
    later.get_by_role("link", name="取り下げる").click()
    later.get_by_role("button", name="取り下げる").click()
    later.get_by_text(f"{code} を取り下げました").wait_for()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_guest_comments_and_withdraws_it(portal: Any, new_page: Callable[..., Any], javascript: bool) -> None:
    page, words = new_page(width=375, javascript=javascript), f"わたしも広場がほしい {uuid.uuid4().hex[:6]}"
    page.goto("/consultations/demo-sanka/")
    page.locator("#proposals article a[href^='/proposals/']").first.click()
    page.get_by_role("link", name="登録せずにコメントを書く").click()
    page.get_by_text("投稿すると").wait_for()
    if javascript:
        look(page)
    page.get_by_role("textbox", name=re.compile("^コメント")).fill(words)
    page.get_by_label(re.compile("同意します")).check()
    page.wait_for_timeout(LEAST_SECONDS * 1000)
    page.get_by_role("button", name="コメントを投稿する").click()
    code, passphrase = (page.locator(f".passphrase__{part}").inner_text() for part in ("code", "words"))
    if javascript:
        look(page)

    later = new_page(width=375, javascript=javascript)
    later.goto("/guest/")
    later.get_by_label(re.compile("番号")).fill(code)
    later.get_by_label(re.compile("合言葉")).fill(passphrase)
    later.get_by_role("button", name="開く").click()
    assert words in later.locator("main").inner_text()
    if javascript:
        look(later)
    later.get_by_role("link", name="取り下げる").click()
    later.get_by_role("button", name="取り下げる").click()
    later.get_by_text("コメントを取り下げました。").wait_for()
