"""The first conversation, in a real browser against the running portal: with JavaScript and without.

A newcomer starts at `/`, signs up with a code from the mail, posts 匿名 and sees the post; a second person likes and
comments; the first is notified.
"""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]


def sign_in(page: Any, portal: Any, address: str) -> None:
    """Type the address, read the code in the mail, type it."""
    page.get_by_role("link", name="ログイン・新規登録").first.click()
    page.get_by_label("メールアドレス").fill(address)
    page.locator("main form button[type=submit]").first.click()
    code = re.search(r"\b(\d{6})\b", portal.mail(address)[-1])
    assert code, portal.mail(address)
    page.get_by_label("確認コード").fill(code[1])
    page.locator("main form button[type=submit]").first.click()
    page.get_by_role("link", name="マイページ").wait_for()


def write(page: Any, body: str) -> str:
    """From the home page to a public proposal; its code."""
    page.goto("/")
    page.locator("main a[href^='/consultations/']").first.wait_for()
    page.goto("/consultations/?state=open")
    page.locator("main article h2 a").first.click()
    page.get_by_role("link", name="意見を書く").first.click()
    page.get_by_role("textbox", name=re.compile("アイデア・意見")).fill(body)
    page.get_by_label(re.compile("同意します")).check()
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("heading", name="内容の確認").wait_for()
    page.get_by_role("button", name="投稿する").click()
    page.get_by_text("投稿しました。").wait_for()
    return page.url.rstrip("/").rsplit("/", 1)[-1]


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
    page = new_page(width=375, javascript=False)
    page.goto("/")
    sign_in(page, portal, f"twice-{uuid.uuid4().hex[:8]}@example.com")
    code = write(page, f"二度押しても一つ {uuid.uuid4().hex[:6]}")
    page.go_back()
    page.get_by_role("button", name="投稿する").click()
    assert page.url.rstrip("/").endswith(code)
