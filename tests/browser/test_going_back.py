"""Back, reload, a double press, a lost cookie: nothing is asked for twice, nothing is posted twice, nothing is lost."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_accessibility import PUBLIC
from tests.browser.walk import open_filters, open_form, preview, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]


def newcomer(portal: Any, new_page: Callable[..., Any], javascript: bool) -> Any:
    """A page of somebody who has just signed in, on a phone."""
    page = new_page(width=375, javascript=javascript)
    page.goto("/")
    sign_in(page, portal, f"back-{uuid.uuid4().hex[:8]}@example.com")
    return page


def own_voices(page: Any) -> str:
    """What stands on the person's own page."""
    page.goto("/me/")
    return str(page.locator("main").inner_text())


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_going_back_after_posting_asks_for_nothing(portal: Any, new_page: Callable[..., Any], javascript: bool) -> None:
    page, words = newcomer(portal, new_page, javascript), f"戻っても一つ {uuid.uuid4().hex[:6]}"
    preview(page, words)
    page.get_by_role("button", name="投稿する").dblclick()
    page.wait_for_url(re.compile("/proposals/"))
    page.go_back()
    page.get_by_role("heading", name="内容の確認").wait_for()  # not the browser's own page that asks to send again
    page.get_by_role("button", name="投稿する").click()
    page.wait_for_url(re.compile("/proposals/"))
    page.go_back()
    page.go_back()
    page.get_by_role("textbox", name=re.compile("^意見")).wait_for()
    page.go_forward()
    page.get_by_role("heading", name="内容の確認").wait_for()
    assert own_voices(page).count(words) == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_lost_cookie_loses_no_words(portal: Any, new_page: Callable[..., Any], javascript: bool) -> None:
    page, words = newcomer(portal, new_page, javascript), f"消えない文章 {uuid.uuid4().hex[:6]}"
    open_form(page)
    page.get_by_role("textbox", name=re.compile("^意見")).fill(words)
    page.get_by_label(re.compile("同意します")).check()
    page.context.clear_cookies(name="csrf")
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("heading", name="もう一度送ってください").wait_for()
    assert page.get_by_label("送ろうとした文章").input_value() == words
    page.go_back()
    assert page.get_by_role("textbox", name=re.compile("^意見")).input_value() == words
    page.reload()
    box = page.get_by_role("textbox", name=re.compile("^意見"))
    if javascript:
        assert box.input_value() == words, "the tab's draft"
    box.fill(words)
    page.get_by_label(re.compile("同意します")).check()
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("button", name="投稿する").click()
    page.get_by_text("投稿しました。").wait_for()
    assert own_voices(page).count(words) == 1


def is_whole(page: Any) -> bool:
    """Whether a page with header and style is shown, and not the part of one."""
    return bool(page.locator("header.site-header").count() == 1 and page.locator("link[rel=stylesheet]").count() == 1)


def parts_on(page: Any, address: str) -> list[str]:
    """The addresses of which a page loads a part."""
    page.goto(address)
    return list(page.locator("[data-hx-get]").evaluate_all("all => all.map(one => one.getAttribute('data-hx-get'))"))


def kind_of(address: str) -> str:
    """Pages of one kind load their parts in the same way."""
    return re.sub(r"(?<=/)(C\d\d-\d+|\d+|liqlid-2025|demo-[a-z]+)(?=/)", "…", address.partition("?")[0])


def test_going_back_never_shows_a_part_in_place_of_a_page(new_page: Callable[..., Any]) -> None:
    # Playwright starts chromium without its cache of whole pages: Back reads what was kept of the address.
    page = new_page(width=375)
    found = {}
    for address in PUBLIC:
        for part in parts_on(page, address):
            found.setdefault((kind_of(address), kind_of(part)), (address, part))
    assert {part for _page, part in found} >= {"/consultations/…/", "/proposals/…/way/", "/analysis/similar/…/"}
    for address, part in found.values():
        page.goto(part)
        assert is_whole(page), part
        page.goto(address)
        page.wait_for_load_state("networkidle")
        open_filters(page)
        for form in page.locator("form[data-hx-get]").all():
            form.locator("input[type=text], input:not([type])").first.fill("公園")
            with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
                form.get_by_role("button").click()
            page.wait_for_url("**q=*")
        here = page.url
        page.goto("/terms/")
        page.go_back()
        assert (page.url, is_whole(page)) == (here, True)
        if page.url == here and "q=" in here:
            page.go_back()
            page.locator("header.site-header").wait_for()
        page.go_back()
        assert is_whole(page), (address, part, page.url)


