"""The trail is written once, mail is sent once, and only the secretariat looks at either."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from apps.operations.audit_labels import WORDS
from apps.operations.models import AuditEntry, Outbox
from apps.operations.tasks import deliver_mail, forget_sessions
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff, make_superuser
from tests.operations.factories import OutboxFactory, SitePageFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
CHANGES = [
    "UPDATE operations_auditentry SET reason = 'x'",
    "DELETE FROM operations_auditentry",
]


@pytest.mark.parametrize("role", ["chofu_app", "chofu_owner"])
@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_or_deletes_what_is_in_the_trail(role: str, change: str) -> None:
    AuditEntry.record("publish", UserFactory())
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(change)
        cursor.execute("RESET ROLE")
    assert AuditEntry.objects.get().reason == ""


def test_the_portals_own_role_writes_and_reads_the_trail_and_cannot_empty_it() -> None:
    user = UserFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE chofu_app")
        AuditEntry.record("publish", user)
        assert AuditEntry.objects.for_target(user).count() == 1
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("TRUNCATE operations_auditentry")
        cursor.execute("RESET ROLE")


def refuse_mail(settings: Any) -> None:
    """A mail server that nobody runs."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def test_a_second_try_carries_the_same_message_id(settings: Any) -> None:
    letter = OutboxFactory()
    working = settings.EMAIL_BACKEND
    refuse_mail(settings)
    deliver_mail()
    letter.refresh_from_db()
    assert (letter.tries, letter.sent_at) == (1, None)
    assert letter.last_error
    settings.EMAIL_BACKEND = working
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        deliver_mail()
    sent = mail.outbox[0]
    assert sent.extra_headers["Message-ID"] == f"<{letter.message_id}@localhost>"
    assert sent.extra_headers["X-Retry"] == "1"
    assert isinstance(sent.message(), MIMEText)


def test_after_eight_tries_a_letter_is_given_up_and_the_secretariat_sends_it_again(
    settings: Any, sign_in: SignIn
) -> None:
    letter = OutboxFactory(tries=7)
    working = settings.EMAIL_BACKEND
    refuse_mail(settings)
    deliver_mail()
    settings.EMAIL_BACKEND = working
    letter.refresh_from_db()
    assert letter.dead
    assert deliver_mail() == 0
    secretariat = make_secretariat()
    pressed = {"action": "try_again", "_selected_action": [letter.pk]}
    response = sign_in(secretariat).post("/admin/operations/outbox/", pressed, follow=True)
    assert "1通をもう一度送ります。" in response.content.decode()
    assert deliver_mail() == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{letter.message_id}@localhost>"
    assert AuditEntry.objects.get(verb="try_mail_again").actor_id == secretariat.pk


def test_a_sent_letter_is_not_sent_again_by_the_button(sign_in: SignIn) -> None:
    letter = OutboxFactory()
    deliver_mail()
    pressed = {"action": "try_again", "_selected_action": [letter.pk]}
    response = sign_in(make_secretariat()).post("/admin/operations/outbox/", pressed, follow=True)
    assert "何も変えていません" in response.content.decode()
    assert deliver_mail() == 0
    assert len(mail.outbox) == 1


def test_after_sending_only_that_it_was_sent_is_kept() -> None:
    letter = OutboxFactory(headers={"List-Unsubscribe": "<http://localhost:8000/me/stop/x/>"})
    deliver_mail()
    letter.refresh_from_db()
    assert (letter.to, letter.body, letter.headers) == ("", "", {})
    assert letter.sent_at is not None


def test_a_subject_is_one_line_whatever_was_typed_into_a_name() -> None:
    letter = Outbox.objects.enqueue(
        key="k", to="a@example.com", subject="【C26-0001】（公園課\nBcc: b@example.com）", body="b"
    )
    assert letter.subject == "【C26-0001】（公園課 Bcc: b@example.com）"
    assert deliver_mail() == 1
    assert mail.outbox[0].recipients() == ["a@example.com"]


