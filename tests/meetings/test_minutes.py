"""Minutes: written, published for good, corrected as another edition; what is late, by department."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.meetings import actions
from apps.meetings.models import ActionRefused, Meeting, Minutes
from apps.meetings.services.delays import delays_by_department
from apps.operations.models import AuditEntry
from tests.accounts.factories import DepartmentFactory
from tests.meetings.factories import announced, draft_meeting, held, minutes, organ, with_minutes

pytestmark = pytest.mark.django_db


def test_minutes_are_published_for_good() -> None:
    meeting = held()
    draft = minutes(meeting)
    page = f"{meeting.get_absolute_url()}minutes/"
    assert Client().get(page).status_code == 404
    actions.publish_minutes(minutes=draft, by=None)
    actions.publish_minutes(minutes=draft, by=None)
    shown = Client().get(page).text
    assert "会長：はじめます。" in shown
    assert "<h" in shown
    assert "要点" in shown
    assert AuditEntry.objects.for_target(meeting).first().facts == {"edition": 1, "late": False}
    draft.body = "書きかえた文"
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        draft.save()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        draft.delete()


@pytest.mark.parametrize("make", [draft_meeting, announced])
def test_no_minutes_before_the_meeting(make: type) -> None:
    draft = minutes(make())
    with pytest.raises(ActionRefused, match="始まってから"):
        actions.publish_minutes(minutes=draft, by=None)


def test_a_meeting_that_was_called_off_has_no_minutes() -> None:
    meeting = held()
    actions.call_off_meeting(meeting=meeting, outcome="cancelled", reason="x", by=None)
    with pytest.raises(ActionRefused):
        actions.publish_minutes(minutes=minutes(meeting), by=None)
    assert "会議録はありません" in Client().get(meeting.get_absolute_url()).text


def test_a_correction_is_another_edition() -> None:
    meeting = held()
    with pytest.raises(ActionRefused, match="まだありません"):
        actions.begin_correction(meeting=meeting, by=None)
    with_minutes(meeting)
    draft = actions.begin_correction(meeting=meeting, by=None)
    assert actions.begin_correction(meeting=meeting, by=None) == draft
    assert (draft.edition, draft.body) == (2, meeting.minutes.get(edition=1).body)
    with pytest.raises(ActionRefused, match="直したところ"):
        actions.publish_minutes(minutes=draft, by=None)
    Minutes.objects.filter(pk=draft.pk).update(body="会長：はじめました。", note="発言の誤り")
    first_day = Meeting.objects.get(pk=meeting.pk).minutes_at
    actions.publish_minutes(minutes=draft, by=None)
    assert Meeting.objects.get(pk=meeting.pk).minutes_at == first_day
    page = f"{meeting.get_absolute_url()}minutes/"
    newest, former = Client().get(page).text, Client().get(f"{page}?edition=1").text
    assert "会長：はじめました。" in newest
    assert "発言の誤り" in newest
    assert "会長：はじめます。" in former
    assert "新しい版があります" in former
    assert Client().get(f"{page}?edition=3").status_code == 404
    assert Minutes.objects.current().get().edition == 2


def test_one_draft_at_a_time_and_a_correction_is_explained() -> None:
    meeting = held()
    draft = minutes(meeting)
    with pytest.raises(IntegrityError, match="minutes_one_draft"), transaction.atomic():
        minutes(meeting, edition=2)
    with pytest.raises(IntegrityError, match="minutes_correction_explained"), transaction.atomic():
        Minutes.objects.filter(pk=draft.pk).update(edition=2, published_at=timezone.now())


def test_what_is_late_is_listed_by_department() -> None:
    slow, other = organ(DepartmentFactory(order=1)), organ(DepartmentFactory(order=2))
    overdue = held(slow, days_ago=31)
    held(slow, days_ago=30)
    with_minutes(held(slow, days_ago=90))
    late = announced(other, days=2, late_reason="急な案件のため。")
    cancelled = held(other, days_ago=60)
    Meeting.objects.filter(pk=cancelled.pk).update(outcome="cancelled")
    found = delays_by_department()
    assert [(row.department, row.notices, row.minutes) for row in found] == [
        (slow.department, [], [overdue]),
        (other.department, [late], []),
    ]
    assert overdue.minutes_due_on == timezone.localdate() - timedelta(days=1)