def test_filtering_opening_a_voice_and_going_back_is_a_page(new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    page.goto("/consultations/liqlid-2025/")
    open_filters(page)
    page.get_by_label("ことばで探す").fill("公園")
    page.get_by_role("search", name="意見を探す").get_by_role("button", name="探す").click()
    page.locator("#live", has_text=re.compile("あてはまる意見は[0-9]+件です。")).wait_for(state="attached")
    page.locator("#proposals article a[href^='/proposals/']").first.click()
    page.wait_for_url("**/proposals/**")
    page.go_back()
    assert is_whole(page)
    assert page.get_by_label("ことばで探す").input_value() == "公園"
    page.get_by_label("ことばで探す").fill("どこにもないことば")
    page.get_by_role("search", name="意見を探す").get_by_role("button", name="探す").click()
    page.locator("#live", has_text="あてはまる意見は見つかりませんでした。").wait_for(state="attached")


LISTS = ["/consultations/demo-kurashi/?sort=liked", "/consultations/demo-kurashi/?sort=new&channel=web"]
TOP = "one => Math.round(one.getBoundingClientRect().top)"


def settle(page: Any) -> None:
    """Wait until the parts of the page have come, and its letters."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")


def is_in_view(page: Any, voice: str) -> bool:
    """Whether the beginning of this voice is on the screen."""
    top = page.locator(f"[id='{voice}']").evaluate(TOP)
    return bool(0 <= top < page.viewport_size["height"])


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
@pytest.mark.parametrize("address", LISTS, ids=["second-page", "filtered"])
@pytest.mark.parametrize("width", [375, 1280])
def test_back_and_reload_come_to_the_same_place_of_the_list(
    new_page: Callable[..., Any], address: str, width: int, javascript: bool
) -> None:
    page = new_page(width=width, javascript=javascript)
    page.goto(address)
    older = page.locator("#proposals .pagination__older")
    if "channel=" not in address:
        older.click()
        page.wait_for_url("**cursor=*")
    settle(page)
    voice = page.locator("#proposals article").nth(7)
    name = voice.get_attribute("id")
    voice.locator("a.proposal__code").scroll_into_view_if_needed()
    here, top = page.url, voice.evaluate(TOP)
    voice.locator("a.proposal__code").click()
    page.wait_for_url("**/proposals/**")
    settle(page)
    page.go_back()
    settle(page)
    assert page.url.partition("#")[0] == here
    assert abs(page.locator(f"[id='{name}']").evaluate(TOP) - top) <= 2
    page.reload()
    settle(page)
    assert abs(page.locator(f"[id='{name}']").evaluate(TOP) - top) <= 2


@pytest.mark.parametrize("address", LISTS, ids=["second-page", "filtered"])
def test_a_discarded_tab_comes_to_the_voice_that_was_opened(new_page: Callable[..., Any], address: str) -> None:
    page = new_page(width=375)
    page.goto(address)
    settle(page)
    voice = page.locator("#proposals article").nth(5)
    name = str(voice.get_attribute("id"))
    voice.locator("a.proposal__code").click()
    page.wait_for_url("**/proposals/**")
    page.go_back()
    kept = page.url
    again = new_page(width=375)  # nothing of the tab is left but its address
    again.goto(kept)
    settle(again)
    assert is_in_view(again, name)
    assert again.locator("#proposals article").nth(5).get_attribute("id") == name


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_visitor_goes_back_from_the_passphrase_to_the_preview_and_it_is_one(
    portal: Any, new_page: Callable[..., Any], javascript: bool
) -> None:
    page, words = new_page(width=375, javascript=javascript), f"登録せずに戻る {uuid.uuid4().hex[:6]}"
    page.goto("/consultations/demo-kurashi/propose/guest/")
    page.get_by_role("textbox", name=re.compile("^意見")).fill(words)
    page.get_by_label(re.compile("同意します")).check()
    page.wait_for_timeout(3500)  # nobody writes faster
    page.get_by_role("button", name="確認画面へ進む").click()
    page.get_by_role("heading", name="内容の確認").wait_for()
    page.get_by_role("button", name="投稿する").dblclick()
    page.locator(".passphrase__words").wait_for()
    page.go_back()
    page.get_by_role("heading", name="内容の確認").wait_for()
    page.go_back()
    assert page.get_by_role("textbox", name=re.compile("^意見")).is_visible()
    page.goto(f"/search/?q={words.rpartition(' ')[2]}")
    assert page.locator("main a[href*='/proposals/']").count() <= 1
