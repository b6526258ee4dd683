"""LINE and Google: their buttons appear only when set up, and Google not where Google refuses to work."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
KEYS = [{"client_id": "id", "secret": "secret"}]


@pytest.fixture
def both_doors(settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {
        name: {**provider, "APPS": KEYS} for name, provider in settings.SOCIALACCOUNT_PROVIDERS.items()
    }


def test_nothing_is_offered_that_is_not_set_up() -> None:
    page = Client().get("/accounts/login/").text
    assert "/accounts/google/login/" not in page
    assert "/accounts/line/login/" not in page


@pytest.mark.parametrize("page", ["login/", "login/callback/", "login/token/"])
@pytest.mark.parametrize("name", ["google", "line"])
def test_what_is_not_set_up_is_not_there(name: str, page: str) -> None:
    for ask in (Client().get, Client().post):
        assert ask(f"/accounts/{name}/{page}").status_code in {302, 404}


def test_what_is_set_up_is_offered_as_a_form(both_doors: None) -> None:
    page = Client().get("/accounts/login/").text
    assert 'action="/accounts/google/login/' in page
    assert 'action="/accounts/line/login/' in page


def test_google_is_not_offered_inside_line(both_doors: None) -> None:
    page = Client().get("/accounts/login/", headers={"User-Agent": "Mozilla/5.0 (iPhone) Line/14.1.0"}).text
    assert "/accounts/google/login/" not in page
    assert 'action="/accounts/line/login/' in page


@pytest.mark.parametrize(
    ("name", "origin"), [("google", "https://accounts.google.com/"), ("line", "https://access.line.me/")]
)
def test_pressing_leads_to_the_provider(both_doors: None, name: str, origin: str) -> None:
    answer = Client().post(f"/accounts/{name}/login/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(origin)
