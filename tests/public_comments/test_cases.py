"""A case from its preparation to its close: what it needs, what the calendar decides, when names are deleted."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.operations.models import AuditEntry
from apps.public_comments import actions
from apps.public_comments.generate import answer_sample, fill_closed, keep_open, open_sample, send_samples
from apps.public_comments.models import ActionRefused, Case, OpinionPart, Sender
from apps.public_comments.services.case_timeline import steps_of
from apps.public_comments.services.result_check import missing_for_result
from apps.public_comments.tasks import delete_senders
from tests.accounts.factories import DepartmentFactory
from tests.documents.factories import DocumentFactory, draft, published
from tests.public_comments.factories import close, draft_case, kind, open_case, parts, sender, sent

pytestmark = pytest.mark.django_db


def test_a_period_of_twenty_nine_days_asks_for_a_reason() -> None:
    today = timezone.localdate()
    assert draft_case().days == 30
    with pytest.raises(IntegrityError, match="case_short_period_explained"), transaction.atomic():
        draft_case(closes_on=today + timedelta(days=28))
    short = draft_case(closes_on=today + timedelta(days=28), short_reason="年度内に決める必要があるため。")
    assert short.days == 29
    actions.announce_case(case=short, by=None)
    assert "30日より短くする理由：年度内に決める必要があるため。" in Client().get(short.get_absolute_url()).text


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"closes_on": -1, "short_reason": "x"}, "case_period"),
        ({"result_due_on": 29}, "case_result_after_period"),
        ({"delete_senders_on": 90}, "case_senders_deleted_late_enough"),
        ({"slug": "receipt"}, "case_slug_free"),
    ],
)
def test_the_database_refuses_days_that_contradict(fields: dict[str, Any], constraint: str) -> None:
    today = timezone.localdate()
    given = {name: today + timedelta(days=days) if isinstance(days, int) else days for name, days in fields.items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        draft_case(**given)


def test_a_case_says_what_is_missing_before_it_is_announced() -> None:
    case = draft_case(version=draft(), summary="", send_to="", places="", result_due_on=None, delete_senders_on=None)
    case.eligible.clear()
    with pytest.raises(ActionRefused) as refused:
        actions.announce_case(case=case, by=None)
    assert len(refused.value.missing) == 7
    assert Client().get(case.get_absolute_url()).status_code == 404
    with pytest.raises(IntegrityError, match="case_announced_whole"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(announced_at=timezone.now())


def test_a_period_that_began_is_not_announced() -> None:
    case = draft_case(opens_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ActionRefused):
        actions.announce_case(case=case, by=None)


def test_the_calendar_opens_and_closes_a_case(frozen_clock: Any) -> None:
    today = timezone.localdate()
    case = open_case(opens_on=today + timedelta(days=1))
    assert (case.state, case.is_open) == ("upcoming", False)
    with pytest.raises(ActionRefused, match="始まります"):
        case.require_open()
    assert "意見を提出する" not in Client().get(case.get_absolute_url()).text
    frozen_clock.shift(timedelta(days=1))
    assert case.state == "open"
    frozen_clock.move_to(case.closes_at - timedelta(seconds=1))
    assert case.state == "open", "the last day counts to its end"
    assert "意見を提出する" in Client().get(case.get_absolute_url()).text
    frozen_clock.shift(1)
    assert case.state == "closed"
    with pytest.raises(ActionRefused, match="終わりました"):
        case.require_open()
    assert "募集は" in Client().get(f"{case.get_absolute_url()}submit/").text
    assert not case.is_result_late
    frozen_clock.shift(timedelta(days=100))
    assert any(step.note for step in steps_of(case))
    assert "遅れています" in Client().get(case.get_absolute_url()).text


def test_names_and_former_words_are_deleted_on_the_day_of_the_case(frozen_clock: Any) -> None:
    case, other = open_case(), open_case(delete_senders_on=timezone.localdate() + timedelta(days=900))
    opinion = sent(case, "はじめの文")
    actions.correct_opinion(
        opinion=opinion, parts=parts(["直した文"]), sender=sender("市民A"), eligibility=kind(), is_group=False
    )
    sent(other)
    assert OpinionPart.objects.filter(opinion=opinion).count() == 2
    assert delete_senders() == 0
    frozen_clock.move_to(timezone.now() + timedelta(days=366))
    assert delete_senders() == 1
    assert delete_senders() == 0
    assert list(Sender.objects.values_list("opinion__case", flat=True)) == [other.pk]
    assert [part.body for part in OpinionPart.objects.filter(opinion=opinion)] == ["直した文"]
    entry = AuditEntry.objects.for_target(case).first()
    assert (entry.verb, entry.facts) == ("delete_senders", {"count": 1})


def test_a_case_has_a_page_a_list_and_days_for_the_calendar() -> None:
    case = open_case()
    section = case.version.sections.in_order().first()
    page = Client().get(case.get_absolute_url()).text
    assert f"{case.version.get_absolute_url()}#{section.key}" in page
    assert f"submit/?section={section.key}" in page
    assert "初日と最終日を含めて30日" in page
    assert case.title in Client().get("/public-comments/").text
    calendar = Client().get(f"{case.get_absolute_url()}calendar.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert calendar.text.count("BEGIN:VEVENT") == 3
    close(case)
    assert "この節に意見を書く" not in Client().get(case.get_absolute_url()).text


def test_the_demonstrations_open_case_moves_with_the_calendar(frozen_clock: Any) -> None:
    department = DepartmentFactory()
    case = open_sample(
        slug="sample", title="【見本】案", summary="見本", department=department,
        version=published(DocumentFactory(department=department)),
    )  # fmt: skip
    opinions = send_samples(case, [("s2", "一"), ("", "二"), ("s3", "三"), ("s3", "四"), ("", "五")])
    assert [opinion.channel for opinion in opinions] == ["web", "post", "fax", "counter", "mail"]
    frozen_clock.shift(timedelta(days=40))
    keep_open("sample")
    case.refresh_from_db()
    assert (case.state, case.days, case.opens_on) == ("open", 45, timezone.localdate())
    answer_sample(case, opinions, [("まとめ", "other", "答え", None, [0, 1, 2, 3, 4])])
    frozen_clock.shift(timedelta(days=100))
    keep_open("sample")
    case.refresh_from_db()
    assert case.state == "answered"
    assert dict(case.results.get().figures["channels"]) == dict.fromkeys(["web", "post", "fax", "counter", "mail"], 1)


def test_many_letters_are_made_in_bulk_and_lack_nothing() -> None:
    case = open_case()
    fill_closed(case, opinions=12, views=5)
    assert (case.state, case.opinions.accepted().count(), missing_for_result(case)) == ("closed", 12, [])
    actions.hand_in_result(case=case, by=None)
    figures = actions.publish_result(case=case, by=None).figures
    assert (figures["opinions"], figures["points"], figures["people"]) == (12, 12, {"persons": 12, "groups": 0})
