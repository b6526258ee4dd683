"""Public pages of meetings: list with filters and pages, a month, calendar files, a meeting, what it talked about."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.meetings.generate import hold_samples, keep_ahead
from apps.meetings.models import Meeting, Organ, SubjectKind
from apps.meetings.services.subjects import read_url
from tests import clock
from tests.accounts.factories import DepartmentFactory
from tests.consultations.factories import ConsultationFactory, TopicFactory
from tests.council.factories import ProjectFactory
from tests.documents.factories import DocumentFactory, published
from tests.meetings.factories import (
    add_paper,
    announced,
    closed_item,
    draft_meeting,
    held,
    item,
    organ,
    subject,
    with_minutes,
)
from tests.public_comments.factories import draft_case, open_case

pytestmark = pytest.mark.django_db


def get(path: str) -> str:
    return Client().get(path).text


def test_the_list_has_coming_and_past_meetings(frozen_clock: Any) -> None:
    frozen_clock.move_to(clock.moment("2026-11-25"))  # all of them lie in one fiscal year
    body, other = organ(), organ()
    near, far, past = announced(body, days=9), announced(body, days=30), held(other)
    draft = draft_meeting(body)
    coming = get("/meetings/")
    assert coming.index(near.get_absolute_url()) < coming.index(far.get_absolute_url())
    assert past.get_absolute_url() not in coming
    assert draft.get_absolute_url() not in coming
    assert "これからの会議（2件）" in coming
    assert "これまでの会議（1件）" in coming
    assert past.get_absolute_url() in get("/meetings/?when=past")
    assert near.get_absolute_url() not in get(f"/meetings/?organ={other.slug}")
    assert "あてはまる会議は見つかりませんでした" in get(f"/meetings/?organ={other.slug}")
    assert near.get_absolute_url() in get("/meetings/?year=2026")
    assert "?year=2027" not in coming
    assert near.get_absolute_url() in get("/meetings/?year=2001&organ=nothing&when=x"), (
        "what cannot be read is left out"
    )


def test_an_empty_list_says_so() -> None:
    assert "開催が決まっている会議は、いまありません" in get("/meetings/")
    assert "これまでの会議は、まだありません" in get("/meetings/?when=past")
    assert "公開されている会議体は、まだありません" in get("/meetings/organs/")


def test_a_long_list_has_pages() -> None:
    body = organ()
    rows = [announced(body, days=10 + number) for number in range(21)]
    first = Client().get("/meetings/")
    following = first.context["older_url"]
    assert rows[20].get_absolute_url() not in first.text
    assert rows[20].get_absolute_url() in get(f"/meetings/{following}")
    assert "続きの場所がわからなくなった" in get("/meetings/?cursor=forged")


def test_a_month_is_a_table_of_its_days() -> None:
    today = timezone.localdate()
    meeting = announced(days=10, late_reason="x")
    page = get(f"/meetings/calendar/?month={meeting.day:%Y-%m}")
    assert f'datetime="{meeting.day}"' in page
    assert str(meeting) in page
    before = meeting.day.replace(day=1) - timedelta(days=1)
    assert f"?month={before:%Y-%m}" in page
    assert "この月の会議は1件です" in page
    assert "今日" in get("/meetings/calendar/")
    for odd in ("0000-01", "9999-12", "2026-13", "x"):
        assert f'datetime="{today}"' in get(f"/meetings/calendar/?month={odd}")
    assert "12" in get("/meetings/calendar/?month=2026-12")


def test_calendar_files_agree_with_the_pages() -> None:
    meeting, other = announced(place="文化会館"), held()
    one = Client().get(f"{meeting.get_absolute_url()}meeting.ics")
    assert one["Content-Type"].startswith("text/calendar")
    assert "LOCATION:文化会館" in one.text
    assert f"DTEND;TZID=Asia/Tokyo:{meeting.day:%Y%m%d}T160000" in one.text or "DTEND:" in one.text
    assert "CANCELLED" not in one.text
    assert get("/meetings/calendar.ics").count("BEGIN:VEVENT") == 2
    of_organ = get(f"{other.organ.get_absolute_url()}calendar.ics")
    assert of_organ.count("BEGIN:VEVENT") == 1
    assert other.get_absolute_url() in of_organ.replace("\r\n ", "")


def test_a_partly_closed_meeting_shows_open_items_and_the_clause(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    meeting = held(listeners=3)
    closed_item(meeting)
    item(meeting, "その他", outcome="次回は春に開きます。")
    paper = add_paper(meeting)
    page = get(meeting.get_absolute_url())
    for words in (
        "一部公開", "計画の素案について", "個別の審査について", "見本条例第7条第1号", "個人に関する情報を含むため",
        "次回は春に開きます。", "傍聴した方：3人", "定員：5人", "資料1",
    ):  # fmt: skip
        assert words in page
    answer = Client().get(paper.get_absolute_url())
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"
    assert Client().get(f"{meeting.get_absolute_url()}papers/2/").status_code == 404
    assert Client().get(f"{meeting.get_absolute_url()}papers/99999999999/").status_code == 404
    assert Client().get(f"{meeting.organ.get_absolute_url()}99999999999999/").status_code == 404


def test_a_meeting_leads_to_what_it_talked_about_and_back() -> None:
    meeting = held()
    document, hidden = published(DocumentFactory()).document, DocumentFactory()
    theme, topic, case, project = ConsultationFactory(), TopicFactory(), open_case(), ProjectFactory()
    pages = {
        "document": (document.slug, document), "consultation": (theme.slug, theme), "topic": (topic.code, topic),
        "case": (case.slug, case), "project": (project.slug, project),
    }  # fmt: skip
    assert list(pages) == SubjectKind.values
    for kind, (key, row) in pages.items():
        assert read_url(f"https://portal.example.jp{row.get_absolute_url()}?a=1#b") == (kind, key)
        subject(meeting, kind, key, f"取り上げた{kind}", item=meeting.items.first())
    subject(meeting, "document", hidden.slug, "まだ公開しない文書")
    page = get(meeting.get_absolute_url())
    assert "まだ公開しない文書" not in page
    for kind, (key, row) in pages.items():
        assert f"取り上げた{kind}" in page
        assert row.get_absolute_url() in page
        back = f"/meetings/about/{kind}/{key}/"
        assert back in get(row.get_absolute_url())
        assert meeting.get_absolute_url() in get(back)
    assert Client().get(f"/meetings/about/document/{hidden.slug}/").status_code == 404
    assert Client().get("/meetings/about/nothing/x/").status_code == 404
    unheard = draft_case()
    assert "まだありません" in get(f"/meetings/about/case/{unheard.slug}/")
    assert unheard.title not in get(f"/meetings/about/case/{unheard.slug}/")
    assert read_url("https://example.jp/elsewhere/") is None
    assert read_url("http://[") is None
    assert read_url("/meetings/") is None


def test_search_finds_bodies_items_and_the_newest_minutes() -> None:
    meeting = with_minutes(held(organ(name="ひまわり畑審議会")), body="会長：たんぽぽを植えます。")
    item(meeting, "すみれの道について")
    assert meeting.organ.get_absolute_url() in get("/search/?q=ひまわり畑")
    assert f"{meeting.get_absolute_url()}#item-2" in get("/search/?q=すみれ")
    assert f"{meeting.get_absolute_url()}minutes/" in get("/search/?q=たんぽぽ")


def test_the_demonstration_always_has_a_coming_meeting(frozen_clock: Any) -> None:
    hold_samples(DepartmentFactory(code="kikaku-keiei"), document_slug="x")
    assert Organ.objects.public().count() == 2
    states = {meeting.state for meeting in Meeting.objects.public()}
    assert states == {"announced", "minutes", "published", "postponed"}
    frozen_clock.shift(timedelta(days=60))
    assert not Meeting.objects.public().coming().exists()
    keep_ahead()
    assert Meeting.objects.public().coming().exists()
    for meeting in Meeting.objects.public():
        assert Client().get(meeting.get_absolute_url()).status_code == 200
