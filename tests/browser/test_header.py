"""The head of every page is one row on a phone, and all of it is reached without a script and without a mouse."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.test_accessibility import RULES, Axe, fits
from tests.browser.walk import enter, session_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
TALLEST = 72
# (width, height, size of letters)
PHONES = [(320, 568, "100%"), (375, 667, "100%"), (375, 667, "200%"), (320, 568, "200%"), (667, 375, "100%")]
HEIGHT = "one => Math.ceil(one.getBoundingClientRect().height)"
LINES = "one => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight)"
SEARCH = ".site-search > summary"
MENU = ".site-menu > summary"


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("width", "height", "letters"), PHONES)
def test_it_is_one_row_on_a_phone(
    portal: Any, new_page: Callable[..., Any], width: int, height: int, letters: str, language: str
) -> None:
    page = new_page(width=width)
    page.set_viewport_size({"width": width, "height": height})
    page.context.add_cookies([{"name": "django_language", "value": language, "url": portal.url}])
    enter(page, portal, session_of(portal, "resident-a"))
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == language
    page.evaluate("size => { document.documentElement.style.fontSize = size }", letters)
    assert page.locator(".site-header__row").evaluate(HEIGHT) <= TALLEST
    assert page.locator(".demo-banner").evaluate(LINES) < 1.5
    for opener in (SEARCH, MENU):
        box = page.locator(opener).bounding_box()
        assert min(box["width"], box["height"]) >= 44, opener
    page.locator(MENU).click()
    assert page.locator(".site-header__row").evaluate(HEIGHT) > TALLEST
    assert fits(page)


def focused(page: Any) -> str:
    """The words of what has the focus."""
    return str(page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"))


def tabbed(page: Any) -> list[str]:
    """What the Tab key reaches in the header, in its order."""
    found = []
    page.locator(".skip-link").focus()
    for _press in range(30):
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement.closest('.site-header') !== null"):
            return found
        assert page.evaluate("document.activeElement.matches(':focus-visible')")
        found.append(focused(page))
    raise AssertionError(found)


ITEMS = [
    "お知らせ",
    "マイページ",
    "ログアウト",
    "ホーム",
    "テーマ（意見募集）",
    "ビジョン",
    "スマートシティ協議会",
    "行革プラン",
    "日本語",
    "やさしい日本語",
    "こども",
    "English",
]


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_keys_alone_reach_every_entry(portal: Any, new_page: Callable[..., Any], javascript: bool) -> None:
    page = new_page(width=375, javascript=javascript)
    enter(page, portal, session_of(portal, "resident-b"))
    page.goto("/")
    folded = [words.split("\n")[0].strip() for words in tabbed(page)]
    assert len(folded) == 3
    assert folded[1:] == ["検索", "メニュー"]
    page.locator(MENU).focus()
    page.keyboard.press("Enter")
    entries = [words.split("\n")[0].removesuffix(" ").split(" ")[0] for words in tabbed(page)[3:]]
    assert entries == ITEMS
    page.locator(SEARCH).focus()
    page.keyboard.press("Enter")
    if javascript:
        page.wait_for_function("document.activeElement.matches('input')")
    else:
        page.keyboard.press("Tab")
    assert focused(page) == "探すことば"
    assert page.locator("details[open] > .site-header__opener").count() == 1, "one at a time"
    page.keyboard.type("公園")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
@pytest.mark.parametrize(
    ("name", "code"), [("やさしい日本語", "ja-x-easy"), ("こども", "ja-x-kids"), ("English", "en")]
)
def test_the_menu_changes_the_language(new_page: Callable[..., Any], name: str, code: str, javascript: bool) -> None:
    page = new_page(width=375, javascript=javascript)
    page.goto("/terms/")
    page.locator(MENU).click()
    page.locator("header").get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()
    assert page.url.endswith("/terms/")
    assert {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}["django_language"] == code
    page.locator(MENU).click()
    chosen = page.locator("header .language [aria-current]")
    assert (chosen.inner_text(), chosen.is_visible(), fits(page)) == (name, True, True)


def test_escape_and_a_press_elsewhere_close_it(new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    page.goto("/terms/")
    page.locator(MENU).click()
    page.get_by_role("link", name="ビジョン").focus()
    page.keyboard.press("Escape")
    assert page.locator(".site-menu[open]").count() == 0
    assert page.evaluate("document.activeElement.matches('.site-menu > summary')")
    page.locator(MENU).click()
    page.locator("h1").click()
    assert page.locator(".site-menu[open]").count() == 0


def test_nothing_is_folded_at_a_desk(new_page: Callable[..., Any]) -> None:
    for javascript in (True, False):
        page = new_page(width=1024, javascript=javascript)
        page.goto("/")
        assert not page.locator(MENU).is_visible()
        for name in ("ログイン・新規登録", "行革プラン", "ビジョン"):
            assert page.get_by_role("link", name=name).first.is_visible()
        assert page.locator("header").get_by_role("button", name="English").is_visible()
        assert not page.locator("header").get_by_role("button", name="こども").is_visible(), "at the foot of the page"
        assert page.locator("#reading").get_by_role("button", name="こども").is_visible()
        assert page.get_by_role("searchbox", name="探すことば").is_visible()
        rows = {page.get_by_role("link", name=name).first.bounding_box()["y"] for name in ("ホーム", "行革プラン")}
        assert len(rows) == 1
        assert page.locator(".site-header__row").evaluate(HEIGHT) <= 120


UNREAD = """
from apps.accounts.models import User
from apps.operations.models import Notification
person = User.objects.by_email("resident-a@example.com").get()
Notification.objects.notify(person.pk, kind="test", key="header", title="未読の例", url="/")
"""


def test_the_unread_are_counted_where_the_menu_is_folded(portal: Any, new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    enter(page, portal, session_of(portal, "resident-a"))
    portal.manage("shell", "-c", UNREAD)
    page.goto("/")
    mark = page.locator(".site-header__unread")
    assert mark.is_visible()
    count = mark.locator("[aria-hidden]").inner_text()
    assert int(count) > 0
    assert mark.locator(".visually-hidden").inner_text().strip() == f"未読{count}件"


def test_an_open_menu_breaks_no_rule(new_page: Callable[..., Any]) -> None:
    page = new_page(width=375)
    page.goto("/")
    for opener in (SEARCH, MENU):
        page.locator(opener).click()
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert not found, [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]
