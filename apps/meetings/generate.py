"""Make bodies and meetings for demonstrations, through the verbs that staff use."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from apps.accounts.models import Department
from apps.meetings import actions
from apps.meetings.models import AgendaItem, DayRule, Meeting, Minutes, Organ, Seat, Subject, SubjectKind

AHEAD, LEAST = 21, 7  # days: the coming sample is so far ahead, and moved along when fewer are left
RULE = "【見本】会議の公開のきまり"
COMMON = {
    "contact": "（見本）実際の連絡先ではありません。",
    "attend_how": "（見本）開会の15分前から、会場の入口で受け付けます。先着順です。",
}
PEOPLE = [
    ("見本一郎", "学識経験者", "会長", False),
    ("見本花子", "市民", "", True),
    ("見本次郎", "団体の代表", "副会長", False),
]
MINUTES = """# 1 開会
会長：（見本）本日は3人の委員が出席しています。

# 2 相談の場所について
委員：（見本）市役所のほかにも、相談できる場所がほしいという声が多いです。

事務局：（見本）いただいた意見を、文書の案に入れます。

# 3 その他
会長：（見本）次回は、見直した案を話し合います。"""


def hold_samples(department: Department, *, document_slug: str) -> None:
    """Make two bodies: one with meetings in several states, one of cases. document_slug: what a meeting talked about."""
    rule = DayRule.objects.create(name=RULE, notice_days=7, minutes_days=60)
    organ = _organ(
        department, rule, "demo-digital", "【見本】身近なデジタル相談を考える会議",
        "（見本）デジタルの相談を、身近な場所で受けられるようにする進め方を話し合います。",
    )  # fmt: skip
    published = _meeting(organ, days=-75, items=["（見本）相談の場所について", "（見本）その他"])
    Subject.objects.create(
        meeting=published, item=published.items.first(), kind=SubjectKind.DOCUMENT, key=document_slug,
        title="（見本）身近な場所でのデジタル相談の進め方",
    )  # fmt: skip
    minutes = Minutes.objects.create(
        meeting=published, attendance="（見本）会長 見本一郎\n委員 見本花子\n事務局", body=MINUTES
    )
    actions.publish_minutes(minutes=minutes, by=None)
    _meeting(organ, days=-10, items=["（見本）見直した案について"])
    _meeting(organ, days=AHEAD, items=["（見本）進め方のまとめについて", "（見本）来年度の予定について"])
    other = _organ(
        department,
        rule,
        "demo-shinsa",
        "【見本】補助金の審査会",
        "（見本）補助金の申請を審査します。",
        handles_cases=True,
    )
    off = _meeting(other, days=AHEAD - 5, items=["（見本）申請の審査について"], is_closed=True)
    actions.call_off_meeting(
        meeting=off, outcome=Meeting.Outcome.POSTPONED, reason="（見本）申請の書類がそろっていないため。", by=None
    )


def _organ(department: Department, rule: DayRule, slug: str, name: str, purpose: str, **fields: Any) -> Organ:
    """Return a public body with three members."""
    organ = Organ.objects.create(
        department=department, rule=rule, slug=slug, name=name, purpose=purpose, basis="（見本）要綱",
        kind=Organ.Kind.SIMILAR, is_public=True, **COMMON, **fields,
    )  # fmt: skip
    first = timezone.localdate() - timedelta(days=400)
    people = [
        ("見本一郎", "学識経験者", "会長", False),
        ("見本花子", "市民", "", True),
        ("見本次郎", "団体の代表", "副会長", False),
    ]
    for order, (person, category, role, called) in enumerate(people, start=1):
        Seat.objects.create(
            organ=organ, name=person, category=category, role=role, is_public_call=called, starts_on=first, order=order,
            ends_on=first + timedelta(days=365 * 4),
        )  # fmt: skip
    return organ


def _meeting(organ: Organ, *, days: int, items: list[str], is_closed: bool = False) -> Meeting:
    """Return an announced meeting so many days from now; one of the past was announced in time."""
    begins = timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=AHEAD), time(14)))
    meeting = Meeting.objects.create(
        organ=organ, number=organ.meetings.count() + 1, starts_at=begins, ends_at=begins + timedelta(hours=2),
        place="（見本）市役所の会議室", capacity=10, attend_how=organ.attend_how,
    )  # fmt: skip
    closed = {"clause": "（見本）きまり第3条", "reason": "（見本）申請した人の情報を含むため"} if is_closed else {}
    for number, title in enumerate(items, start=1):
        AgendaItem.objects.create(meeting=meeting, number=number, title=title, is_closed=is_closed, **closed)
    actions.announce_meeting(meeting=meeting, by=None)
    _move(meeting.pk, timedelta(days=days - AHEAD))
    meeting.refresh_from_db()
    return meeting


def _move(pk: int, by: timedelta) -> None:
    """Move a sample with its notice along the calendar."""
    moved = {name: F(name) + by for name in ("starts_at", "ends_at", "announced_at")}
    Meeting.objects.filter(pk=pk).update(**moved)


def keep_ahead() -> None:
    """Move the coming sample along with the calendar, so that the list and the month always show one."""
    today = timezone.localdate()
    rows = Meeting.objects.filter(organ__slug="demo-digital", minutes_at=None, outcome="")
    coming = rows.order_by("-starts_at").first()
    if coming is not None and (coming.day - today).days < LEAST:
        _move(coming.pk, timedelta(days=(today - coming.day).days + AHEAD))
