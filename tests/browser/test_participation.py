"""A resident reads the yearly report on a phone and at a desk, and comes from a line to its source."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_accessibility import look

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
PICTURES = os.environ.get("PICTURES", "")  # a folder: keep pictures of the pages, to be looked at


@pytest.mark.parametrize("width", [375, 1280], ids=["phone", "desk"])
def test_a_resident_reads_the_yearly_report(portal: Any, new_page: Callable[..., Any], width: int) -> None:
    page = new_page(width=width)
    page.goto("/participation/")
    look(page)
    page.get_by_role("link", name=re.compile("の報告書$")).first.click()
    page.get_by_role("heading", name="1年間の数").wait_for()
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"participation-{width}.png", full_page=True)
    look(page)
    assert "前の年度との差" in page.locator("main").inner_text()
    page.get_by_role("link", name="Excelで保存する").wait_for()
