"""A resident finds a meeting in list and calendar, reads how to listen, the agenda and the minutes, on a phone and at a desk."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_accessibility import look

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
PICTURES = os.environ.get("PICTURES", "")  # a folder: keep pictures of the pages, to be looked at


def seen(page: Any, name: str) -> None:
    """Look at the page for what hinders people; keep a picture where somebody asks for pictures."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"meetings-{name}-{page.viewport_size['width']}.png", full_page=True)
    look(page)


@pytest.mark.parametrize("width", [375, 1280], ids=["phone", "desk"])
def test_a_resident_finds_a_meeting_and_reads_its_minutes(
    portal: Any, new_page: Callable[..., Any], width: int
) -> None:
    page = new_page(width=width)
    page.goto("/meetings/")
    seen(page, "list")
    page.get_by_role("link", name=re.compile("身近なデジタル相談を考える会議 第3回")).click()
    page.get_by_role("heading", name="傍聴のしかた").wait_for()
    seen(page, "coming")
    page.get_by_role("link", name="カレンダーに入れる").first.wait_for()
    page.goto("/meetings/demo-digital/1/")
    seen(page, "published")
    page.get_by_role("link", name=re.compile("身近な場所でのデジタル相談の進め方")).click()
    page.get_by_role("link", name="取り上げた審議会等の会議").click()
    seen(page, "about")
    page.get_by_role("link", name=re.compile("第1回")).click()
    page.get_by_role("link", name="会議録を読む").click()
    page.get_by_role("heading", name="1 開会").wait_for()
    seen(page, "minutes")
    page.goto("/meetings/demo-digital/2/")
    page.get_by_text("会議録は準備中です").wait_for()
    seen(page, "waiting")
    page.goto("/meetings/demo-shinsa/1/")
    page.get_by_text("延期になりました").wait_for()
    seen(page, "postponed")
    page.goto("/meetings/demo-digital/")
    seen(page, "organ")
    page.goto("/meetings/organs/")
    seen(page, "organs")


@pytest.mark.parametrize("width", [375, 1280], ids=["phone", "desk"])
def test_a_month_is_read_on_a_phone_too(portal: Any, new_page: Callable[..., Any], width: int) -> None:
    page = new_page(width=width)
    page.goto("/meetings/demo-digital/3/")
    day = page.locator("dd").first.inner_text()
    year, month = re.search(r"令和(\d+)年(\d+)月", day).groups()
    page.goto(f"/meetings/calendar/?month={2018 + int(year)}-{int(month):02}")
    page.get_by_role("link", name=re.compile("身近なデジタル相談を考える会議")).wait_for()
    assert page.locator("main").evaluate("node => node.scrollWidth <= document.documentElement.clientWidth")
    seen(page, "calendar")
    page.locator("a[rel=next]").click()
    page.wait_for_url(re.compile("month="))
