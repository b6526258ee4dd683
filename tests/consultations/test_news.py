"""The weekly mail and what followers are told: once, late if need be, and stopped with one press."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from time_machine import Traveller

from apps.consultations import actions
from apps.consultations.emails import weekly_digest
from apps.consultations.models import Consultation
from apps.consultations.tasks import tell_followers, write_digests
from apps.operations.models import Notification, Outbox
from apps.operations.tasks import deliver_mail
from tests.accounts.factories import UserFactory, make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.operations.factories import NotificationFactory

pytestmark = pytest.mark.django_db

FRIDAY = "2026-11-20 12:00 +0900"
MONDAY_EARLY = "2026-11-23 07:59 +0900"
MONDAY = "2026-11-23 08:00 +0900"
THURSDAY = "2026-11-26 15:00 +0900"
NEXT_MONDAY = "2026-11-30 08:05 +0900"


def at(moment: str) -> Any:
    """The clock stands at this moment in Chofu."""
    return time_machine.travel(datetime.strptime(moment, "%Y-%m-%d %H:%M %z"), tick=False)


def told_on_friday(**fields: Any) -> Any:
    """A person with one unread notification of Friday."""
    with at(FRIDAY):
        user = UserFactory(**fields)
        NotificationFactory(recipient_id=user.pk)
    return user


@pytest.mark.parametrize(("moment", "written"), [(MONDAY_EARLY, 0), (MONDAY, 1), (THURSDAY, 1)])
def test_the_mail_is_written_from_monday_eight_on(moment: str, written: int) -> None:
    told_on_friday()
    with at(moment):
        assert write_digests() == written
    assert Outbox.objects.count() == written


def test_the_week_has_one_mail_however_often_it_is_asked() -> None:
    user = told_on_friday()
    with at(MONDAY):
        assert (write_digests(), write_digests()) == (1, 0)
    assert Notification.objects.get().mailed_at is not None
    with at(THURSDAY):
        NotificationFactory(recipient_id=user.pk)
        assert write_digests() == 0
    with at(NEXT_MONDAY):
        assert write_digests() == 1
    assert list(Outbox.objects.order_by("pk").values_list("key", flat=True)) == [
        f"digest:{user.pk}:2026-48",
        f"digest:{user.pk}:2026-49",
    ]


def test_a_crash_between_two_people_loses_and_doubles_nothing() -> None:
    first, second = told_on_friday(), told_on_friday()
    with at(MONDAY):
        assert weekly_digest.write_next(weekly_digest.Week.last(), after=0) == first.pk  # and here the worker is killed
        assert write_digests() == 1
    assert set(Outbox.objects.values_list("to", flat=True)) == {first.email, second.email}


@pytest.mark.parametrize("fields", [{"wants_digest": False}, {"email": None}, {"is_active": False}])
def test_nobody_is_written_who_cannot_or_does_not_want(fields: dict[str, Any]) -> None:
    told_on_friday(**fields)
    with at(MONDAY):
        assert write_digests() == 0


def test_read_news_are_not_mailed() -> None:
    user = told_on_friday()
    Notification.objects.visible_to(user).mark_read()
    with at(MONDAY):
        assert write_digests() == 0


def test_new_voices_in_followed_themes_are_counted_without_own_and_hidden_ones() -> None:
    with at(FRIDAY):
        user = UserFactory()
        theme = ConsultationFactory(title="公園のこれから")
        actions.follow(user=user, consultation=theme, wanted=True)
        ProposalFactory.create_batch(2, consultation=theme, public_name="調布花子")
        ProposalFactory(consultation=theme, author=user)
        ProposalFactory(consultation=theme, state="hidden")
    with at(MONDAY):
        assert write_digests() == 1
    body = Outbox.objects.get().body
    assert "・「公園のこれから」に新しい意見が2件\n  http://localhost:8000/consultations/" in body
    assert "調布花子" not in body


def test_only_own_voices_are_no_news() -> None:
    with at(FRIDAY):
        user = UserFactory()
        theme = ConsultationFactory()
        actions.follow(user=user, consultation=theme, wanted=True)
        ProposalFactory(consultation=theme, author=user)
    with at(MONDAY):
        assert write_digests() == 0


def test_the_mail_quotes_nobody_and_can_be_stopped_by_its_header() -> None:
    with at(FRIDAY):
        own = ProposalFactory()
        actions.post_comment(
            proposal=own,
            author=actions.AccountAuthor(UserFactory(nickname="調布花子")),
            body="秘密のコメント",
            public_name="調布花子",
            submit_key=uuid.uuid4(),
        )
    with at(MONDAY):
        write_digests()
        deliver_mail()
    sent = mail.outbox[0]
    assert "調布花子" not in sent.body
    assert "秘密のコメント" not in sent.body
    assert f"あなたの意見 {own.code} にコメントが届きました" in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in sent.body
    assert Outbox.objects.get().headers == {}


def test_opening_the_link_stops_nothing_and_its_button_does(client: Client) -> None:
    user = UserFactory()
    address = weekly_digest.stop_url(user)
    assert "まとめメールを止めますか" in client.get(address).content.decode()
    user.refresh_from_db()
    assert user.wants_digest
    assert "まとめメールを止めました" in client.post(address).content.decode()
    user.refresh_from_db()
    assert not user.wants_digest


def test_a_mail_program_presses_the_button_without_our_cookie() -> None:
    user, other = UserFactory(), UserFactory()
    program = Client(enforce_csrf_checks=True)
    assert program.post(weekly_digest.stop_url(user), {"List-Unsubscribe": "One-Click"}).status_code == 200
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.wants_digest, other.wants_digest) == (False, True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_changed_link_gets_a_sentence(client: Client, method: str) -> None:
    user = UserFactory()
    response = getattr(client, method)(weekly_digest.stop_url(user).rstrip("/")[:-3] + "xyz/")
    assert response.status_code == 400
    assert "途中で切れているか、書き換わっている" in response.content.decode()
    user.refresh_from_db()
    assert user.wants_digest


def test_the_link_of_somebody_who_left_is_no_error(client: Client) -> None:
    user = UserFactory()
    address = weekly_digest.stop_url(user)
    user.erase()
    assert client.post(address).status_code == 200


def followed(**fields: Any) -> tuple[Any, Consultation]:
    """A follower and the consultation."""
    user, theme = UserFactory(), ConsultationFactory(**fields)
    actions.follow(user=user, consultation=theme, wanted=True)
    return user, theme


def test_followers_hear_of_a_moved_date_once() -> None:
    user, theme = followed()
    theme.reschedule(
        by=make_secretariat(),
        reason="意見を広く聴くため",
        closes_at=theme.closes_at + timedelta(days=7),
        reply_due_on=theme.reply_due_on + timedelta(days=7),
    )
    assert (tell_followers(), tell_followers()) == (2, 0)
    titles = set(Notification.objects.visible_to(user).values_list("title", flat=True))
    assert titles == {f"「{theme.title}」の受付終了が変わりました", f"「{theme.title}」の回答予定日が変わりました"}
    assert Notification.objects.visible_to(user)[0].address == theme.get_absolute_url()


def test_what_was_read_does_not_become_unread_by_the_next_sweep() -> None:
    user, _theme = followed(closes_at=timezone.now() + timedelta(days=2))
    assert tell_followers() == 1
    Notification.objects.visible_to(user).mark_read()
    assert tell_followers() == 0
    assert not Notification.objects.visible_to(user).unread().exists()


def test_followers_hear_of_the_answer_and_later_ones_do_not(frozen_clock: Traveller) -> None:
    user, theme = followed(closed=True)
    theme.give_answer(by=make_secretariat(), answer="来年度に実施します。")
    late = UserFactory()
    frozen_clock.shift(60)
    actions.follow(user=late, consultation=theme, wanted=True)
    assert tell_followers() == 1
    assert Notification.objects.get().recipient_id == user.pk


def test_a_near_closing_is_told_three_days_before_and_again_when_it_moved() -> None:
    with at(FRIDAY):
        _user, theme = followed(closes_at=timezone.now() + timedelta(days=4))
        assert tell_followers() == 0
    with at("2026-11-22 12:00 +0900"):
        assert (tell_followers(), tell_followers()) == (1, 0)
    assert "の受付は令和8年11月24日（火） 12:00までです" in Notification.objects.get().title
    Consultation.objects.filter(pk=theme.pk).update(closes_at=theme.closes_at + timedelta(days=7))
    with at("2026-11-30 12:00 +0900"):
        assert tell_followers() == 1


def test_nobody_hears_of_a_draft() -> None:
    _user, theme = followed(closes_at=timezone.now() + timedelta(days=2))
    Consultation.objects.filter(pk=theme.pk).update(published_at=None)
    assert tell_followers() == 0


@pytest.mark.django_db(transaction=True)
def test_a_second_postman_passes_by_whom_the_first_is_writing_to() -> None:
    first, second = told_on_friday(), told_on_friday()
    locked = f"SELECT 1 FROM accounts_user WHERE id = {first.pk} FOR NO KEY UPDATE"
    settings_of_tests = connection.get_connection_params()
    settings_of_tests.pop("cursor_factory", None)
    settings_of_tests.pop("context", None)
    with at(MONDAY), psycopg.connect(**settings_of_tests) as elsewhere:
        elsewhere.execute(locked)
        assert write_digests() == 1
        assert Outbox.objects.get().to == second.email
        elsewhere.rollback()
        assert write_digests() == 1
    assert Outbox.objects.count() == 2
