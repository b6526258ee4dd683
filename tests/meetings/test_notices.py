"""The notice of a meeting: what it needs, when it is late, what is listed when something changes, states by the clock."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.meetings import actions
from apps.meetings.models import ActionRefused, AgendaItem, Meeting, Organ, Seat, Subject
from apps.meetings.services.notice import noticed_facts
from apps.operations.models import AuditEntry
from tests.meetings.factories import (
    announced,
    closed_item,
    day_rule,
    draft_meeting,
    held,
    item,
    minutes,
    organ,
    seat,
    subject,
    with_minutes,
)

pytestmark = pytest.mark.django_db


def change(meeting: Meeting, reason: str = "会場の都合のため。", **fields: Any) -> int:
    before = noticed_facts(meeting)
    Meeting.objects.filter(pk=meeting.pk).update(**fields)
    return actions.record_changes(meeting=meeting, before=before, reason=reason, by=None)


def test_a_meeting_says_what_is_missing_before_its_notice() -> None:
    body = organ(is_public=False)
    meeting = Meeting.objects.create(organ=body, number=1, starts_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(ActionRefused) as refused:
        actions.announce_meeting(meeting=meeting, by=None)
    assert len(refused.value.missing) == 5
    assert Client().get(meeting.get_absolute_url()).status_code == 404


def test_a_notice_keeps_the_rule_of_its_day() -> None:
    meeting = announced(days=20)
    assert (meeting.lead_days, meeting.notice_days, meeting.minutes_days) == (20, 7, 30)
    assert not meeting.is_notice_late
    rule = meeting.organ.rule
    rule.notice_days, rule.name = 40, "新しい決まり"
    rule.save()
    page = Client().get(meeting.get_absolute_url()).text
    assert "開催の20日前" in page
    assert "見本の会議公開条例第5条：開催の7日前までに公告" in page
    assert AuditEntry.objects.for_target(meeting).get().facts == {"lead_days": 20, "late": False}


def test_a_late_notice_says_how_late_and_why() -> None:
    assert announced(days=7).late_reason == ""
    meeting = draft_meeting(days=6)
    with pytest.raises(ActionRefused) as refused:
        actions.announce_meeting(meeting=meeting, by=None)
    assert ["6日前" in sentence and "7日前" in sentence for sentence in refused.value.missing] == [True]
    Meeting.objects.filter(pk=meeting.pk).update(late_reason="委員の日程が決まらなかったため。")
    actions.announce_meeting(meeting=meeting, by=None)
    assert meeting.is_notice_late
    page = Client().get(meeting.get_absolute_url()).text
    assert "開催の6日前" in page
    assert "公告が遅くなった理由：委員の日程が決まらなかったため。" in page
    with pytest.raises(IntegrityError, match="meeting_late_notice_explained"), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(late_reason="")


def test_without_a_rule_nothing_is_late() -> None:
    meeting = held(organ(rule=None), days=1, days_ago=900)
    assert not meeting.is_notice_late
    assert meeting.minutes_due_on is None
    assert not meeting.are_minutes_late
    assert "準備中" in Client().get(meeting.get_absolute_url()).text


def test_a_change_after_the_notice_is_listed_and_not_overwritten() -> None:
    meeting = announced()
    with pytest.raises(ActionRefused, match="会場"):
        change(meeting, reason=" ", place="文化会館")
    Meeting.objects.filter(pk=meeting.pk).update(place="市役所3階")
    assert change(meeting, name="臨時会") == 0, "its name is no fact of the notice"
    assert change(meeting, place="文化会館") == 1
    assert change(meeting, reason="参加しやすくするため。", form="hybrid", online_url="https://example.jp/live") == 2
    page = Client().get(meeting.get_absolute_url()).text
    for words in ("市役所3階", "文化会館", "会場の都合のため。", "参加しやすくするため。", "https://example.jp/live"):
        assert words in page
    row = meeting.changes.first()
    row.reason = "別の理由"
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        row.save()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        row.delete()


def test_a_changed_agenda_is_listed() -> None:
    meeting = announced()
    before = noticed_facts(meeting)
    closed_item(meeting)
    assert actions.record_changes(meeting=meeting, before=before, reason="追加の審査のため。", by=None) == 1
    row = meeting.changes.get()
    assert (
        row.after.splitlines()[-1] == "2 個別の審査について（非公開　見本条例第7条第1号　個人に関する情報を含むため）"
    )
    before = noticed_facts(meeting)
    meeting.items.all().delete()
    with pytest.raises(ActionRefused, match="議題"):
        actions.record_changes(meeting=meeting, before=before, reason="x", by=None)


def test_a_new_day_is_announced_on_the_day_of_the_change() -> None:
    meeting = announced(days=20)
    before, day = noticed_facts(meeting), meeting.day
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=meeting.starts_at - timedelta(days=17), ends_at=None)
    actions.record_changes(meeting=meeting, before=before, day_before=day, reason="急な案件のため。", by=None)
    assert (meeting.lead_days, meeting.is_notice_late, meeting.late_reason) == (3, True, "急な案件のため。")
    assert "開催の3日前" in Client().get(meeting.get_absolute_url()).text
    assert meeting in Meeting.objects.late_notices()
    before, day = noticed_facts(meeting), meeting.day
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=meeting.starts_at + timedelta(days=30))
    meeting.refresh_from_db()
    actions.record_changes(meeting=meeting, before=before, day_before=day, reason="日程の調整のため。", by=None)
    assert (meeting.lead_days, meeting.is_notice_late, meeting.late_reason) == (33, False, "")


def test_an_hour_or_a_room_leaves_the_days_of_notice_as_they_are(frozen_clock: Any) -> None:
    meeting = announced(days=20)
    frozen_clock.shift(timedelta(days=18))
    before, day = noticed_facts(meeting), meeting.day
    Meeting.objects.filter(pk=meeting.pk).update(place="第2会議室")
    actions.record_changes(meeting=meeting, before=before, day_before=day, reason="会場の都合のため。", by=None)
    assert meeting.lead_days == 20


def test_a_meeting_is_postponed_and_finds_a_new_day() -> None:
    meeting = announced()
    actions.call_off_meeting(meeting=meeting, outcome="postponed", reason="大雪のため。", by=None)
    assert (meeting.state, meeting.state_shown) == ("postponed", "延期")
    page = Client().get(meeting.get_absolute_url()).text
    assert "延期になりました" in page
    assert "大雪のため。" in page
    ics = Client().get("/meetings/calendar.ics").text
    assert "STATUS:CANCELLED" in ics
    assert "延期" in ics
    later = meeting.starts_at + timedelta(days=7)
    assert change(meeting, starts_at=later, ends_at=later + timedelta(hours=2)) == 1
    assert meeting.state == "announced"
    assert "STATUS" not in Client().get("/meetings/calendar.ics").text
    actions.call_off_meeting(meeting=meeting, outcome="cancelled", reason="取りやめのため。", by=None)
    actions.call_off_meeting(meeting=meeting, outcome="cancelled", reason="もう一度", by=None)
    assert [row.what for row in meeting.changes.all()] == ["延期", "日時", "中止"]
    assert "中止になりました" in Client().get(meeting.get_absolute_url()).text


def test_what_was_not_announced_or_has_minutes_is_not_called_off() -> None:
    for meeting in (draft_meeting(), with_minutes(held())):
        with pytest.raises(ActionRefused):
            actions.call_off_meeting(meeting=meeting, outcome="cancelled", reason="x", by=None)


def test_the_clock_moves_a_meeting_on(frozen_clock: Any) -> None:
    meeting = announced()
    page = meeting.get_absolute_url()
    assert (meeting.state, "開催予定" in Client().get(page).text) == ("announced", True)
    frozen_clock.move_to(meeting.starts_at - timedelta(hours=3))
    assert (meeting.state, "本日開催" in Client().get(page).text) == ("held", True)
    frozen_clock.move_to(meeting.ends_at)
    assert (meeting.state, "会議録は準備中です" in Client().get(page).text) == ("minutes", True)
    frozen_clock.shift(timedelta(days=30))
    assert not meeting.are_minutes_late
    frozen_clock.shift(timedelta(days=1))
    assert meeting.are_minutes_late
    assert "会議録の公表が遅れています" in Client().get(page).text
    with_minutes(meeting)
    assert (meeting.state, meeting.are_minutes_late) == ("published", False)
    assert "会議録を読む" in Client().get(page).text


def test_a_meeting_without_an_end_is_over_at_the_end_of_its_day(frozen_clock: Any) -> None:
    meeting = announced(ends_at=None)
    frozen_clock.move_to(meeting.over_at - timedelta(seconds=1))
    assert meeting.state == "held"
    frozen_clock.shift(1)
    assert meeting.state == "minutes"


def test_a_meeting_in_writing_says_so_and_asks_nobody_to_listen() -> None:
    meeting = announced(form="written", place="", attend_how="")
    page = Client().get(meeting.get_absolute_url()).text
    assert "書面開催" in page
    assert "傍聴のしかた" not in page


@pytest.mark.parametrize(
    ("make", "constraint"),
    [
        (lambda: organ(slug="calendar"), "organ_slug_free"),
        (lambda: organ(established_on="2026-04-02", abolished_on="2026-04-01"), "organ_days"),
        (lambda: organ(purpose=""), "organ_said"),
        (lambda: seat(organ(), "A", ends_on="2020-01-01"), "seat_term"),
        (lambda: seat(organ(), ""), "seat_said"),
        (lambda: seat(organ()), "seat_once"),
        (lambda: day_rule(name=""), "day_rule_named"),
        (lambda: draft_meeting(number=0), "meeting_number_from_one"),
        (lambda: draft_meeting(draft_meeting().organ, number=1), "meeting_number_once"),
        (lambda: draft_meeting(ends_at=timezone.now()), "meeting_ends_after_start"),
        (lambda: draft_meeting(outcome="cancelled"), "meeting_outcome_after_notice"),
        (lambda: draft_meeting(announced_at=timezone.now()), "meeting_announced_with_lead"),
        (lambda: item(draft_meeting(), ""), "agenda_titled"),
        (lambda: item(draft_meeting(), is_closed=True, clause="第7条"), "agenda_closed_explained"),
        (lambda: AgendaItem.objects.create(meeting=draft_meeting(), number=1, title="x"), "agenda_number_once"),
        (lambda: subject(draft_meeting(), "topic", "T25-0001", ""), "subject_said"),
        (lambda: [subject(one, "topic", "T25-0001") for one in [draft_meeting()] * 2], "subject_once"),
        (lambda: [minutes(one) for one in [held()] * 2], "minutes_edition_once"),
        (lambda: minutes(held(), body=""), "minutes_written"),
    ],
)
def test_the_database_refuses_what_cannot_be(make: Any, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def test_members_are_those_of_a_day() -> None:
    body = organ()
    Seat.objects.all().delete()
    today = timezone.localdate()
    seat(body, "前の委員", ends_on=today - timedelta(days=1))
    seat(body, "いまの委員", starts_on=today, is_public_call=True, role="会長")
    page = Client().get(body.get_absolute_url()).text
    assert "前の委員" not in page
    assert "いまの委員" in page
    assert "公募" in page
    before = Client().get(f"{body.get_absolute_url()}?on={today - timedelta(days=1)}").text
    assert "前の委員" in before
    assert "いまの委員" not in before
    assert "登録されていません" in Client().get(f"{body.get_absolute_url()}?on=2001-01-01").text
    assert Client().get(f"{body.get_absolute_url()}?on=nonsense").status_code == 200


def test_a_body_that_is_not_public_is_not_there() -> None:
    body = organ(is_public=False)
    meeting = draft_meeting(body)
    for path in ("", "calendar.ics", "1/", "1/meeting.ics", "1/minutes/", "1/papers/1/"):
        assert Client().get(f"{body.get_absolute_url()}{path}").status_code == 404
    assert meeting.organ.name not in Client().get("/meetings/organs/").text
    assert Organ.objects.public().count() == 0
    assert Subject.objects.count() == 0
