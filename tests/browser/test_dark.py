"""Pages on a dark screen are read as well as on a light one; paper stays white."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_accessibility import Axe

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
PAGES = [
    "/",
    "/consultations/liqlid-2025/",
    "/consultations/demo-sanka/propose/guest/",
    "/proposals/C25-0001/",
    "/analysis/liqlid-2025/",
    "/analysis/viewpoints/1/network/",
    "/analysis/viewpoints/1/groups/",
    "/search/?q=公園",
    "/vision/2/",
    "/indicators/disability-welfare/",
    "/council/projects/?view=board",
    "/plans/2023/1/",
    "/answers/",
]
GROUND = "getComputedStyle(document.documentElement).backgroundColor"


def test_a_dark_screen_breaks_no_rule_of_contrast(new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    page.emulate_media(color_scheme="dark")
    for address in PAGES:
        page.goto(address)
        assert page.evaluate(GROUND) == "rgb(26, 26, 26)"
        found = Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
        assert not found, [(page.url, [node["target"] for node in rule["nodes"]]) for rule in found]


def test_paper_is_white_and_shows_what_is_folded_but_no_menus(new_page: Callable[..., Any]) -> None:
    page = new_page()
    page.emulate_media(color_scheme="dark", media="print")
    page.goto("/consultations/liqlid-2025/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(26, 26, 26)"
    assert page.get_by_text("市民参加ポータル").first.is_visible()
    for part in (
        ".site-nav",
        ".account-nav",
        ".site-search__form",
        ".language",
        ".demo-banner",
        ".site-header__opener",
    ):
        assert not page.locator(part).first.is_visible(), part
    folded = page.locator(".disclosure > :not(summary)").first
    assert folded.is_visible()
