"""With ふりがな no page loses or gains a letter, whatever stands on it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from apps.core.language_marks import VOID
from apps.core.ruby import add_ruby
from apps.portal import demo
from tests.safety.pages import Page
from tests.safety.world import City, visit

pytestmark = pytest.mark.django_db
READ = re.compile(r"<span>((?:(?!</?span|<rt>)[^<]|<ruby>[^<]+<rt>[ぁ-ゖー]+</rt></ruby>)+)</span>")
RUBY = re.compile(r"<ruby>([^<]+)<rt>[^<]+</rt></ruby>")
WITHOUT_END = VOID | {"li", "p", "dt", "dd", "tr", "td", "th", "option"}


@pytest.fixture
def compared() -> Iterator[list[int]]:
    """Pages with readings are compared with what they were before: byte for byte without the readings."""
    counts: list[int] = []

    def compare(html: str, *args: Any, **options: Any) -> str:
        made = add_ruby(html, *args, **options)
        if html:  # not the way to the sign-in
            counts.append(made.count("<rt>"))
        assert without_readings(made) == html
        assert nesting(made) == nesting(html)
        return made

    with patch("apps.operations.middleware.add_ruby", compare):
        yield counts


def without_readings(html: str) -> str:
    return READ.sub(lambda found: RUBY.sub(r"\1", found[1]) if "<ruby>" in found[1] else found[0], html)


def nesting(html: str) -> list[str]:
    """Which elements were left open at the end of the page, and which ended without beginning."""
    wrong: list[str] = []
    stack: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag not in WITHOUT_END:
                stack.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag not in WITHOUT_END and (not stack or stack.pop() != tag):
                wrong.append(tag)

    Tags().feed(html)
    return [*wrong, *stack]


def test_every_page_of_a_small_city(sign_in: Any, quiet_log: None, compared: list[int]) -> None:
    city = City()
    city.grow(2)
    browser = sign_in(city.resident)
    browser.cookies["furigana"] = "1"
    for address in city.addresses().values():
        visit(browser, address)
    assert sum(count > 20 for count in compared) > 60


def test_every_public_page_of_the_demonstration(settings: Any, quiet_log: None, compared: list[int]) -> None:
    settings.IS_DEMO = True
    demo.load()
    browser, seen, waiting = Client(), {"/"}, ["/"]
    browser.cookies["furigana"] = "1"
    while waiting and len(compared) < 250:
        address = waiting.pop(0)
        answer = visit(browser, address)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        links = {link for link in Page(address, answer.text).links if link.startswith("/") and "?" not in link}
        waiting += sorted(links - seen)
        seen |= links
    assert len(compared) > 100
    assert min(compared) > 20
