"""The one door: an address, a code by mail, and nobody learns who is known here."""

import re
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.operations.models import Outbox
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
DOOR, CODE = "/accounts/login/", "/accounts/login/code/confirm/"


def ask(client: Client, address: str, **more: str) -> Any:
    """Type an address at the door."""
    return client.post(DOOR, {"email": address, **more})


def code() -> str:
    """The code of the newest mail."""
    return re.search(r"確認コード：(\d{6})", mail.outbox[-1].body)[1]


def wrong() -> str:
    """Six digits that are not the code."""
    return f"{(int(code()) + 1) % 1_000_000:06}"


def without_varying(response: Any) -> str:
    """A page without what differs on every showing: CSRF tokens, and the address that was typed."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return re.sub(r"[\w.]+@example\.com", "ADDRESS", html)


def test_a_newcomer_and_a_known_person_get_the_same_answers() -> None:
    UserFactory(email="known@example.com")
    seen = []
    for address in ("known@example.com", "unknown@example.com"):
        client = Client()
        answer = ask(client, address)
        page = client.get(answer.url)
        message = mail.outbox[-1]
        seen.append((answer.status_code, answer.url, page.status_code, without_varying(page)))
        assert message.to == [address]
        assert code() in message.body
        assert code() not in message.subject  # staff read the subjects of the outbox
    assert seen[0] == seen[1]
    assert "確認コードを送りました" in seen[0][3]
    assert mail.outbox[0].body.replace(re.findall(r"\d{6}", mail.outbox[0].body)[0], "") == mail.outbox[1].body.replace(
        re.findall(r"\d{6}", mail.outbox[1].body)[0], ""
    )


@pytest.mark.usefixtures("without_page_cache")
def test_known_and_unknown_cost_the_same_queries() -> None:
    UserFactory(email="known@example.com")
    counted = []
    for address in ("warm-up@example.com", "known@example.com", "unknown@example.com"):
        with CaptureQueriesContext(connection) as queries:
            ask(Client(), address)
        counted.append(len(queries))
    assert counted[1] == counted[2]


def test_the_code_signs_in_and_only_then_makes_the_person(client: Client) -> None:
    ask(client, "new@example.com")
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()
    answer = client.post(CODE, {"code": code()})
    person = User.objects.get()
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    assert EmailAddress.objects.get(user=person).verified
    assert str(person) == "匿名"
    assert not person.has_usable_password()


def test_a_code_typed_in_full_width_with_blanks_is_the_same_code(client: Client) -> None:
    ask(client, "new@example.com")
    typed = "　".join(chr(ord(digit) + 0xFEE0) for digit in code())
    assert client.post(CODE, {"code": typed}).status_code == 302
    assert "_auth_user_id" in client.session


def test_the_mail_leaves_no_code_behind(client: Client) -> None:
    ask(client, "new@example.com")
    row = Outbox.objects.get()
    assert row.sent_at
    assert (row.to, row.body) == ("", "")


def test_three_wrong_codes_and_one_begins_again(client: Client) -> None:
    ask(client, "new@example.com")
    first, bad = code(), wrong()
    answer = client.post(CODE, {"code": bad})
    assert answer.status_code == 422
    assert "あと2回" in answer.content.decode()
    assert "あと1回" in client.post(CODE, {"code": bad}).content.decode()
    assert client.post(CODE, {"code": bad}).url == DOOR
    page = client.get(DOOR).content.decode()
    assert "新しいコードを受け取ってください" in page
    assert 'value="new@example.com"' in page
    assert client.post(CODE, {"code": first}).url == DOOR
    assert not User.objects.exists()


def test_after_fifteen_minutes_one_begins_again_with_the_address_kept(client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(client, "new@example.com")
        clock.shift(15 * 60 + 1)
        assert client.post(CODE, {"code": code()}).url == DOOR
        page = client.get(DOOR).content.decode()
    assert "有効期限" in page
    assert 'value="new@example.com"' in page
    assert not User.objects.exists()


def test_a_new_code_voids_the_one_before(client: Client) -> None:
    ask(client, "new@example.com")
    first = code()
    assert client.post(CODE, {"action": "resend"}).url == CODE
    assert len(mail.outbox) == 2
    if first != code():
        assert client.post(CODE, {"code": first}).status_code == 422
    assert client.post(CODE, {"code": code()}).status_code == 302


def test_too_many_codes_for_one_address_are_refused_from_any_browser() -> None:
    for _number in range(3):
        assert ask(Client(), "new@example.com").status_code == 302
    answer = Client(REMOTE_ADDR="203.0.113.9").post(DOOR, {"email": "new@example.com"})
    assert answer.status_code == 429
    assert "しばらく待って" in answer.content.decode()
    assert len(mail.outbox) == 3


def test_after_sign_in_one_is_back_where_one_came_from(client: Client) -> None:
    sent = ask(client, "new@example.com", next="/consultations/?q=1")
    assert sent.url == f"{CODE}?next=%2Fconsultations%2F%3Fq%3D1"
    page = client.get(sent.url).content.decode()
    assert 'name="next" value="/consultations/?q=1"' in page
    assert client.post(CODE, {"code": code(), "next": "/consultations/?q=1"}).url == "/consultations/?q=1"


def test_nobody_is_led_to_another_site(client: Client) -> None:
    ask(client, "new@example.com", next="https://evil.example/")
    assert client.post(CODE, {"code": code(), "next": "https://evil.example/"}).url == "/"


@pytest.mark.parametrize(
    "typed",
    [
        "ＴＡＲＯ@example.com", "Taro@Example.com", " taro@example.com ", "taro@example.com。", "taro@example.com\u200b",
        "ta\u00adro@exam\u00adple.com", "taro＠ｅｘａｍｐｌｅ。ｃｏｍ", "taro@example.com.", "mailto:taro@example.com",
        '"taro"@example.com', "\ufefftaro@example.com\ufe0f",
    ],
)  # fmt: skip
def test_look_alike_addresses_are_one_person(client: Client, typed: str) -> None:
    person = UserFactory(email="taro@example.com")
    ask(client, typed)
    assert mail.outbox[-1].to == ["taro@example.com"]
    client.post(CODE, {"code": code()})
    assert client.session["_auth_user_id"] == str(person.pk)
    assert User.objects.count() == 1


def test_a_domain_that_only_looks_alike_is_another_and_gets_its_own_mail(client: Client) -> None:
    UserFactory(email="taro@strasse.example")
    ask(client, "taro@straße.example")
    assert mail.outbox[-1].to == ["taro@xn--strae-oqa.example"]
    ask(client, "taro@ｓｔｒａｓｓｅ.example")
    assert mail.outbox[-1].to == ["taro@strasse.example"]


@pytest.mark.parametrize("typed", ["a..b@docomo.ne.jp", "a.@ezweb.ne.jp"])
def test_addresses_that_telephone_companies_gave_out_get_in(client: Client, typed: str, settings: Any) -> None:
    settings.EMAIL_BACKEND = "apps.core.mail.ReadableFileBackend"
    assert ask(client, typed).status_code == 302
    assert Outbox.objects.filter(sent_at=None).count() == 0


def test_a_code_pasted_with_its_words_is_the_code_and_what_is_none_costs_no_try(client: Client) -> None:
    ask(client, "new@example.com")
    for typed in ("", "abc", "12345", "確認コード", f"{code()} {code()}"):
        answer = client.post(CODE, {"code": typed})
        assert (answer.status_code, "あと" in answer.text) == (422, False), typed
    assert client.post(CODE, {"code": f"確認コード：{code()}"}).status_code == 302


def test_a_new_address_is_asked_for_a_few_times_an_hour(client: Client) -> None:
    ask(client, "taro@example.com")
    client.post(CODE, {"code": code()})
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(10):
            sent = client.post("/accounts/email/", {"email": f"new{number}@example.com", "action_add": "1"})
            assert sent.url == "/accounts/confirm-email/", number
            clock.shift(31)
        assert client.post("/accounts/email/", {"email": "more@example.com", "action_add": "1"}).status_code == 429


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "taro",
        "taro@",
        "a\x00b@example.com",
        "x" * 250 + "@example.com",
        "taro@example.com\u202c",
        "taro\u202e@example.com",
        "taro@xn--a.jp",
        "taro@-.jp",
        "@example.com",
        "taro@例え",
    ],
)
def test_what_is_no_address_gets_a_sentence_and_comes_back(client: Client, typed: str) -> None:
    answer = ask(client, typed)
    assert answer.status_code == 422
    assert "エラー：" in answer.content.decode()
    assert not mail.outbox


def test_a_program_that_fills_in_everything_gets_no_mail(client: Client) -> None:
    answer = ask(client, "new@example.com", leave_empty="https://spam.example/")
    assert answer.status_code == 422
    assert not mail.outbox
    assert "spam.example" not in answer.text  # empty again: pressing once more is enough
    assert ask(client, "new@example.com", leave_empty="").status_code == 302


def test_a_mail_server_that_is_down_is_no_error_for_the_person(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert ask(client, "new@example.com").status_code == 302
    assert Outbox.objects.due().count() == 0
    assert Outbox.objects.filter(sent_at=None, tries=1).count() == 1


def test_somebody_who_was_shut_out_stays_out(client: Client) -> None:
    UserFactory(email="out@example.com", is_active=False)
    ask(client, "out@example.com")
    assert client.post(CODE, {"code": code()}).url == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_other_doors_lead_to_the_one(client: Client) -> None:
    for path in ("signup/", "login/code/", "password/reset/", "password/change/", "password/set/", "3rdparty/signup/"):
        answer = client.get(f"/accounts/{path}?next=/me/")
        assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/me/"), path


def test_no_part_of_the_address_is_ever_shown_as_a_name(client: Client) -> None:
    ask(client, "suzuki.hanako@example.com")
    client.post(CODE, {"code": code()})
    assert "suzuki" not in client.get("/").content.decode()