def test_a_letter_that_can_be_no_mail_is_given_up_and_holds_up_no_other() -> None:
    broken = OutboxFactory(to=f"a@{'あ' * 70}.jp")
    OutboxFactory()
    assert deliver_mail() == 2
    broken.refresh_from_db()
    assert broken.dead
    assert "label empty or too long" in broken.last_error
    assert len(mail.outbox) == 1


def test_the_same_key_is_one_letter() -> None:
    for _n in range(2):
        Outbox.objects.enqueue(key="one", to="a@example.com", subject="s", body="b")
    assert Outbox.objects.count() == 1


PLACES = ["auditentry", "outbox", "sitepage"]


@pytest.mark.parametrize("place", PLACES)
def test_only_the_secretariat_and_administrators_see_the_records(sign_in: SignIn, place: str) -> None:
    address = f"/admin/operations/{place}/"
    seen = {
        make.__name__: sign_in(make()).get(address).status_code
        for make in (make_staff, make_moderator, make_secretariat, make_superuser)
    }
    assert seen == {"make_staff": 403, "make_moderator": 403, "make_secretariat": 200, "make_superuser": 200}


@pytest.mark.parametrize("place", ["auditentry", "outbox"])
def test_not_even_an_administrator_makes_or_deletes_records(sign_in: SignIn, place: str) -> None:
    entry = OutboxFactory() if place == "outbox" else AuditEntry.record("publish", UserFactory())
    browser = sign_in(make_superuser())
    assert browser.get(f"/admin/operations/{place}/{entry.pk}/change/").status_code == 200
    assert browser.post(f"/admin/operations/{place}/{entry.pk}/change/", {"reason": "x"}).status_code == 403
    assert browser.post(f"/admin/operations/{place}/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert browser.get(f"/admin/operations/{place}/add/").status_code == 403


def test_the_letter_itself_is_not_shown(sign_in: SignIn) -> None:
    letter = OutboxFactory(body="秘密の手紙")
    html = sign_in(make_secretariat()).get(f"/admin/operations/outbox/{letter.pk}/change/").content.decode()
    assert "秘密の手紙" not in html


def test_the_secretariat_writes_the_citys_pages_and_the_trail_knows(sign_in: SignIn, client: Client) -> None:
    page = SitePageFactory()
    secretariat = make_secretariat()
    typed = {"title": "利用規約", "body": "# 新しい決まり\n\n<script>alert(1)</script>", "version": "2"}
    sign_in(secretariat).post(f"/admin/operations/sitepage/{page.pk}/change/", typed)
    html = client.get("/terms/").content.decode()
    assert "<h2>新しい決まり</h2>" in html
    assert "<script>alert" not in html
    assert "第2版" in html
    entry = AuditEntry.objects.get(verb="revise_page")
    assert (entry.actor_id, entry.facts["changed"]) == (secretariat.pk, ["body", "version"])


def test_every_act_of_the_trail_has_a_word_that_staff_read(sign_in: Callable[[Any], Client]) -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parents[2] / "apps").rglob("*.py"))
    recorded = set(re.findall(r'AuditEntry\.record\(\s*"(\w+)"', sources))
    assert len(recorded) > 60
    assert recorded <= set(WORDS)
    boss = make_superuser()
    AuditEntry.record("approve_tag", boss, by=boss)
    AuditEntry.record("a_verb_of_old", boss, by=boss)
    page = sign_in(boss).get("/admin/operations/auditentry/").text
    assert page.count("タグの承認") == 2, "in the list and in the filter"
    assert "approve_tag</" not in page
    assert "a_verb_of_old" in page
    one = AuditEntry.objects.get(verb="approve_tag")
    alone = sign_in(boss).get(f"/admin/operations/auditentry/{one.pk}/change/").text
    assert "approve_tag" not in alone, "nor in the title of the entry's own page"
    assert f"タグの承認（利用者 {boss.pk}）" in alone


def test_a_session_whose_time_is_over_is_kept_no_longer() -> None:
    door = Client()
    door.post("/accounts/login/", {"email": "somebody@example.com"})
    assert forget_sessions() == 0
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        assert forget_sessions() == 1
    assert not Session.objects.exists()
