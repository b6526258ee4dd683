"""Staff at work: a meeting announced from one form, changes with a reason, minutes, whose body, what is late."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.meetings.models import Meeting, Minutes, Organ
from apps.operations.models import AuditEntry
from tests.accounts.factories import DepartmentFactory, make_moderator, make_secretariat, make_staff
from tests.documents.factories import DocumentFactory, published
from tests.meetings.factories import announced, draft_meeting, held, minutes, organ, with_minutes

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def at(row: Any, page: str = "change") -> str:
    return reverse(f"admin:meetings_{row._meta.model_name}_{page}", args=[row.pk])


@pytest.fixture
def body() -> Organ:
    return organ(DepartmentFactory(name="公園課"))


@pytest.fixture
def runner(sign_in: SignIn, body: Organ) -> Client:
    """A browser of the body's department."""
    return sign_in(make_staff(body.department))


def parts(prefix: str, *rows: dict[str, Any], stored: int = 0) -> dict[str, Any]:
    """The fields of an inline with these rows."""
    fields = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": stored}
    return fields | {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def facts(of: Organ, **other: Any) -> dict[str, Any]:
    day = timezone.localdate() + timedelta(days=20)
    return {
        "organ": of.pk, "number": "", "name": "", "starts_at_0": f"{day}", "starts_at_1": "14:00", "ends_at_0": f"{day}",
        "ends_at_1": "16時00分", "form": "room", "place": "市役所3階", "online_url": "", "capacity": "5",
        "attend_how": "受付は15分前から", "late_reason": "",
        **parts("items", {"number": 1, "title": "素案について"}), **parts("papers"), **parts("subjects"), **other,
    }  # fmt: skip


def stored(meeting: Meeting, **other: Any) -> dict[str, Any]:
    """What the form of a stored meeting sends."""
    row = meeting.items.get()
    items = parts("items", {"id": row.pk, "meeting": meeting.pk, "number": 1, "title": row.title}, stored=1)
    begins = timezone.localtime(meeting.starts_at)
    day = {"starts_at_0": f"{begins:%Y-%m-%d}", "ends_at_0": f"{begins:%Y-%m-%d}"}
    known = {"attend_how": meeting.attend_how, "listeners": "", "change_reason": ""}
    return facts(meeting.organ) | items | day | known | other


def test_a_meeting_is_announced_from_one_form(runner: Client, body: Organ, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    began = time.monotonic()
    add = f"{reverse('admin:meetings_meeting_add')}?organ={body.pk}"
    form = runner.get(add).text
    assert 'value="1"' in form
    assert body.attend_how in form
    paper = {"number": 1, "title": "素案", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 text")}
    document = published(DocumentFactory()).document
    page = {"url": f"https://portal.example.jp{document.get_absolute_url()}", "title": "素案"}
    assert runner.post(add, facts(body, **parts("papers", paper), **parts("subjects", page))).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.number, meeting.state, meeting.subjects.get().key) == (1, "draft", document.slug)
    assert "公告する</button>" in runner.get(at(meeting)).text
    assert runner.get(at(meeting, "announce")).status_code == 302
    assert "公告しました" in runner.post(at(meeting, "announce"), follow=True).text
    meeting.refresh_from_db()
    assert meeting.state == "announced"
    anybody = Client()
    for path in (
        "/meetings/",
        f"/meetings/calendar/?month={meeting.day:%Y-%m}",
        "/meetings/calendar.ics",
        body.get_absolute_url(),
    ):
        assert meeting.get_absolute_url() in anybody.get(path).text.replace("\r\n ", "")
    assert time.monotonic() - began < 180
    assert list(AuditEntry.objects.for_target(meeting).values_list("verb", flat=True)) == ["announce_meeting", "add"]


def test_what_is_missing_is_said_beside_its_field(runner: Client, body: Organ) -> None:
    add = reverse("admin:meetings_meeting_add")
    wrong = {
        "重複": parts("items", *[{"number": 1, "title": title} for title in ("一", "二")]),
        "根拠の条と理由": parts("items", {"number": 1, "title": "一", "is_closed": "on"}),
        "開始より後": {"ends_at_1": "13:00"},
        "PDFファイルではありません": parts(
            "papers", {"number": 1, "title": "x", "file": SimpleUploadedFile("a.pdf", b"PK")}
        ),
        "ページのアドレスではありません": parts("subjects", {"url": "https://example.jp/", "title": "x"}),
        "公開されていないページです": parts(
            "subjects", {"url": DocumentFactory().get_absolute_url(), "title": "x"}
        ),
    }  # fmt: skip
    for sentence, fields in wrong.items():
        answer = runner.post(add, facts(body, **fields))
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
        assert "受付は15分前から" in answer.text
    draft = draft_meeting(body, days=3, number=1)
    page = runner.get(at(draft)).text
    assert "より遅い公告です（3日前）" in page
    assert "公告する</button>" not in page
    runner.post(at(draft, "announce"))
    draft.refresh_from_db()
    assert draft.announced_at is None
    assert runner.post(add, facts(body, number="1")).status_code == 422


def test_a_change_after_the_notice_needs_a_reason(runner: Client, body: Organ) -> None:
    meeting = announced(body)
    refused = runner.post(at(meeting), stored(meeting, place="文化会館"))
    assert refused.status_code == 422
    assert "変更の理由" in refused.text
    meeting.refresh_from_db()
    assert (meeting.place, meeting.changes.count()) == ("市役所3階", 0)
    done = runner.post(at(meeting), stored(meeting, place="文化会館", change_reason="会場の都合のため。"))
    assert done.status_code == 302
    change = meeting.changes.get()
    assert (change.what, change.before, change.after) == ("会場", "市役所3階", "文化会館")
    meeting.refresh_from_db()
    assert runner.post(at(meeting), stored(meeting, place="文化会館", listeners="4")).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.listeners, meeting.changes.count()) == (4, 1), "who came is no change of the notice"


def test_a_meeting_is_called_off_with_a_reason(runner: Client, body: Organ) -> None:
    meeting = announced(body)
    assert "延期・中止" in runner.get(at(meeting, "call_off")).text
    assert runner.post(at(meeting, "call_off"), {"outcome": "postponed", "reason": ""}).status_code == 422
    runner.post(at(meeting, "call_off"), {"outcome": "postponed", "reason": "大雪のため。"})
    meeting.refresh_from_db()
    assert meeting.state == "postponed"


def test_minutes_are_written_published_and_corrected(runner: Client, body: Organ) -> None:
    meeting = held(body)
    assert "会議録を書く" in runner.get(at(meeting)).text
    add = f"{reverse('admin:meetings_minutes_add')}?meeting={meeting.pk}"
    assert str(meeting) in runner.get(add).text
    runner.post(add, {"meeting": meeting.pk, "kind": "points", "attendance": "会長", "body": "会長：はじめます。"})
    draft = Minutes.objects.get()
    assert runner.get(at(draft, "publish")).status_code == 302
    assert "会議録を公表する</button>" in runner.get(at(draft)).text
    assert "公表しました" in runner.post(at(draft, "publish"), follow=True).text
    assert "会議録を公表する</button>" not in runner.get(at(draft)).text
    assert runner.post(at(draft), {"kind": "full", "attendance": "x", "body": "x"}).status_code == 403
    assert runner.get(at(meeting, "correct")).status_code == 302
    runner.post(at(meeting, "correct"))
    second = Minutes.objects.get(edition=2)
    runner.post(at(second), {"kind": "points", "attendance": "会長", "body": "会長：はじめました。", "note": "誤り"})
    runner.post(at(second, "publish"))
    second.refresh_from_db()
    assert second.is_published


def test_another_department_reads_and_changes_nothing(sign_in: SignIn, body: Organ) -> None:
    meeting, draft = with_minutes(announced_past(body)), draft_meeting(body)
    for other in (sign_in(make_staff()), sign_in(make_moderator())):
        assert other.get(at(meeting)).status_code == 200
        assert other.post(at(meeting), stored(meeting)).status_code == 403
        for page in ("announce", "call_off", "correct"):
            assert other.post(at(meeting, page), {}).status_code == 403
        assert other.get(at(draft)).status_code in {302, 404}
        assert other.post(at(draft, "announce")).status_code == 404
        assert other.post(at(meeting.minutes.get(), "publish")).status_code == 403
        assert other.get(draft.get_absolute_url()).status_code == 404
    assert sign_in(make_secretariat()).get(at(draft)).status_code == 200


def announced_past(body: Organ) -> Meeting:
    """A meeting that was held, of this body."""
    return held(body)


def test_the_list_of_delays_is_for_all_staff(sign_in: SignIn, body: Organ) -> None:
    overdue = held(body, days_ago=40)
    announced(body, days=2, late_reason="急な案件のため。")
    page = sign_in(make_moderator()).get(reverse("admin:meetings_meeting_delays")).text
    for words in ("公園課", str(overdue), "公表していない会議録 1件", "遅れた公告 1件", "急な案件のため。"):
        assert words in page
    Meeting.objects.update(notice_days=None, minutes_days=None)
    assert "遅れているものはありません" in sign_in(make_staff()).get(reverse("admin:meetings_meeting_delays")).text


def test_a_department_sets_up_its_own_body(sign_in: SignIn) -> None:
    department, foreign = DepartmentFactory(), DepartmentFactory()
    client = sign_in(make_staff(department))
    given = {
        "name": "川の審議会", "slug": "kawa", "kind": "statutory", "basis": "", "purpose": "川のこれから", "rule": "",
        "department": department.pk, "attend_how": "", "contact": "見本課", "established_on": "R8.4.1", "abolished_on": "",
        "is_public": "on", **parts("seats", {"name": "見本太郎", "category": "市民", "starts_on": "2026-04-01", "order": 10}),
        **parts("compositions", {"counted_on": "R8.4.1", "members": 10, "women": 4, "public_call": 2, "aim_source": ""}),
    }  # fmt: skip
    add = reverse("admin:meetings_organ_add")
    assert client.post(add, given | {"department": foreign.pk}).status_code == 422
    assert client.post(add, given).status_code == 302
    made = Organ.objects.get(slug="kawa")
    assert (str(made.established_on), made.seats.get().name) == ("2026-04-01", "見本太郎")
    assert made.compositions.get().women_share == "40.0"
    assert "新しい会議を作る" in client.get(at(made)).text
    twice = client.post(at(made), given | {**parts("seats")})
    assert twice.status_code == 422
    assert "同じ日の構成" in twice.text
    day = {"counted_on": "R9.4.1", "members": 10, "women": 4, "public_call": 2, "aim_source": ""}
    twice = client.post(at(made), given | {**parts("seats"), **parts("compositions", day, day)})
    assert (twice.status_code, made.compositions.count()) == (422, 1)
    client.post(at(made), given | {"slug": "other", **parts("seats"), **parts("compositions")})
    made.refresh_from_db()
    assert made.slug == "kawa", "its URL stays once it is public"
    assert client.get(reverse("admin:meetings_meeting_add"), {"organ": "99x"}).status_code == 200
    assert minutes(held(made, attend_how="先着順")).meeting.organ == made
