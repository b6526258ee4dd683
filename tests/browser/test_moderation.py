"""report → hide → author told → appeal → restore, in a real browser; the moderator by keyboard, and without JavaScript."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.walk import enter, session_of, sign_in, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
QUEUE = "/admin/consultations/moderationcase/"


@pytest.fixture(scope="module")
def moderator(portal: Any) -> str:
    """The moderator's cookie, one for both walks."""
    return session_of(portal, "moderator")


def choose(desk: Any, code: str, act: str, by_keyboard: bool) -> None:
    """From the queue to the page that asks: by keys in the list, or by box, list and button."""
    row = desk.locator("#result_list tbody tr", has_text=code)
    if by_keyboard:
        row.locator(".case-link").focus()
        desk.keyboard.press({"hide": "h", "restore": "r"}[act])
    else:
        row.locator("input.action-select").check()
        desk.locator("select[name=action]").select_option(act)
        desk.locator("button[name=index]").click()
    desk.locator("form.staff-form").wait_for()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_hidden_text_comes_back(portal: Any, new_page: Callable[..., Any], moderator: str, javascript: bool) -> None:
    words, tag = f"夜の公園に明かりがほしい {uuid.uuid4().hex[:6]}", uuid.uuid4().hex[:8]
    author = new_page(width=375, javascript=javascript)
    author.goto("/")
    sign_in(author, portal, f"author-{tag}@example.com")
    code = write(author, words)

    neighbour = new_page(width=1280, javascript=javascript)
    neighbour.goto("/")
    sign_in(neighbour, portal, f"neighbour-{tag}@example.com")
    neighbour.goto(f"/proposals/{code}/report/")
    neighbour.get_by_label("テーマと関係がない").check()
    neighbour.get_by_role("button", name="通報する").click()
    neighbour.get_by_text("通報を受け付けました。").wait_for()
    assert words in neighbour.content()

    desk = new_page(width=1280, javascript=javascript)
    enter(desk, portal, moderator)
    desk.goto(QUEUE)
    choose(desk, code, "hide", by_keyboard=javascript)
    assert words in desk.content()
    desk.get_by_label("第9条 テーマとの無関係").check()
    desk.locator("form.staff-form button[type=submit]").click()
    desk.get_by_text("1件を判断しました。").wait_for()

    neighbour.goto(f"/proposals/{code}/")
    assert words not in neighbour.content()
    assert "テーマとの無関係の理由により非表示（運用ポリシー第9条）" in neighbour.locator("main").inner_text()

    author.goto("/me/notifications/")
    author.get_by_role("link", name=f"意見 {code}を非表示にしました").click()
    author.get_by_role("link", name="異議を申し立てる").wait_for()
    assert words in author.locator("main").inner_text()
    author.get_by_role("link", name="異議を申し立てる").click()
    author.get_by_label("申立ての内容").fill("公園のテーマについて書いたものです。")
    author.get_by_role("button", name="申し立てる").click()
    author.get_by_text("申立てを受け付けました。").first.wait_for()
    assert "第9条" in portal.mail(f"author-{tag}@example.com", count=2)[-1]

    desk.goto(f"{QUEUE}?trigger=appeal")
    choose(desk, code, "restore", by_keyboard=javascript)
    desk.locator("form.staff-form button[type=submit]").click()
    desk.get_by_text("1件を判断しました。").wait_for()

    neighbour.goto(f"/proposals/{code}/")
    assert words in neighbour.locator("main").inner_text()
    author.goto("/me/notifications/")
    assert f"意見 {code}を公開に戻しました" in author.locator("main").inner_text()
