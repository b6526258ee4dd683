"""A resident comments on two sections, on a phone and at a desk, corrects and withdraws it; a result leads to the draft."""

import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_accessibility import look

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
LEAST_SECONDS = 3.2  # a machine sends a form at once, a person does not
PICTURES = os.environ.get("PICTURES", "")  # a folder: keep pictures of the pages, to be looked at


def keep(page: Any, name: str) -> None:
    """Keep a picture of the whole page where somebody asks for pictures."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.mark.parametrize(
    ("width", "javascript"),
    [(375, True), (375, False), (1280, True)],
    ids=["phone", "phone-without-javascript", "desk"],
)
def test_a_resident_sends_finds_corrects_and_withdraws(
    portal: Any, new_page: Callable[..., Any], width: int, javascript: bool
) -> None:
    page, words = new_page(width=width, javascript=javascript), f"休む場所に木かげがほしい {uuid.uuid4().hex[:6]}"
    page.goto("/public-comments/")
    keep(page, "list")
    page.get_by_role("link", name=re.compile("水辺の休み場の進め方（素案）")).click()
    keep(page, "case")
    if javascript:
        look(page)
    page.get_by_role("link", name=re.compile(r"この節に意見を書く\s*：2 休む場所")).click()
    page.get_by_role("textbox", name=re.compile("^意見")).fill(words)
    page.get_by_role("button", name="ほかの節への意見を加える").click()
    page.locator("[name=body_1]").fill("明かりは弱めに")
    page.locator("[name=section_1]").select_option(label="3 明かり")
    page.get_by_label("市内に住所がある").check()
    page.get_by_label(re.compile("^氏名")).fill("見本")
    page.get_by_label(re.compile("^住所")).fill("見本の住所")
    page.get_by_label(re.compile("氏名と住所の扱いを確かめました")).check()
    keep(page, "form")
    if javascript:
        look(page)
    page.wait_for_timeout(LEAST_SECONDS * 1000)
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_text("まだ提出されていません").wait_for()
    keep(page, "preview")
    page.get_by_role("button", name="提出する").click()
    number, passphrase = (page.locator(f".passphrase__{part}").inner_text() for part in ("code", "words"))
    keep(page, "done")
    if javascript:
        look(page)

    later = new_page(width=width, javascript=javascript)
    later.goto("/public-comments/receipt/")
    later.get_by_label(re.compile("受付番号")).fill(number)
    later.get_by_label(re.compile("合言葉")).fill(passphrase)
    later.get_by_role("button", name="開く").click()
    assert words in later.locator("main").inner_text()
    keep(later, "own")
    if javascript:
        look(later)
    later.get_by_role("link", name="意見を直す").click()
    later.locator("[name=body_1]").fill("明かりは足もとだけに")
    later.wait_for_timeout(LEAST_SECONDS * 1000)
    later.get_by_role("button", name="この内容に直す").click()
    later.get_by_text("意見を直しました").wait_for()
    assert "明かりは足もとだけに" in later.locator("main").inner_text()
    later.get_by_role("link", name="意見を取り下げる").click()
    later.get_by_role("button", name="取り下げる").click()
    later.get_by_text("意見を取り下げました").wait_for()
    assert words not in later.locator("main").inner_text()


@pytest.mark.parametrize("width", [375, 1280], ids=["phone", "desk"])
def test_a_result_leads_to_the_changed_section(portal: Any, new_page: Callable[..., Any], width: int) -> None:
    page = new_page(width=width)
    page.goto("/public-comments/demo-sodan/")
    page.get_by_role("link", name="意見と市の考え方を読む").click()
    page.get_by_role("heading", name="意見の概要と市の考え方").wait_for()
    keep(page, "result")
    look(page)
    page.get_by_role("link", name=re.compile("成案.*相談の場所")).click()
    page.wait_for_url(re.compile("/documents/demo-sodan-keikaku/final/#s2"))
