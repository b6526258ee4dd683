"""Plan sheets in a real browser: saved while one types, two people in one block, a lost session; the board on a phone."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.walk import enter, session_of, show_address

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
NOTE = "form[data-block=yearly] [data-note]"


def sign_in_as(page: Any, portal: Any, role: str) -> None:
    """With the code from the mail and the one of the authenticator app."""
    page.goto("/accounts/login/")
    show_address(page, portal, f"{role}@example.com")
    page.locator("main form input[name=code]").wait_for()
    page.locator("main form input[name=code]").fill(portal.manage("demo_code", role).strip())
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/admin/")  # where the work of staff waits


def test_nothing_typed_is_lost(portal: Any, new_page: Callable[..., Any]) -> None:
    first = new_page()
    sign_in_as(first, portal, "secretariat")
    first.goto("/admin/plans/plansheet/board/?year=2024")
    first.get_by_role("link", name=re.compile("^3 市民活動")).click()
    first.locator("#text-yearly").fill("◆市民活動団体への支援\n◆情報の発信")
    first.locator(NOTE, has_text="保存しました（2行）").wait_for()

    second = new_page()
    sign_in_as(second, portal, "staff")
    second.goto(first.url)
    second.locator("#text-yearly").fill("◆担当課が書いた文")
    second.locator(NOTE, has_text="保存しました（1行）").wait_for()

    first.locator("#text-yearly").fill("◆事務局が書いた文")
    first.locator(".sheet-theirs", has_text="担当課が書いた文").wait_for()
    assert first.locator("#text-yearly").input_value() == "◆事務局が書いた文"

    kept = second.context.cookies()
    second.context.clear_cookies(name="session")
    second.locator("#text-yearly").fill("◆失いたくない文")
    second.locator(f"{NOTE}.is-trouble").wait_for()
    second.locator("#memos textarea").fill("失いたくないメモ")
    second.get_by_role("button", name="メモを残す").click()
    second.wait_for_url("**/accounts/login/**")
    second.context.add_cookies(kept)  # signed in again: one code of the authenticator app serves only once
    second.goto(first.url)
    assert "◆失いたくない文" in second.locator(".sheet-rescue").inner_text(), "one sees what is brought back"
    second.get_by_role("button", name="残っている文に戻す").click()
    assert second.locator("#text-yearly").input_value() == "◆失いたくない文"
    assert second.locator("#memos textarea").input_value() == "失いたくないメモ"
    second.get_by_role("button", name="メモを残す").click()
    second.locator(".sheet-memo", has_text="失いたくないメモ").wait_for()
    assert second.locator("#memos textarea").input_value() == "", "what is stored is not offered again"


def test_the_board_fits_a_phone_and_names_each_stage(portal: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    enter(page, portal, session_of(portal, "secretariat"))
    page.goto("/admin/plans/plansheet/board/?year=2024")
    board = page.locator(".results", has=page.locator(".sheet-board--stages"))
    assert board.evaluate("box => box.scrollWidth <= box.clientWidth")
    cell = board.locator("tbody tr").first.locator("td").first
    assert "計画" in cell.evaluate("cell => getComputedStyle(cell, '::before').content")
