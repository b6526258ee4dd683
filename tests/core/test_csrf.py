"""A form is taken from this very site only: by what the browser says of it, or by its token."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.accounts.factories import UserFactory
from tests.consultations.factories import ProposalFactory

pytestmark = pytest.mark.django_db
HERE = "http://testserver"


def like(client: Client, **headers: str) -> int:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"/proposals/{ProposalFactory().code}/like/"
    return client.post(url, {"wanted": "1", "page_key": "x"}, headers=sent).status_code


@pytest.mark.parametrize(
    "headers",
    [{"sec_fetch_site": "same-origin"}, {"origin": HERE}, {"sec_fetch_site": "same-origin", "origin": HERE}],
)
def test_a_visitors_form_from_here_needs_no_token(headers: dict[str, str]) -> None:
    assert like(Client(enforce_csrf_checks=True), **headers) == 302


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site", "origin": "http://sub.testserver"},
        {"sec_fetch_site": "none"},
        {"origin": "null"},
        {"origin": "https://testserver"},
        {"origin": "http://testserver:81"},
        {"origin": "http://testserver.example.com"},
        {"sec_fetch_site": "cross-site", "origin": HERE},
        {"sec_fetch_site": "same-origin", "origin": "http://evil.example.com"},
        {"referer": "http://evil.example.com/"},
    ],
)
def test_from_elsewhere_or_from_nobody_knows_where_it_is_refused(headers: dict[str, str]) -> None:
    assert like(Client(enforce_csrf_checks=True), **headers) == 403


def test_whoever_has_a_session_needs_the_token_besides(sign_in: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(sign_in(UserFactory()).cookies)
    assert like(client, sec_fetch_site="same-origin", origin=HERE) == 403
    page = client.get("/terms/")
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    url = f"/proposals/{ProposalFactory().code}/like/"
    assert client.post(url, {"wanted": "1", "csrfmiddlewaretoken": token}).status_code == 302


def test_a_form_that_comes_back_to_a_visitor_sets_no_cookie_and_varies_with_none() -> None:
    answer = Client().post("/takedown/", {}, headers={"sec-fetch-site": "same-origin"})
    assert (answer.status_code, answer.cookies) == (422, {})
    assert "Cookie" not in answer.headers["Vary"]
    assert set(answer.headers["Cache-Control"].split(", ")) == {"private", "max-age=0"}


def test_a_page_with_which_a_session_begins_holds_the_token_for_the_next_form() -> None:
    client = Client(enforce_csrf_checks=True)
    shared = {"code": "C26-0001", "passphrase": "x", "shared_terminal": "1"}
    page = client.post("/guest/", shared, headers={"sec-fetch-site": "same-origin"})
    assert settings.SESSION_COOKIE_NAME in client.cookies
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert client.post("/guest/", {**shared, "csrfmiddlewaretoken": token}).status_code != 403


def test_a_browser_that_says_nothing_gets_the_token_with_the_refusal_and_is_taken_then() -> None:
    client = Client(enforce_csrf_checks=True)
    refused = client.post("/guest/", {"code": "C26-0001", "passphrase": "x"})
    assert refused.status_code == 403
    assert settings.CSRF_COOKIE_NAME in client.cookies
    token = refused.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert (
        client.post("/guest/", {"code": "C26-0001", "passphrase": "x", "csrfmiddlewaretoken": token}).status_code != 403
    )
