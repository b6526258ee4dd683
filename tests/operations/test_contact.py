"""お問い合わせ先: entered once by the secretariat, shown on the contact page and signed under every mail."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from apps.operations.models import AuditEntry, Contact, Outbox
from apps.operations.tasks import deliver_mail
from tests.accounts.factories import make_secretariat, make_staff

pytestmark = pytest.mark.django_db

SignIn = Callable[[Any], Client]
URL = "/admin/operations/contact/1/change/"
TYPED = {
    "department": "企画経営課", "telephone": "042-481-0000", "extension": "12・34",
    "hours": "平日 午前8時30分から午後5時15分まで", "email": "sanka@city.example.jp", "form_url": "https://city.example.jp/form",
}  # fmt: skip


def signature_of(department: str = "") -> list[str]:
    """Send one mail; return the lines from its signature mark on."""
    Outbox.objects.enqueue(key="k", to="a@example.com", subject="お知らせ", body="本文\n", department=department)
    deliver_mail()
    body = mail.outbox[-1].body
    assert body.count("\n--\n") == 1
    assert body.startswith("本文\n\n--\n")
    return str(body).split("\n--\n")[1].splitlines()


def test_a_mail_says_who_sends_it_and_where_to_ask_and_invents_nothing() -> None:
    assert signature_of() == [
        "調布市 市民参加ポータル",
        "差出人：調布市 企画経営課",
        "お問い合わせ：http://localhost:8000/contact/",
        "このメールは送信専用です。返信いただいても、お答えできません。",
    ]


def test_what_staff_entered_stands_in_every_mail() -> None:
    Contact.objects.update(telephone="042-481-0000", extension="12", hours="平日のみ")
    lines = signature_of("公園課")
    assert lines[1:5] == [
        "差出人：調布市 公園課", "お問い合わせ先：企画経営課", "電話：042-481-0000（内線 12）", "受付時間：平日のみ",
    ]  # fmt: skip


def test_mail_of_the_sign_in_has_the_same_signature_once(client: Client) -> None:
    client.post("/accounts/login/", {"email": "somebody@example.com"})
    deliver_mail()
    body = mail.outbox[-1].body
    assert (body.count("--\n"), body.count("このメールは送信専用です")) == (1, 1)
    assert "差出人：調布市 企画経営課" in body


def test_a_mail_in_english_is_signed_in_english() -> None:
    with translation.override("en"):
        lines = signature_of()
    assert "From: " in "\n".join(lines)
    assert "返信" not in "\n".join(lines)


def test_without_a_row_the_portal_still_signs() -> None:
    Contact.objects.all().delete()
    assert "差出人：調布市 企画経営課" in signature_of()


def test_the_secretariat_enters_the_contact_once_and_the_page_shows_it(sign_in: SignIn, client: Client) -> None:
    call_command("loaddata", "site_pages", verbosity=0)
    empty = client.get("/contact/").text
    assert "お問い合わせ先" in empty
    assert "調布市 企画経営課" in empty
    assert not re.search("tel:|受付時間|mailto:", empty)
    secretariat = make_secretariat()
    assert sign_in(secretariat).post(URL, TYPED).status_code == 302
    page = client.get("/contact/").text
    assert '<a href="tel:042-481-0000">042-481-0000</a>（内線 12・34）' in page
    assert '<a href="mailto:sanka@city.example.jp">' in page
    assert '<a href="https://city.example.jp/form">' in page
    assert TYPED["hours"] in page
    assert page.index("tel:042") < page.index("これは初期案です"), "the card comes before the text"
    assert "tel:042" not in client.get("/terms/").text
    entry = AuditEntry.objects.get(verb="revise_contact")
    assert (entry.actor_id, "telephone" in entry.facts["changed"]) == (secretariat.pk, True)
    assert sign_in(secretariat).get("/admin/operations/contact/add/").status_code == 403
    assert sign_in(secretariat).post("/admin/operations/contact/1/delete/", {"post": "yes"}).status_code == 403


def test_there_is_one_contact_and_staff_of_a_department_do_not_change_it(sign_in: SignIn) -> None:
    assert sign_in(make_staff()).post(URL, TYPED).status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(department="道路課")


@pytest.mark.parametrize(
    "wrong",
    [{"telephone": "でんわ"}, {"telephone": "042-481-0000\nx"}, {"extension": "なし"}, {"form_url": "javascript:x"}],
)
def test_what_cannot_be_dialled_or_opened_is_refused(sign_in: SignIn, wrong: dict[str, str]) -> None:
    answer = sign_in(make_secretariat()).post(URL, {**TYPED, **wrong})
    assert answer.status_code == 422
    assert Contact.objects.current().telephone == ""
