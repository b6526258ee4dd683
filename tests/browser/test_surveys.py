"""A resident answers a survey on a phone and at a desk, with and without JavaScript; a result has a table for each chart."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_accessibility import look
from tests.browser.walk import enter, session_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
PICTURES = os.environ.get("PICTURES", "")  # a folder: keep pictures of the pages, to be looked at


def keep(page: Any, name: str) -> None:
    """Keep a picture of the whole page where somebody asks for pictures."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"survey-{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.mark.parametrize(
    ("width", "javascript", "who"),
    [(375, False, "resident-a"), (375, True, "resident-b"), (1280, True, "council")],
    ids=["phone-without-javascript", "phone", "desk"],
)
def test_a_resident_answers_page_by_page(
    portal: Any, new_page: Callable[..., Any], width: int, javascript: bool, who: str
) -> None:
    page = new_page(width=width, javascript=javascript)
    page.goto("/surveys/")
    keep(page, "list")
    enter(page, portal, session_of(portal, who))
    page.get_by_role("link", name=re.compile("身近な公園")).click()
    keep(page, "survey")
    if javascript:
        look(page)
    page.get_by_role("link", name="アンケートに答える").click()
    page.get_by_role("button", name="次へ進む").click()
    page.get_by_text("この問いに答えてください").first.wait_for()
    keep(page, "error")
    if javascript:
        look(page)
    page.get_by_label("よく行く").check()
    page.get_by_role("button", name="次へ進む").click()
    page.get_by_text("3ページのうち2ページ目").wait_for()
    page.get_by_label("散歩").check()
    page.locator("[name=q5_row1]").first.check()
    keep(page, "page")
    if javascript:
        look(page)
    page.get_by_role("button", name="次へ進む").click()
    page.locator("[name=q6_rank1]").select_option(label="ベンチ")
    page.locator("[name=q8]").fill("木かげがほしい")
    keep(page, "last")
    page.get_by_role("button", name="前に戻る").click()
    assert page.get_by_label("散歩").is_checked()
    page.get_by_role("button", name="次へ進む").click()
    assert page.locator("[name=q8]").input_value() == "木かげがほしい"
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_text("まだ送られていません").wait_for()
    keep(page, "preview")
    if javascript:
        look(page)
    page.get_by_role("button", name="この内容で送る").click()
    page.get_by_role("heading", name="ご回答ありがとうございました").wait_for()
    keep(page, "thanks")
    page.goto("/surveys/demo-kouen/answer/")
    page.get_by_text("すでに回答をいただいています").wait_for()
    keep(page, "refused")


@pytest.mark.parametrize("width", [375, 1280], ids=["phone", "desk"])
def test_a_result_is_read(portal: Any, new_page: Callable[..., Any], width: int) -> None:
    page = new_page(width=width)
    page.goto("/surveys/demo-johou/")
    page.get_by_role("link", name="結果を読む").click()
    page.get_by_role("heading", name="問いごとの結果").wait_for()
    keep(page, "result")
    look(page)


def test_staff_see_what_is_missing_and_the_tables(portal: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=1280)
    page.goto("/")
    enter(page, portal, session_of(portal, "secretariat"))
    page.goto("/admin/surveys/survey/")
    page.get_by_role("link", name=re.compile("身近な公園")).click()
    keep(page, "admin")
    page.goto("/admin/surveys/surveyquestion/add/")
    keep(page, "admin-question")
    page.goto("/admin/surveys/survey/")
    page.get_by_role("link", name=re.compile("市の情報の届き方")).click()
    page.get_by_role("link", name="結果", exact=True).click()
    page.get_by_role("button", name="この内容で公表する").wait_for()
    keep(page, "admin-result")
