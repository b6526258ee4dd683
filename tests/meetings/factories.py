"""Bodies and meetings for tests, made through the verbs."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from apps.accounts.models import Department
from apps.meetings import actions
from apps.meetings.models import AgendaItem, DayRule, Meeting, MeetingPaper, Minutes, Organ, Seat, Subject
from tests.accounts.factories import DepartmentFactory
from tests.documents.factories import one_page_pdf

counter = iter(range(1, 10**6))


def day_rule(
    notice_days: int | None = 7, minutes_days: int | None = 30, name: str = "見本の会議公開条例第5条"
) -> DayRule:
    """A rule of so many days."""
    return DayRule.objects.get_or_create(
        name=name, defaults={"notice_days": notice_days, "minutes_days": minutes_days}
    )[0]


def organ(department: Department | None = None, **fields: Any) -> Organ:
    """A public body with a rule and a member."""
    number = next(counter)
    facts: dict[str, Any] = {
        "name": f"水と緑の審議会{number}", "slug": f"organ-{number}", "purpose": "水辺のこれからを話し合います。",
        "department": department or DepartmentFactory(), "contact": "見本課 000-0000", "is_public": True,
        "attend_how": "開会の15分前から、会場の入口で受け付けます。",
    }  # fmt: skip
    facts |= fields
    if "rule" not in facts:
        facts["rule"] = day_rule()
    made = Organ.objects.create(**facts)
    seat(made)
    return made


def seat(of: Organ, name: str = "見本太郎", **fields: Any) -> Seat:
    """A member from last year on."""
    facts: dict[str, Any] = {"category": "学識経験者", "starts_on": timezone.localdate() - timedelta(days=365)}
    return Seat.objects.create(organ=of, name=name, **facts | fields)


def at(day: date, hour: int = 14) -> datetime:
    """A moment of a day in Chofu."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


def draft_meeting(of: Organ | None = None, *, days: int = 20, **fields: Any) -> Meeting:
    """A meeting so many days from now that is being prepared, with all that its notice needs."""
    of = of or organ()
    last = of.meetings.order_by("-number").first()
    begins = at(timezone.localdate() + timedelta(days=days))
    facts: dict[str, Any] = {
        "organ": of, "number": last.number + 1 if last else 1, "starts_at": begins, "ends_at": begins + timedelta(hours=2),
        "place": "市役所3階", "capacity": 5, "attend_how": of.attend_how,
    }  # fmt: skip
    made = Meeting.objects.create(**facts | fields)
    item(made)
    return made


def item(meeting: Meeting, title: str = "計画の素案について", **fields: Any) -> AgendaItem:
    """An item of the agenda, the next one."""
    return AgendaItem.objects.create(meeting=meeting, number=meeting.items.count() + 1, title=title, **fields)


def closed_item(meeting: Meeting, title: str = "個別の審査について") -> AgendaItem:
    """An item that is closed, with clause and reason."""
    return item(meeting, title, is_closed=True, clause="見本条例第7条第1号", reason="個人に関する情報を含むため")


def announced(of: Organ | None = None, **fields: Any) -> Meeting:
    """An announced meeting."""
    meeting = draft_meeting(of, **fields)
    actions.announce_meeting(meeting=meeting, by=None)
    return meeting


def move(meeting: Meeting, days: int) -> Meeting:
    """Let an announced meeting have been so many days ago (negative: ahead); its notice stays as it was."""
    begins = at(timezone.localdate() - timedelta(days=days))
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=2))
    meeting.refresh_from_db()
    return meeting


def held(of: Organ | None = None, *, days_ago: int = 3, **fields: Any) -> Meeting:
    """A meeting that was held so many days ago."""
    return move(announced(of, **fields), days_ago)


def minutes(meeting: Meeting, body: str = "# 1 計画の素案について\n会長：はじめます。", **fields: Any) -> Minutes:
    """Minutes that are being written."""
    return Minutes.objects.create(meeting=meeting, attendance="会長 見本太郎", body=body, **fields)


def with_minutes(meeting: Meeting, **fields: Any) -> Meeting:
    """A meeting whose minutes are public."""
    actions.publish_minutes(minutes=minutes(meeting, **fields), by=None)
    meeting.refresh_from_db()
    return meeting


def add_paper(meeting: Meeting) -> MeetingPaper:
    """A paper of a meeting."""
    paper = MeetingPaper(meeting=meeting, number=meeting.papers.count() + 1, title="計画の素案")
    paper.file.save("paper.pdf", ContentFile(one_page_pdf()))
    return paper


def subject(meeting: Meeting, kind: str, key: str, title: str = "取り上げたもの", **fields: Any) -> Subject:
    """A page that a meeting talks about."""
    return Subject.objects.create(meeting=meeting, kind=kind, key=key, title=title, **fields)
