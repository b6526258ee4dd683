"""Without signal, what was read today is read again, the rest says why not, and no copy outlives its reader."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_accessibility import look
from tests.browser.walk import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
COPIES = "caches.open('copies').then(cache => cache.keys()).then(keys => keys.map(key => new URL(key.url).pathname))"


def copies(page: Any) -> list[str]:
    return list(page.evaluate(COPIES))


def read_with_worker(page: Any, *paths: str) -> None:
    """Open the pages in a browser in which the worker has begun."""
    page.goto("/terms/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    for path in paths:
        page.goto(path)
        page.wait_for_function(f"{COPIES}.then(all => all.includes({path!r}))")


def test_offline_what_was_read_is_read_again_and_online_the_network_answers(new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    read_with_worker(page, "/consultations/", "/consultations/demo-sanka/")
    title = page.locator("h1").inner_text()
    page.context.set_offline(True)
    page.goto("/vision/")
    page.get_by_role("heading", name="インターネットにつながっていません").wait_for()
    page.get_by_role("heading", name="最近読んだページ").wait_for()
    assert "書きかけの文章は、消えていません" in page.locator("main").inner_text()
    page.get_by_role("link", name=re.compile(re.escape(title))).click()
    page.get_by_role("heading", name=title).first.wait_for()
    page.locator("#trouble", has_text="写しを表示しています").wait_for()
    page.context.set_offline(False)
    page.reload()
    assert page.locator("body").get_attribute("data-copy-of") is None
    page.goto("/vision/")
    page.locator("h1", has_text="ビジョン").wait_for()


def test_offline_with_nothing_read_the_page_still_says_why(new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    read_with_worker(page)
    page.evaluate("caches.delete('copies')")
    page.context.set_offline(True)
    page.goto("/vision/")
    page.get_by_role("heading", name="インターネットにつながっていません").wait_for()
    assert not page.get_by_role("heading", name="最近読んだページ").is_visible()


def test_offline_nothing_is_sent_and_what_was_typed_stays(new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    read_with_worker(page)
    page.goto("/accounts/login/")
    page.get_by_label("メールアドレス").fill("offline@example.com")
    page.context.set_offline(True)
    page.locator("main form button[type=submit]").first.click()
    page.locator("#trouble", has_text="入力した内容は消えていません").wait_for()
    assert page.get_by_label("メールアドレス").input_value() == "offline@example.com"
    page.context.set_offline(False)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_label("確認コード").wait_for()


def test_signing_in_and_ending_the_use_drop_every_copy(portal: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    read_with_worker(page, "/consultations/")
    sign_in(page, portal, "offline-reader@example.com")
    page.goto("/consultations/")
    page.wait_for_function(f"{COPIES}.then(all => all.length === 0)")
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name=re.compile("ログアウト|利用を終わる")).click()
    page.get_by_role("heading", name="利用を終わりました").wait_for()
    assert copies(page) == []
    look(page)
