"""The language of the pages: as chosen; before any choice, once, as the browser asks."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from tests.accounts.factories import make_secretariat

pytestmark = pytest.mark.django_db
COOKIE = settings.LANGUAGE_COOKIE_NAME


def first_visit(accepted: str, address: str = "/") -> tuple[Client, str]:
    client = Client()
    page = client.get(address, headers={"Accept-Language": accepted})
    found = re.search(r'<html lang="([^"]*)"', page.text)
    return client, found[1] if found else ""


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.5,ja;q=0.9", "ja"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "en"),
        ("fr,de;q=0.5", "ja"),
        ("*", "ja"),
        ("ja-x-kids", "ja"),
        ("x" * 5000, "ja"),
    ],
)
def test_a_first_visit_is_in_the_language_that_the_browser_asks_for(accepted: str, language: str) -> None:
    client, shown = first_visit(accepted)
    assert shown == language
    assert (COOKIE in client.cookies) == (language == "en")


def test_it_is_asked_once_and_never_over_a_choice() -> None:
    client, _shown = first_visit("en")
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "ja"}).text
    client.post("/language/", {"language": "ja", "next": "/"}, headers={"Accept-Language": "en"})
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert '<html lang="ja"' in answer.text
    assert "Accept-Language" not in answer.headers["Vary"]


def test_the_choice_itself_is_not_overwritten_by_what_the_browser_asks_for() -> None:
    client = Client()
    answer = client.post("/language/", {"language": "ja", "next": "/"}, headers={"Accept-Language": "en"})
    assert answer.cookies[COOKIE].value == "ja"
    assert answer.cookies[COOKIE]["max-age"] == 365 * 24 * 3600


def test_caches_keep_first_visits_apart() -> None:
    assert "Accept-Language" in Client().get("/").headers["Vary"]
    client, _shown = first_visit("en", "/robots.txt")
    assert COOKIE not in client.cookies


@pytest.mark.parametrize(
    ("language", "words"), [("ja-x-easy", "はじめのページ"), ("ja-x-kids", "みんなに聞きたいこと")]
)
def test_other_japanese_is_japanese_at_the_same_address(language: str, words: str) -> None:
    client = Client()
    answer = client.post("/language/", {"language": language, "next": "/"})
    assert answer.url == "/"
    page = client.get("/")
    assert words in re.sub(r"<rt>.*?</rt>|<[^>]*>", "", page.text)
    assert '<html lang="ja"' in page.text
    assert page.headers["Content-Language"] == "ja"
    assert re.search(f'value="{language}"[^>]*aria-current="true"', page.text)
    assert 'href="/consultations/"' in page.text


@pytest.mark.parametrize("language", ["ja", "ja-x-kids", "en"])
def test_each_language_is_offered_by_its_own_name(language: str) -> None:
    client = Client()
    client.cookies[COOKIE], client.cookies["furigana"] = language, "0"
    switch = client.get("/").text.rpartition('id="reading"')[2]
    offered = re.findall(r'name="language" value="[^"]*"[^>]*>([^<]*)<', switch)
    assert offered == ["日本語", "やさしい日本語", "こども", "English"]


def test_words_for_children_come_with_readings_unless_they_were_switched_off() -> None:
    client = Client()
    client.post("/language/", {"language": "ja-x-kids"})
    assert "<rt>" in client.get("/").text
    client.post("/language/", {"furigana": "0"})
    assert "<rt>" not in client.get("/").text
    client.post("/language/", {"language": "ja-x-easy"})
    assert "<rt>" not in client.get("/").text


def test_the_admin_site_stays_in_plain_japanese(sign_in: Callable[..., Client]) -> None:
    client = sign_in(make_secretariat())
    client.cookies[COOKIE] = "ja-x-kids"
    page = client.get("/admin/")
    assert page.status_code == 200
    assert "ログアウト" in page.text
    assert "<rt>" not in page.text


def test_a_shared_terminal_forgets_the_choice_with_the_browser() -> None:
    client = Client()
    client.post("/guest/", {"code": "C26-0001", "passphrase": "x", "shared_terminal": "1"})
    answer = client.post("/language/", {"language": "ja-x-easy", "furigana": "1"})
    assert (answer.cookies[COOKIE]["max-age"], answer.cookies["furigana"]["max-age"]) == ("", "")
