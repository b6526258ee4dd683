"""The contact form: mailed to the city once, answered by mail where somebody asks for it, kept nowhere."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from apps.operations.models import Contact, Outbox
from apps.operations.tasks import deliver_mail
from apps.portal.actions import inquiries as actions
from tests.accounts.factories import UserFactory
from tests.safety.dump import everything

pytestmark = pytest.mark.django_db
FORM, CITY = "/contact/form/", "sanka@city.example.jp"
WORDS, OWN = "投票所の場所を知りたいです", "mina@example.jp"


@pytest.fixture(autouse=True)
def contact() -> None:
    Contact.objects.update(email=CITY, telephone="042-481-0000", hours="平日のみ")


def typed(client: Client, clock: Any, **other: Any) -> dict[str, Any]:
    """The form as a person fills it, ten seconds after it was shown."""
    opened = client.get(FORM).context["form"].initial["opened"]
    clock.shift(timedelta(seconds=10))
    return {"words": WORDS, "about": "", "email": "", "opened": opened, "submit_key": str(uuid.uuid4())} | other


def test_it_reaches_the_city_with_its_number_and_where_to_reply(frozen_clock: Any) -> None:
    client = Client()
    answer = client.post(FORM, typed(client, frozen_clock, about="C26-0001", email=OWN))
    receipt = client.get(answer.headers["Location"]).text
    assert answer.headers["Location"].startswith("/contact/form/done/?receipt=")
    number = re.search(r"<dd>([0-9A-F]{8})</dd>", receipt)
    assert number
    deliver_mail()
    letter = mail.outbox[0]
    assert (letter.to, letter.extra_headers["Reply-To"]) == ([CITY], OWN)
    assert number[1] in letter.subject
    for said in (WORDS, "C26-0001", OWN, f"受付番号：{number[1]}"):
        assert said in letter.body
    assert "送信専用" not in letter.body


def test_nothing_of_it_is_kept_once_it_has_left(frozen_clock: Any) -> None:
    client = Client()
    client.post(FORM, typed(client, frozen_clock, email=OWN))
    assert any(WORDS in text for text in everything().values())
    deliver_mail()
    mail.outbox.clear()
    assert {place for place, text in everything().items() if WORDS in text or OWN in text} == set()
    assert Outbox.objects.get().key.startswith("inquiry:")


def test_pressed_twice_it_is_one_mail_with_one_number(frozen_clock: Any) -> None:
    client = Client()
    data = typed(client, frozen_clock)
    first, again = (client.post(FORM, data).headers["Location"] for _time in range(2))
    assert (first, Outbox.objects.count()) == (again, 1)
    deliver_mail()
    assert client.post(FORM, data).headers["Location"] == first
    client.post(FORM, data | {"words": "ほかのこと"})
    assert Outbox.objects.count() == 2


def test_a_reply_is_asked_for_not_assumed(frozen_clock: Any, sign_in: Any) -> None:
    client = Client()
    client.post(FORM, typed(client, frozen_clock))
    deliver_mail()
    assert "Reply-To" not in mail.outbox[0].extra_headers
    assert "返信は要りません" in mail.outbox[0].body
    person = UserFactory()
    assert f'value="{person.email}"' in sign_in(person).get(FORM).text


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"leave_empty": "http://spam"}, "空にしました"),
        ({"opened": ""}, "画面を開いてから時間がたちました"),
        ({"words": ""}, "お問い合わせの内容を書いてください"),
        ({"words": "あ" * 2001}, "1文字多く"),
        ({"email": "mina"}, "メールアドレス"),
        ({"email": "a@example.jp\nBcc: b@example.jp"}, "メールアドレス"),
    ],
)
def test_what_a_machine_or_a_slip_sends_comes_back_filled(
    frozen_clock: Any, other: dict[str, Any], sentence: str
) -> None:
    client = Client()
    answer = client.post(FORM, typed(client, frozen_clock, **({"words": "消えない文"} | other)))
    assert (answer.status_code, sentence in answer.text, Outbox.objects.count()) == (422, True, 0)
    assert other.get("words", "消えない文") in answer.text


def test_too_fast_and_too_many(frozen_clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    data = typed(client, frozen_clock)
    frozen_clock.shift(timedelta(seconds=-8))
    assert "早すぎました" in client.post(FORM, data).text
    for number in range(5):
        assert client.post(FORM, typed(client, frozen_clock, words=f"{number}つ目")).status_code == 302
    refused = client.post(FORM, typed(client, frozen_clock, words="六つ目"))
    assert (refused.status_code, "お電話ください" in refused.text, "六つ目" in refused.text) == (422, True, True)
    elsewhere = Client(REMOTE_ADDR="198.51.100.1")
    assert elsewhere.post(FORM, typed(elsewhere, frozen_clock)).status_code == 302
    cache.clear()  # an hour by Valkey's own clock
    monkeypatch.setattr(actions, "INQUIRIES_A_DAY", 1)
    assert client.post(FORM, typed(client, frozen_clock, words="七つ目")).status_code == 302
    assert elsewhere.post(FORM, typed(elsewhere, frozen_clock, words="八つ目")).status_code == 422


def test_the_contact_page_has_department_telephone_hours_and_the_form() -> None:
    call_command("loaddata", "site_pages", verbosity=0)
    page = Client().get("/contact/").text
    for said in ("企画経営課", "042-481-0000", "平日のみ", f'href="{FORM}"'):
        assert said in page
    before = Client().get(FORM).text
    for said in ("メールで届きます", "このサイトに残りません", "数日かかることがあります"):
        assert said in before


def test_without_an_address_there_is_no_form_and_the_page_says_how_else(frozen_clock: Any) -> None:
    call_command("loaddata", "site_pages", verbosity=0)
    client = Client()
    data = typed(client, frozen_clock)
    Contact.objects.update(email="")
    assert f'href="{FORM}"' not in client.get("/contact/").text
    page = client.post(FORM, data).text
    assert ("受け付けていません" in page, "042-481-0000" in page, "<textarea" in page) == (True, True, False)
    assert not Outbox.objects.exists()


def test_nobody_makes_a_receipt_of_their_own() -> None:
    page = (
        Client().get("/contact/form/done/?receipt=AAAA0000:forged").text.partition("<main")[2].partition("</main>")[0]
    )
    assert ("AAAA0000" in page, "受付番号" in page) == (False, False)
