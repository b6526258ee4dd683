"""The next person in the same tab finds nothing of the last; a session that ends while somebody writes takes nothing."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_guest import LEAST_SECONDS
from tests.browser.walk import open_form, open_menu, show_address, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
GUEST_FORM = "/consultations/demo-sanka/propose/guest/"
BODY = "textarea[name=body]"


def drafts(page: Any) -> int:
    return int(page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('draft:')).length"))


def test_on_a_shared_terminal_no_draft_is_kept_and_one_press_ends_all(new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    page.goto(GUEST_FORM)
    page.fill(BODY, "書きかけの文")
    assert drafts(page) == 1
    page.get_by_label("共用の端末です").check()
    assert drafts(page) == 0
    page.fill(BODY, "共用の端末で書いた文")
    assert drafts(page) == 0
    page.get_by_label(re.compile("同意します")).check()
    page.wait_for_timeout(LEAST_SECONDS * 1000)
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("heading", name="内容の確認").wait_for()
    open_menu(page)
    page.get_by_role("button", name="利用を終わる").first.click()
    page.get_by_role("heading", name="利用を終わりました").wait_for()
    assert drafts(page) == 0
    assert not [cookie["name"] for cookie in page.context.cookies() if cookie["name"] in {"session", "guest"}]
    page.goto(GUEST_FORM)
    assert page.input_value(BODY) == ""


def test_a_visitors_draft_is_offered_not_shown_and_goes_when_somebody_signs_in(
    portal: Any, new_page: Callable[..., Any]
) -> None:
    page = new_page(width=375)
    page.goto(GUEST_FORM)
    page.fill(BODY, "だれかの書きかけ")
    page.goto("/terms/")
    page.goto(GUEST_FORM)
    assert page.input_value(BODY) == ""
    page.get_by_role("button", name="続きから書く").click()
    assert page.input_value(BODY) == "だれかの書きかけ"
    page.goto("/")
    sign_in(page, portal, f"next-{uuid.uuid4().hex[:8]}@example.com")
    assert drafts(page) == 0
    page.goto("/consultations/demo-sanka/propose/")
    assert "だれかの書きかけ" not in page.content()
    assert page.input_value(BODY) == ""


def test_signing_out_leaves_no_draft(portal: Any, new_page: Callable[..., Any]) -> None:
    page = new_page()
    page.goto("/")
    sign_in(page, portal, f"out-{uuid.uuid4().hex[:8]}@example.com")
    open_form(page)
    page.fill(BODY, "書きかけの文")
    assert drafts(page) == 1
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="ログアウトする").click()
    page.get_by_role("heading", name="利用を終わりました").wait_for()
    assert drafts(page) == 0


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_session_that_ends_while_somebody_writes_takes_neither_page_nor_words(
    portal: Any, browser: Any, javascript: bool
) -> None:
    # A context of its own: the console rightly complains about the part that was refused.
    context = browser.new_context(base_url=portal.url, locale="ja-JP", java_script_enabled=javascript)
    page, address = context.new_page(), f"over-{uuid.uuid4().hex[:8]}@example.com"
    page.goto("/")
    sign_in(page, portal, address)
    open_form(page)
    here = page.url
    page.context.clear_cookies(name="session")
    box = page.get_by_role("textbox", name=re.compile("^意見"))
    box.click()
    box.press_sequentially("途中で切れても残る文")
    if javascript:
        page.get_by_role("alert").get_by_text("ログインの期限が切れました").wait_for()
        assert (page.url, box.input_value()) == (here, "途中で切れても残る文")
    page.get_by_label(re.compile("同意します")).check()
    page.get_by_role("button", name="確認画面へ進む").click()
    page.wait_for_url("**/accounts/login/**")
    show_address(page, portal, address)
    page.wait_for_url(here)
    assert page.get_by_role("textbox", name=re.compile("^意見")).input_value() == "途中で切れても残る文"
    assert page.get_by_text("まだ送られていません").count() == 1
    context.close()
