"""What the seeds hold is in the portal, as they hold it; the demonstration stays open."""

import json
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import DateField
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Department, Role, User
from apps.consultations.models import Channel, Consultation, Proposal, ReplyChange, ScheduleChange
from apps.consultations.models.codes import next_codes
from apps.core import wake_tasks
from apps.council.models import Project
from apps.plans.models import SheetLink
from apps.portal import demo
from apps.portal.demo.accounts import ACCOUNTS
from apps.portal.services.featured_voice import followed_voice

pytestmark = pytest.mark.django_db
LIKES = {1: [5, 2, 4, 6, 7, 3], 3: [8, 3, 3, 3, 2, 2, 1], 4: [2, 7, 4, 3, 1]}  # as printed in the 中間とりまとめ

# What may lie ahead on the first day: until when people may write, and by when somebody shall have answered.
DEADLINES = {
    "consultation.opens_at", "consultation.closes_at", "consultation.reply_due_on", "stagedeadline.due_on",
    "assignment.due_on", "session.expire_date", "case.closes_on", "case.result_due_on", "case.delete_senders_on",
    "survey.closes_on", "meeting.starts_at", "meeting.ends_at", "seat.ends_on", "participationyear.due_on",
}  # fmt: skip


def run(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def snapshot() -> dict[str, Any]:
    """Every row of the tables that the demonstration fills."""
    models = [Consultation, Proposal, Department, User]
    return {model.__name__: sorted(model.objects.values_list(), key=lambda row: row[0]) for model in models}


@pytest.mark.usefixtures("first_day")
def test_all_eighteen_voices_are_there_with_their_likes() -> None:
    voices = Proposal.objects.filter(channel=Channel.LEGACY).order_by("code")
    assert [v.code for v in voices] == [f"C25-{n:04d}" for n in range(1, 19)]
    for viewpoint, likes in LIKES.items():
        quoted = voices.filter(external_id__startswith=f"000-viewpoint{viewpoint}-")
        assert [v.imported_like_count for v in quoted] == likes
    assert {str(v.imported_likes_on) for v in voices} == {"2025-11-10"}
    assert {v.shown_name for v in voices} == {"匿名"}
    assert {v.author_id for v in voices} == {None}


@pytest.mark.usefixtures("first_day")
def test_the_legacy_consultation_says_what_its_source_does_not_say() -> None:
    asked = Consultation.objects.get(slug="liqlid-2025")
    local = [timezone.localtime(moment).isoformat() for moment in (asked.opens_at, asked.closes_at)]
    assert local == ["2025-07-01T00:00:00+09:00", "2025-09-01T00:00:00+09:00"]
    assert asked.period_note == "令和7年7～8月"
    assert asked.reply_due_on is None
    for sentence in ("視点②の意見は、資料では画像", "投稿日は資料に記載がない", "回答予定日の記録はありません"):
        assert sentence in asked.background


def test_fixtures_carry_no_garbled_name() -> None:
    for path in (settings.BASE_DIR / "fixtures").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert not [bad for bad in ("ちようふ", "しづみ", "ちょうど", "Liqid", "\\u") if bad in text], path.name
        assert json.loads(text)


@pytest.mark.usefixtures("first_day")
def test_a_loaded_voice_is_found() -> None:
    found = Proposal.objects.public().filter(channel=Channel.LEGACY).search("公園")
    assert {p.code for p in found} == {"C25-0006", "C25-0007"}


@pytest.mark.usefixtures("first_day")
def test_new_codes_go_on_after_the_loaded_ones() -> None:
    assert int(next_codes()[0].split("-")[1]) > 18


@pytest.mark.usefixtures("first_day")
def test_loading_again_changes_nothing() -> None:
    before = snapshot()
    assert not demo.load()
    assert snapshot() == before


def test_a_used_portal_gets_nothing() -> None:
    User.objects.create_user(email="first@example.com")
    assert not demo.load()
    assert not Consultation.objects.exists()


def test_a_city_of_its_own_gets_the_documents_but_nobody_and_no_demonstration(settings: Any) -> None:
    settings.IS_DEMO = False
    assert demo.load()
    assert list(Consultation.objects.values_list("slug", flat=True)) == ["liqlid-2025"]
    assert not User.objects.exists()


@pytest.mark.usefixtures("first_day")
def test_every_start_leaves_thirty_days_to_answer() -> None:
    for days in (0, 31, 200, 400):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            demo.load()
            asked = Consultation.objects.get(slug="demo-sanka")
            assert asked.is_open
            assert asked.closes_at - timezone.now() >= timedelta(days=30)
            assert asked.reply_due_on is not None
            assert asked.reply_due_on >= timezone.localdate(asked.closes_at)
            assert Consultation.objects.get(slug="demo-anzen").state == "upcoming"
            assert Consultation.objects.get(slug="demo-koryu").state == "draft"
            for theme in Consultation.objects.filter(slug__in=["demo-kurashi", "demo-kodomo"]):
                assert theme.closes_at - timezone.now() >= timedelta(days=30)
            waiting = Consultation.objects.get(slug="demo-toshokan")
            assert (waiting.state, waiting.is_late) == ("counting", False)
    assert not ScheduleChange.objects.exists()


@pytest.mark.usefixtures("first_day")
def test_each_role_has_an_account_that_stands_for_nobody() -> None:
    printed = run("demo_accounts")
    for account in ACCOUNTS:
        assert account.email in printed
    staff = User.objects.by_email("staff@example.com").get()
    assert [d.code for d in Department.objects.filter(pk__in=staff.department_ids())] == ["kyodo-suishin"]
    assert User.objects.by_email("secretariat@example.com").get().has_role(Role.SECRETARIAT)


@pytest.mark.usefixtures("first_day")
def test_a_demo_code_is_shown_on_this_machine_only(settings: Any) -> None:
    assert len(run("demo_code", "staff").strip()) == 6
    settings.SITE_URL = "https://sanka.example.jp"
    with pytest.raises(CommandError):
        run("demo_code", "staff")
    settings.SITE_URL, settings.IS_DEMO = "http://localhost:8000", False
    with pytest.raises(CommandError):
        run("demo_code", "staff")


@pytest.mark.usefixtures("first_day")
def test_one_voice_of_the_demonstration_can_be_followed_forward_to_a_grade() -> None:
    voice = followed_voice().voice
    whole = Client().get(f"{voice.get_absolute_url()}way/").text
    for words in ("【見本】身近な場所での、デジタルの相談", "シニアのためのスマートフォン相談", "相談会を始めました"):
        assert words in whole
    assert '<span class="grade">B</span>' in whole
    assert "その後の文書・取組・評価" in whole
    assert "前からの取組" not in whole
    sheet = SheetLink.objects.leading_to(voice)[0].sheet
    reply = ReplyChange.objects.get(reply__topic__proposals=voice)
    project = Project.objects.get(slug="demo-running")
    theme, topic = voice.consultation, project.topic
    asked = [theme.published_at, theme.opens_at, voice.published_at, theme.closes_at]
    said = [topic.published_at, reply.published_at]
    moments = [timezone.localdate(moment) for moment in asked + said]
    moments += [project.starts_on, date(sheet.year + 1, 3, 31)]
    assert moments == sorted(set(moments)), "each step on a later day"
    assert date(sheet.year + 1, 3, 31) < timezone.localdate(), "the year that is graded is over"


@pytest.mark.django_db(transaction=True)
def test_the_portals_own_role_may_load() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'chofu_app'")
        assert cursor.fetchone(), "the test server has the role"
        cursor.execute("SET ROLE chofu_app")
    try:
        assert demo.load()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


@pytest.mark.parametrize("day", ["2026-11-25T09:00+09:00", "2028-02-29T00:05+09:00", "2027-04-01T23:50+09:00"])
def test_nothing_of_the_first_day_lies_ahead_but_deadlines(day: str) -> None:
    with time_machine.travel(datetime.fromisoformat(day), tick=False):
        made_by_migrations = set(find_days_ahead())
        assert demo.load()
        assert set(find_days_ahead()) - made_by_migrations <= DEADLINES


def find_days_ahead() -> list[str]:
    """The columns, as model.field, that hold a day or moment which has not come yet."""
    ahead = {"DateTimeField": timezone.now(), "DateField": timezone.localdate()}
    return [
        f"{model._meta.model_name}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, DateField)
        and model._base_manager.filter(**{f"{field.name}__gt": ahead[field.get_internal_type()]}).exists()
    ]


def test_the_worker_is_woken_to_read_the_words(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(wake_tasks, "_send", woken.extend)
    with django_capture_on_commit_callbacks(execute=True):
        assert demo.load()
    assert "apps.analysis.tasks.read_changed_proposals" in woken
