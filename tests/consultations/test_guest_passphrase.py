"""A guest finds the own words again: the way to the passphrase, what is said before, its copy on paper and by mail."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from apps.consultations.models import Consultation, GuestKey, ModerationCase
from apps.operations.models import Outbox
from apps.operations.tasks import deliver_mail
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.consultations.test_guest import address, asked, clock, post
from tests.safety.dump import everything

pytestmark = pytest.mark.django_db
__all__ = ["asked", "clock"]
OWN = "mina@example.jp"


def ask_mail(client: Client, code: str, words: str, **other: str) -> Any:
    return client.post(f"/proposals/{code}/guest/mail/", {"email": OWN, "passphrase": words} | other)


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/contact/", "/terms/"])
def test_the_way_to_the_own_words_stands_where_people_look(path: str) -> None:
    call_command("loaddata", "site_pages", verbosity=0)
    page = Client().get(path).content.decode()
    assert page.count('href="/guest/"') >= (1 if path == "/terms/" else 2), path


def test_number_and_passphrase_are_mailed_once_and_the_address_is_kept_nowhere(clock: Any, asked: Consultation) -> None:
    client = Client()
    code, words = post(client, asked, clock)
    answer = ask_mail(client, code, words)
    page = answer.content.decode()
    assert "番号と合言葉をメールで送りました。" in page
    assert words in page, "the page still shows them"
    assert "メールを送る" not in page
    deliver_mail()
    letter = mail.outbox[0]
    assert letter.to == [OWN]
    assert (code in letter.body, words in letter.body, f"/guest/?code={code}" in letter.body) == (True, True, True)
    assert code not in letter.subject
    again = ask_mail(client, code, words, email="other@example.jp").content.decode()
    assert "すでにメールで送りました" in again
    deliver_mail()
    assert len(mail.outbox) == 1
    mail.outbox.clear()
    kept = {place for place, text in everything().items() if OWN in text or words in text}
    assert kept == set()
    assert Outbox.objects.get().key == f"passphrase:{GuestKey.objects.get().pk}"


def test_nobody_has_mail_sent_without_the_passphrase(clock: Any, asked: Consultation) -> None:
    code, words = post(Client(), asked, clock)
    wrong = ask_mail(Client(), code, "さくら・もみじ・とけい・りす")
    assert wrong.headers["Location"] == f"/guest/?code={code}"
    trapped = ask_mail(Client(), code, words, leave_empty="x")
    assert trapped.status_code == 422
    unreadable = ask_mail(Client(), code, words, email="mina")
    assert (unreadable.status_code, words in unreadable.content.decode()) == (422, True)
    assert not Outbox.objects.exists()


def test_one_mailbox_gets_three_a_day(clock: Any, asked: Consultation) -> None:
    for number in range(4):
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        code, words = post(client, asked, clock, body=f"ベンチを{number}つ")
        answer = ask_mail(client, code, words)
        assert answer.status_code == (422 if number == 3 else 200)
    assert Outbox.objects.count() == 3


def test_a_shared_terminal_offers_paper_only(clock: Any, asked: Consultation) -> None:
    client = Client()
    client.post("/guest/", {"code": "C26-0001", "passphrase": "x", "shared_terminal": "1"})
    clock.shift(timedelta(seconds=5))
    code, words = post(client, asked, clock)
    page = client.post(f"/proposals/{code}/guest/mail/", {"email": OWN, "passphrase": words}).content.decode()
    assert ("data-copy" in page, "メールを送る" in page, "data-print" in page) == (False, False, True)
    assert not Outbox.objects.exists()


def test_before_writing_a_guest_reads_what_will_happen(clock: Any, asked: Consultation) -> None:
    page = Client().get(address(asked)).content.decode()
    assert "すぐに公開されます。" in page
    assert "合言葉" in page
    waiting = ConsultationFactory(slug="waits", allows_guests=True, holds_guests=True)
    page = Client().get(address(waiting)).content.decode()
    assert "市が内容を確認してから公開します。" in page
    assert "以内に確認が終わりました" not in page, "nobody knows yet"
    for hours in (1, 20, 26, 30, 90):
        case = ModerationCase.objects.open_for(ProposalFactory(consultation=waiting), trigger="approval")
        ModerationCase.objects.filter(pk=case.pk).update(closed_at=timezone.now() + timedelta(hours=hours))
    page = Client().get(address(waiting)).content.decode()
    assert "これまでの半分は、2日以内に確認が終わりました。" in page
