"""No page in any state breaks a rule that axe knows, nothing is wider than a phone, every page has one heading."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from apps.core.languages import FURIGANA_COOKIE
from tests.browser.walk import enter, open_form, session_of, sign_in, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = [
    "/",
    "/consultations/",
    "/consultations/?q=どこにもないことば",
    "/consultations/liqlid-2025/",
    "/consultations/liqlid-2025/?sort=liked",
    "/consultations/liqlid-2025/?q=どこにもないことば",
    "/consultations/liqlid-2025/?cursor=broken",
    "/proposals/C25-0001/",
    "/analysis/liqlid-2025/",
    "/analysis/liqlid-2025/?channel=paper&age_band=20s",
    "/analysis/liqlid-2025/words/公園/",
    "/analysis/liqlid-2025/compare/?a-channel=legacy",
    "/analysis/viewpoints/1/network/",
    "/analysis/viewpoints/1/weeks/",
    "/analysis/viewpoints/1/groups/",
    "/search/?q=公園",
    "/vision/",
    "/vision/2/",
    "/vision/3/",
    "/fields/safety/",
    "/indicators/?standing=none",
    "/indicators/disability-welfare/",
    "/council/",
    "/council/projects/",
    "/council/projects/?view=board",
    "/council/projects/?view=timeline",
    "/council/projects/demo-closed/",
    "/council/projects/demo-closed/checks/",
    "/council/organizations/uec/",
    "/council/challenges/",
    "/council/offers/",
    "/council/matches/",
    "/council/collaboration/",
    "/documents/",
    "/documents/smart-city-vision/",
    "/documents/smart-city-vision/2025-11-draft/",
    "/documents/smart-city-vision/2025-12-interim/",
    "/documents/smart-city-vision/compare/2025-11-draft/2025-12-interim/",
    "/documents/demo-sodan-keikaku/compare/draft/final/?view=side",
    "/plans/",
    "/plans/2023/",
    "/plans/2023/1/",
    "/plans/2023/report.html",
    "/answers/",
    "/consultations/liqlid-2025/result/",
    "/terms/",
    "/privacy/",
    "/contact/",
    "/guest/",
    "/consultations/demo-sanka/propose/guest/",
    "/policy/",
    "/policy/figures/",
    "/takedown/",
    "/accounts/login/",
    "/nowhere/",
]
# Lists of the council's registry whose first entry is looked at too: its address is a number that nobody chose.
FIRST_OF = ["/council/challenges/", "/council/offers/", "/council/matches/", "/council/projects/demo-closed/checks/"]
SIGNED_IN = ["/me/", "/me/profile/", "/me/notifications/", "/me/delete/", "/proposals/C25-0001/report/"]


def look(page: Any) -> None:
    """Hold the page on the screen to the rules."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert not found, [(page.url, rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
    assert page.locator("h1").count() == 1, page.url
    assert page.locator("html").get_attribute("lang") == "ja"


def fits(page: Any) -> bool:
    """Whether nothing of the page is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_pages_fit_the_smallest_phone_and_letters_of_twice_the_size(portal: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=320)
    page.goto("/")
    enter(page, portal, session_of(portal, "council"))
    addresses = [*PUBLIC, *SIGNED_IN, "/council/desk/"]
    page.goto("/council/desk/")
    addresses += page.locator("main a[href^='/council/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    uploads, wide = 0, []
    for address in dict.fromkeys(addresses):
        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(address)
        uploads += page.locator("input[type=file]").count()
        wide += [] if fits(page) else [(320, address)]
        page.set_viewport_size({"width": 375, "height": 812})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide += [] if fits(page) else [("200%", address)]
    assert uploads
    assert not wide


def test_charts_keep_their_words_in_forced_colours(new_page: Callable[..., Any]) -> None:
    page = new_page()
    page.emulate_media(forced_colors="active")
    page.goto("/indicators/disability-welfare/")
    words = page.locator(".chart__value")
    assert words.count()
    for style in words.evaluate_all(
        "all => all.map(one => [getComputedStyle(one).fill, getComputedStyle(one).stroke])"
    ):
        assert style[0] != page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert style[1] == "none", "a rim of the letters' own forced colour covers them"


COVERED = """() => {
  const one = document.activeElement.getBoundingClientRect(), bar = document.querySelector(".act-bar");
  const edge = bar.getBoundingClientRect().top;
  const under = !bar.contains(document.activeElement) && one.height > 2 && one.bottom > edge + 1;
  return under && getComputedStyle(bar).display !== "none" && edge > innerHeight / 2 ? document.activeElement.textContent : "";
}"""


def test_the_bar_at_the_lower_edge_covers_no_focus_and_is_not_printed(new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    page.set_viewport_size({"width": 375, "height": 667})
    page.goto("/consultations/demo-kurashi/")
    for _press in range(60):
        page.keyboard.press("Tab")
        assert not page.evaluate(COVERED)
    page.emulate_media(media="print")
    assert not page.locator(".act-bar").is_visible()


@pytest.mark.parametrize("width", [375, 1280])
def test_public_pages(new_page: Callable[..., Any], width: int) -> None:
    page = new_page(width=width)
    for address in PUBLIC:
        page.goto(address)
        look(page)
    page.goto("/consultations/demo-sanka/")
    page.goto(page.locator('a[href^="/topics/"]').first.get_attribute("href"))
    assert page.locator(".reply").count() == 1
    look(page)


def test_public_pages_with_readings_over_the_words(portal: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    page.context.add_cookies([{"name": FURIGANA_COOKIE, "value": "1", "url": portal.url}])
    without = []
    for address in PUBLIC:
        page.goto(address)
        look(page)
        without += [] if page.locator("main ruby").count() else [address]
    assert len(without) < 5, "readings stand over the words of the city, and not of residents"


def test_every_state_of_a_consultation(new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    page.goto("/consultations/")
    addresses = page.locator("main article h2 a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(addresses) >= 3
    for address in addresses:
        page.goto(address)
        look(page)


@pytest.mark.parametrize("width", [375, 1280])
def test_one_page_of_each_list_of_the_council(new_page: Callable[..., Any], width: int) -> None:
    page = new_page(width=width)
    for address in FIRST_OF:
        page.goto(address)
        page.locator("main .card a").first.click()
        page.wait_for_url(re.compile(r"/\d+/$"))
        look(page)


@pytest.mark.parametrize("width", [375, 1280])
def test_pages_of_a_signed_in_person(portal: Any, new_page: Callable[..., Any], width: int) -> None:
    page = new_page(width=width)
    page.goto("/")
    sign_in(page, portal, f"look-{uuid.uuid4().hex[:8]}@example.com")
    for address in SIGNED_IN:
        page.goto(address)
        look(page)
    open_form(page)
    look(page)
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_text("入力した内容は残っています。").wait_for()
    look(page)
    code = write(page, f"とても長い意見です。{uuid.uuid4().hex} https://example.com/{'a' * 200} " + "あ" * 300)
    look(page)
    for act in ("edit", "withdraw"):
        page.goto(f"/proposals/{code}/{act}/")
        look(page)
    page.get_by_role("button", name="取り下げる").click()
    page.get_by_text(re.compile("取り下げました")).first.wait_for()
    page.goto("/me/")
    look(page)
    page.context.clear_cookies()
    page.goto(f"/proposals/{code}/")
    assert "取り下げました" in page.locator("main").inner_text()
    look(page)


def test_keyboard_alone_reaches_the_main_action(new_page: Callable[..., Any]) -> None:
    page = new_page(width=1280)
    page.goto("/consultations/liqlid-2025/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "本文へ移動"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
