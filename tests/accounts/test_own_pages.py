"""The pages about one's own sign-in: every one opens, in Japanese, and asks again before it changes something."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from apps.accounts import second_factor
from apps.accounts.models import User
from tests.accounts.factories import UserFactory, make_staff
from tests.accounts.test_sign_in import CODE, ask, code

pytestmark = pytest.mark.django_db(transaction=True)
ENGLISH = ("Two-Factor", "Authenticator App", "Security Key", "Sign In", "Recovery Codes", "Email Address")


@pytest.fixture
def browser(client: Client) -> Client:
    """A resident who has just come in."""
    ask(client, "taro@example.com")
    client.post(CODE, {"code": code()})
    return client


@pytest.mark.parametrize(
    "path", ["2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "2fa/webauthn/", "email/", "3rdparty/", "logout/"]
)
def test_a_resident_opens_every_page(browser: Client, path: str) -> None:
    page = browser.get(f"/accounts/{path}")
    assert page.status_code == 200
    assert not [word for word in ENGLISH if word in page.content.decode()]


def test_staff_open_their_pages(sign_in: Any) -> None:
    browser = sign_in(make_staff())
    browser.post("/accounts/2fa/recovery-codes/generate/")
    for path in ("recovery-codes/", "recovery-codes/generate/", "totp/deactivate/", "reauthenticate/", ""):
        page = browser.get(f"/accounts/2fa/{path}")
        assert page.status_code == 200, path
        assert not [word for word in ENGLISH if word in page.content.decode()], path


def test_an_authenticator_app_is_set_up(browser: Client) -> None:
    browser.get("/accounts/2fa/totp/activate/")
    person = User.objects.get()
    secret = browser.session["mfa.totp.secret"]
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": second_factor.code_now(secret)})
    assert answer.url == "/accounts/2fa/recovery-codes/"
    assert browser.get(answer.url).status_code == 200
    assert Authenticator.objects.filter(user=person, type="totp").exists()
    assert "認証アプリを設定しました" in mail.outbox[-1].subject


def test_a_session_that_is_not_fresh_confirms_by_code(sign_in: Any) -> None:
    browser = sign_in(UserFactory(email="taro@example.com"))
    asked = browser.get("/accounts/2fa/totp/activate/")
    assert asked.url == "/accounts/reauthenticate/?next=/accounts/2fa/totp/activate/"
    assert browser.get(asked.url).status_code == 200
    browser.post(asked.url, {"action": "resend"})
    assert browser.post(asked.url, {"code": "0"}).status_code == 422
    assert browser.post(asked.url, {"code": code()}).url == "/accounts/2fa/totp/activate/"
    assert browser.get("/accounts/2fa/totp/activate/").status_code == 200


def test_the_address_changes_after_its_code_and_both_are_told(browser: Client) -> None:
    sent = browser.post("/accounts/email/", {"email": "ＮＥＷ@example.com", "action_add": "1"})
    assert sent.url == "/accounts/confirm-email/"
    assert mail.outbox[-1].to == ["new@example.com"]
    assert User.objects.get().email == "taro@example.com"
    assert browser.get(sent.url).status_code == 200
    browser.post(sent.url, {"code": code()})
    assert User.objects.get().email_normalised == "new@example.com"
    assert mail.outbox[-1].to == ["taro@example.com"]
    assert "変更しました" in mail.outbox[-1].subject


def test_somebody_elses_address_cannot_be_taken(browser: Client) -> None:
    UserFactory(email="other@example.com")
    sent = browser.post("/accounts/email/", {"email": "other@example.com", "action_add": "1"})
    assert mail.outbox[-1].to == ["other@example.com"]
    assert "このメールアドレスには変更できません" in browser.post(sent.url, {"code": code()}).content.decode()
    assert User.objects.filter(email_normalised="taro@example.com").exists()


def test_signing_out_takes_a_press_of_the_button(browser: Client) -> None:
    browser.get("/accounts/logout/")
    assert "_auth_user_id" in browser.session
    browser.post("/accounts/logout/")
    assert "_auth_user_id" not in browser.session
