"""A member of the council edits what is the own organization's, and reads nothing of the other side of a check sheet."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.walk import enter, session_of, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
SHEET = "/council/projects/demo-running/checks/"
WORDS_OF_A = "会場の鍵の受け渡し"


def test_a_member_edits_the_own_project_and_no_other(portal: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    page.goto("/council/")
    sign_in(page, portal, "council@example.com")

    page.goto("/council/projects/demo-trial/")
    page.get_by_role("link", name="編集する", exact=True).click()
    page.get_by_label(re.compile("^概要")).fill("避難所の開設と混雑を、だれでもすぐに確かめられるようにします。")
    page.get_by_label(re.compile("^主な視点")).select_option(index=1)
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("button", name="提出する").wait_for()
    assert "だれでもすぐに確かめられる" in page.locator(".preview").inner_text()
    page.get_by_role("button", name="提出する").click()
    page.get_by_text("変更を提出しました。").wait_for()
    page.goto("/council/projects/demo-trial/")
    assert "だれでもすぐに確かめられる" not in page.locator("main").inner_text()  # the secretariat has not looked yet

    answer = page.goto("/council/projects/gomi-navi/edit/")
    assert answer.status == 403
    assert "編集できるのは、ご自分の団体のページと" in page.locator("main").inner_text()

    page.goto(SHEET)
    page.locator("main article a, main li a").first.click()
    address = page.url
    assert "未提出" in page.locator("main").inner_text()
    for place in (address, f"{address}answer/", SHEET, "/council/desk/", "/me/data.json"):
        found = page.request.get(place)
        assert found.status == 200, place
        assert WORDS_OF_A not in found.text(), place


def test_a_project_starts_from_a_match_and_a_sheet_goes_into_its_second_round(
    portal: Any, new_page: Callable[..., Any]
) -> None:
    page = new_page(width=375)
    page.goto("/council/")
    enter(page, portal, session_of(portal, "council"))
    page.goto("/council/matches/")
    page.locator("main article a, main li a").first.click()
    page.get_by_role("link", name="このマッチングから取組を始める").click()
    title = page.get_by_label(re.compile("^名称|^題名|^取組名|^プロジェクト名")).input_value()
    assert "スマートフォンの相談" in title
    page.get_by_label(re.compile("^アドレス名")).fill("shotengai-sodan")
    page.get_by_label(re.compile("^主な視点")).select_option(index=1)
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("button", name="提出する").click()
    page.get_by_text("取組を登録しました。").wait_for()
    assert "視点①" in page.locator("main").inner_text(), "what was handed in is shown"
    page.goto("/council/projects/shotengai-sodan/")
    page.get_by_role("link", name="課題と提案のマッチング").click()
    page.get_by_text("成立", exact=True).wait_for()

    page.goto("/council/projects/demo-closed/checks/")
    page.locator("main article a, main li a").first.click()
    first = page.url
    assert "答えが分かれた項目" in page.locator("main").inner_text()
    page.get_by_role("button", name="話し合いの後に、次の回を始める").click()
    page.get_by_text("（第2回）").wait_for()
    assert "未提出" in page.locator("main").inner_text()
    page.get_by_role("link", name="記入する").click()
    page.locator("main form").first.wait_for()
    page.goto(first)
    assert "（第1回）" in page.locator("main").inner_text(), "the first round stays"
