"""The installed portal: its manifest and icons, and which pages a browser may keep for a moment without internet."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from PIL import Image

from apps.core.offline import HEADER
from tests.accounts.factories import UserFactory
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.house.test_access import EVERYONE, GETS

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def wish(client: Client, path: str, **options: Any) -> str | None:
    return client.get(path, **options).headers.get(HEADER)


@pytest.fixture
def pages() -> list[str]:
    call_command("loaddata", "site_pages", verbosity=0)
    voice = ProposalFactory(consultation=ConsultationFactory(slug="parks", allows_guests=True))
    return ["/", "/terms/", "/consultations/", "/consultations/parks/", voice.get_absolute_url()]


def test_the_manifest_names_icons_that_are_there(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    described = json.loads(answer.content)
    assert (described["name"], described["start_url"], described["display"]) == (
        "調布市 市民参加ポータル", "/", "standalone",
    )  # fmt: skip
    assert {icon["purpose"] for icon in described["icons"]} == {"any", "maskable"}
    for name in ("app-192.png", "app-512.png", "app-maskable-512.png"):
        size = int(name.rsplit("-", 1)[1].removesuffix(".png"))
        with Image.open(finders.find(f"img/{name}")) as icon:
            assert icon.size == (size, size)
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get("/consultations/").text


def test_the_worker_stands_at_the_top(client: Client) -> None:
    answer = client.get("/service-worker.js")
    assert answer.status_code == 200
    assert "javascript" in answer.headers["Content-Type"]
    assert b"Offline-Copy" in BytesIO(b"".join(answer.streaming_content)).getvalue()
    assert "worker-src 'self'" in client.get("/offline/").headers["Content-Security-Policy"]


def test_a_visitors_public_pages_may_be_kept(client: Client, pages: list[str]) -> None:
    assert {path: wish(client, path) for path in pages} == dict.fromkeys(pages, "keep")
    for path in ("/search/", "/accounts/login/", "/guest/", "/consultations/parks/propose/guest/", "/offline/", "/no/"):
        assert wish(client, path) is None, path
    assert wish(client, "/consultations/parks/", query_params={"q": "木陰"}) is None


def test_whoever_is_signed_in_keeps_nothing(pages: list[str], sign_in: SignIn) -> None:
    client = sign_in(UserFactory())
    assert {wish(client, path) for path in pages} == {"drop"}
    assert client.post("/accounts/logout/", follow=True).headers[HEADER] == "drop"
    assert wish(client, "/terms/") == "keep"


def test_a_shared_terminal_keeps_nothing(client: Client, pages: list[str]) -> None:
    client.post("/guest/", {"code": "C26-0001", "passphrase": "x", "shared_terminal": "1"})
    assert {wish(client, path) for path in pages} == {"drop"}


def test_a_page_that_shows_a_guests_own_things_is_not_kept(client: Client, pages: list[str]) -> None:
    *_others, voice = pages
    assert client.post(f"{voice}like/", {"wanted": "1", "page_key": "x"}).status_code == 302
    assert wish(client, voice) is None
    assert wish(client, "/terms/") is None


def test_only_pages_that_everybody_may_read_are_named() -> None:
    shown_with_more = {name for name in settings.OFFLINE_PAGES if GETS.get(name) not in {EVERYONE, (404, 404)}}
    assert shown_with_more == set()


def test_the_page_without_internet_says_what_is_left(client: Client) -> None:
    page = client.get("/offline/").text
    for words in ("インターネットにつながっていません", "最近読んだページ", "書きかけの文章は、消えていません"):
        assert words in page
    assert 'content="noindex"' in page
