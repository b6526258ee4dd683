"""A walk in English through the demonstration: nothing fails, and no sentence of the portal itself is left in Japanese."""

import re
import urllib.error
import urllib.request
from collections import Counter, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve

from apps.core.language_marks import JAPANESE, LATIN, VOID
from apps.core.translations import read

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("portal")]
OF_ONE_VIEW = 3  # pages that are looked at of each view: they have the same frame
AT_LEAST = 150
SHORTEST = 8  # characters: a shorter one is a word, which residents and staff use too
# Headings of what the city wrote itself (the vision, the contact page), an answer that it offers, and a language that is
# named in itself.
OF_THE_CITY = {
    "分野ごとの共創のイメージ",
    "このサイトについて",
    "削除・訂正の申出",
    "やさしい日本語",
    "パブリック・コメントの意見",  # a heading of プライバシー
    "調布スマートシティ協議会",
    "デジタル活用による取組事例",
    "どちらともいえない",  # an option of a survey
}
VALUE = re.compile(r"%[(sd]")
SPOKEN = {"alt", "aria-label", "placeholder", "title"}


class Page(HTMLParser):
    """Its links, and its Japanese texts: those marked as Japanese, and those that are not."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.marked: set[str] = set()
        self.unmarked: set[str] = set()
        self.languages: list[tuple[str, str]] = [("", "en")]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang") or self.languages[-1][1]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        # An attribute that names something Japanese in an English sentence has no parts that could be marked.
        for name in SPOKEN & given.keys():
            if not LATIN.search(given[name]):
                self._note(given[name], language)
        if tag not in VOID:
            self.languages.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while len(self.languages) > 1 and self.languages.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.languages[-1][0] not in {"script", "style"}:
            self._note(data, self.languages[-1][1])

    def _note(self, text: str, language: str) -> None:
        words = " ".join(text.split())
        if JAPANESE.search(words):
            (self.marked if language.startswith("ja") else self.unmarked).add(words)


@dataclass
class Walk:
    """What a walk along the links found wrong, by address."""

    url: str
    frame: set[str]
    looked_at: Counter[str] = field(default_factory=Counter)
    failed: dict[str, int] = field(default_factory=dict)
    unmarked: dict[str, set[str]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)  # a sentence of the frame, and the first page with it

    def go(self, *starts: str) -> None:
        """Follow every link of the site, a few pages of each view."""
        waiting, seen = deque(starts), set(starts)
        while waiting:
            address = waiting.popleft()
            if not self._is_wanted(address):
                continue
            for link in self._look(address):
                path = urlsplit(urljoin(self.url + address, link))
                if f"{path.scheme}://{path.netloc}" == self.url and path.path not in seen:
                    seen.add(path.path)
                    waiting.append(path.path)

    def _is_wanted(self, address: str) -> bool:
        try:
            name = resolve(address).view_name
        except Resolver404:
            return False
        self.looked_at[name] += 1
        return self.looked_at[name] <= OF_ONE_VIEW

    def _look(self, address: str) -> list[str]:
        """Note what is wrong with a page. Return its links."""
        request = urllib.request.Request(self.url + address, headers={"Cookie": f"{settings.LANGUAGE_COOKIE_NAME}=en"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                kind, html = answer.headers.get_content_type(), answer.read()
        except urllib.error.HTTPError as error:
            kind, html = error.headers.get_content_type(), error.read()
            if error.code >= 500:
                self.failed[address] = error.code
        if kind != "text/html":
            return []
        page = Page(html.decode())
        if page.unmarked:
            self.unmarked[address] = page.unmarked
        self.left |= {words: address for words in page.marked & self.frame if words not in self.left}
        return page.links


def sentences_of_the_frame() -> set[str]:
    """Every Japanese sentence of templates and code that has an English one, without those with a value in it."""
    catalogue = read(settings.LOCALE_PATHS[0] / "en" / "LC_MESSAGES" / "django.po")
    found = {one.id if isinstance(one.id, str) else one.id[0] for one in catalogue if one.id and one.string}
    whole = {" ".join(words.split()) for words in found if JAPANESE.search(words) and not VALUE.search(words)}
    return {words for words in whole - OF_THE_CITY if len(words) >= SHORTEST}


def test_a_walk_in_english_meets_no_error_and_no_japanese_sentence_of_the_portal(portal: Any) -> None:
    walk = Walk(portal.url, sentences_of_the_frame())
    walk.go("/", "/nowhere/", "/me/", "/takedown/", "/guest/", "/accounts/login/")
    assert sum(min(OF_ONE_VIEW, n) for n in walk.looked_at.values()) > AT_LEAST
    assert walk.failed == {}
    assert walk.unmarked == {}
    assert walk.left == {}
