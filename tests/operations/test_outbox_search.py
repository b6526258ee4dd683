"""送信メール: staff find a mail by the address that somebody tells them, and learn no address from the list."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.operations.models import Outbox
from tests.accounts.factories import make_moderator, make_secretariat
from tests.operations.factories import OutboxFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
LIST = "/admin/operations/outbox/"


def found(browser: Client, query: str) -> list[str]:
    answer = browser.get(LIST, {"q": query})
    assert answer.status_code == 200
    return sorted(mail.subject for mail in answer.context["cl"].result_list)


def test_a_mail_is_found_by_the_whole_address_before_and_after_it_left(sign_in: SignIn) -> None:
    sent = OutboxFactory(to="Sato.Hanako@example.jp", subject="確認コード")
    OutboxFactory(to="tanaka@example.jp", subject="回答の担当")
    browser = sign_in(make_secretariat())
    assert found(browser, "sato.hanako@example.jp") == ["確認コード"]
    assert Outbox.deliver_one(sent.pk)
    assert Outbox.objects.get(pk=sent.pk).to == ""
    assert found(browser, " SATO.hanako@EXAMPLE.jp ") == ["確認コード"]
    assert found(browser, "nobody@example.jp") == []
    assert found(browser, "example.jp") == ["回答の担当", "確認コード"]
    assert found(browser, "担当") == ["回答の担当"]


def test_the_list_shows_a_letter_and_the_domain_only(sign_in: SignIn) -> None:
    OutboxFactory(to="sato.hanako@example.jp")
    browser = sign_in(make_secretariat())
    page = browser.get(LIST).text
    assert "s…@example.jp" in page
    assert "hanako" not in page
    assert found(browser, "hanako") == [], "not letter by letter"
    assert sign_in(make_moderator()).get(LIST).status_code == 403


def test_nothing_of_the_recipient_is_left_of_a_mail_given_up_long_ago(frozen_clock: Any) -> None:
    mail = OutboxFactory(to="sato@example.jp", dead=True)
    frozen_clock.shift(60 * 60 * 24 * 31)
    assert Outbox.objects.forget_dead() == 1
    mail.refresh_from_db()
    assert (mail.to, mail.to_masked) == ("", "")


def test_an_odd_search_is_only_a_search(sign_in: SignIn) -> None:
    OutboxFactory()
    browser = sign_in(make_secretariat())
    for query in ("@", "@example.com", "a@", "　", "%", "_", "…@"):
        found(browser, query)
