"""共用の端末: nothing is kept, the session is short, and one press ends all, for people with and without account."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from apps.consultations.models import GuestLike
from tests.accounts.test_sign_in import CODE, ask
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db
OUT = "/accounts/logout/"
SHARED = {"shared_terminal": "1"}


@pytest.fixture
def voice() -> Any:
    return ProposalFactory(consultation=ConsultationFactory(slug="open", allows_guests=True))


def come_in(client: Client, **more: str) -> None:
    ask(client, "taro@example.com", **more)
    client.post(CODE, {"code": re.search(r"'code': '(\d{6})'", str(dict(client.session)))[1]})
    assert "_auth_user_id" in client.session


def like(client: Client, voice: Any, wanted: str = "1") -> Any:
    return client.post(f"{voice.get_absolute_url()}like/", {"wanted": wanted, "page_key": "of this page"})


def test_the_choice_stands_at_the_door_and_in_every_form_of_visitors(client: Client, voice: Any) -> None:
    for page in ("/accounts/login/", "/consultations/open/propose/guest/", "/takedown/", "/guest/"):
        assert 'name="shared_terminal"' in client.get(page).text, page
        assert "共用の端末です" in client.get(page).text, page


def test_the_session_of_a_shared_terminal_ends_with_the_browser_and_without_a_press(client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        come_in(client, **SHARED)
        assert client.cookies["session"]["max-age"] == ""
        for _minute in range(3):
            clock.shift(timedelta(minutes=14))
            assert client.get("/me/").status_code == 200
        clock.shift(timedelta(seconds=settings.SHARED_IDLE_AGE + 1))
        assert client.get("/me/").url == "/accounts/finished/"
        assert "_auth_user_id" not in client.session
    come_in(client)
    assert client.cookies["session"]["max-age"] == settings.SESSION_COOKIE_AGE


def test_no_page_of_a_shared_terminal_is_kept(client: Client, voice: Any) -> None:
    client.post("/guest/", {"code": "C26-0001", "passphrase": "x", **SHARED})
    page = client.post("/consultations/open/propose/guest/", {"body": "途中の文"})
    assert page.status_code == 422
    assert "no-store" in page.headers["Cache-Control"]
    assert "data-shared" in page.text
    assert "no-store" in client.get("/vision/").headers["Cache-Control"]


def test_a_guest_of_a_shared_terminal_gets_no_number_and_leaves_no_like_to_the_next(client: Client, voice: Any) -> None:
    client.get("/guest/")
    client.post("/guest/", {"code": "C26-0001", "passphrase": "x", **SHARED})
    like(client, voice)
    like(client, voice)
    assert settings.GUEST_COOKIE_NAME not in client.cookies
    assert GuestLike.objects.count() == 1
    del client.cookies["session"]  # the browser was closed; the cookie that guards forms stays for a year
    like(client, voice, wanted="0")
    assert GuestLike.objects.count() == 1


@pytest.mark.parametrize("shared", [True, False])
def test_one_press_ends_all_of_a_guest(client: Client, voice: Any, shared: bool) -> None:
    client.get("/guest/")
    if shared:
        client.post("/guest/", {"code": "C26-0001", "passphrase": "x", **SHARED})
    like(client, voice)
    page = client.get("/consultations/")
    assert f'action="{OUT}"' in page.text
    answer = client.post(OUT)
    assert answer.url == "/accounts/finished/"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    left = {name for name, cookie in client.cookies.items() if cookie.value}
    assert not left & {"session", "guest", "csrf"}
    assert 'data-draft-clear="*"' in client.get(answer.url).text
    client.get("/guest/")
    like(client, voice, wanted="0")
    assert GuestLike.objects.count() == 1


def test_who_left_no_trace_is_offered_no_end(client: Client) -> None:
    assert OUT not in client.get("/consultations/").text


def test_signing_out_is_one_press_on_a_shared_terminal_and_drops_drafts_everywhere(client: Client) -> None:
    come_in(client, **SHARED)
    assert f'<form class="end-use" method="post" action="{OUT}">' in client.get("/consultations/").text
    client.post(OUT)
    assert 'data-draft-clear="*"' in client.get("/accounts/finished/").text
    assert "_auth_user_id" not in client.session


def test_what_a_passphrase_opened_is_closed_by_one_press(client: Client, voice: Any) -> None:
    session = client.session
    session["guest_keys"] = {"1": timezone.now().timestamp()}
    session.save()
    client.post(OUT)
    assert "guest_keys" not in client.session


def test_the_choice_ends_with_the_use(client: Client) -> None:
    ask(client, "taro@example.com", **SHARED)
    client.post(OUT)

    assert "data-shared" not in client.get("/accounts/login/").text
