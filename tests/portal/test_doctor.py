"""`manage.py doctor`: nothing to say about a portal that is ready, and one line for each thing that is not."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import caches
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from apps.accounts.models import Role
from apps.operations import pulse
from apps.operations.models import Contact, Job, Outbox, SitePage
from apps.operations.tasks import take_pulse
from apps.portal.doctor import CHECKS, checks, database, examine
from tests.accounts.factories import PostingFactory, make_secretariat
from tests.operations.factories import OutboxFactory, SitePageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.real_clock, pytest.mark.xdist_group("doctor")]


def write_backup(folder: Path, age: timedelta) -> None:
    """Put the manifest of a backup of this age there."""
    backup = folder / f"chofu-{age.days}"
    backup.mkdir(parents=True)
    (backup / "manifest.json").write_text(json.dumps({"made_at": (timezone.now() - age).isoformat()}))


@pytest.fixture
def ready(settings: Any, tmp_path: Path) -> Any:
    """A portal as it should be in production; the settings, to break one of them."""
    settings.DEBUG = settings.IS_DEMO = settings.MAKES_SECRET_KEY = False
    settings.SITE_URL, settings.HTTPS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = "https://portal.example.jp", True, 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL, settings.BACKUP_DIR = "portal@city.example.jp", tmp_path / "backups"
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    write_backup(settings.BACKUP_DIR, timedelta(hours=3))
    make_secretariat()
    Contact(pk=1, telephone="042-481-7111").save()
    SitePage.objects.all().delete()
    SitePageFactory()
    take_pulse()
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE chofu_app")
    return settings


def lines() -> list[str]:
    """What doctor prints about what is wrong."""
    return [f"{name}: {sentence}" for name, sentence in examine()]


def as_owner(sql: str) -> None:
    """Change what only the tables' owner may."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(sql)
        cursor.execute("SET ROLE chofu_app")


def test_a_portal_that_is_ready_has_nothing_wrong(ready: Any) -> None:
    out = StringIO()
    call_command("doctor", stdout=out)
    assert out.getvalue() == f"問題はありません（{len(CHECKS)} 項目を確かめました）。\n"


def test_what_is_wrong_is_a_line_each_and_the_exit_code(ready: Any) -> None:
    ready.IS_DEMO, ready.DEBUG = True, True
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=out)
    assert ended.value.code == 1
    assert [line.split(":")[0] for line in out.getvalue().splitlines()] == [
        "× DEBUG",
        "× 見本",
        "2 件の問題があります。",
    ]


WRONG_SETTINGS: list[tuple[str, Any, str]] = [
    ("HTTPS", False, "SITE_URL が https で始まっていません"),
    ("EMAIL_BACKEND", "apps.core.mail.ReadableFileBackend", "EMAIL_URL が指定されていません"),
    ("DEFAULT_FROM_EMAIL", "portal@localhost", "DEFAULT_FROM_EMAIL が初めの値"),
    ("ALLAUTH_TRUSTED_PROXY_COUNT", 0, "TRUSTED_PROXY_COUNT が 0 です"),
    ("REDIS_URL", "redis://127.0.0.1:1", "キュー（Valkey）につながりません"),
    ("BACKUP_DIR", "/nowhere", "/nowhere に控えがありません"),
    ("MEDIA_ROOT", "/proc/nowhere", "書き込めません"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG_SETTINGS, ids=[row[0] for row in WRONG_SETTINGS])
def test_a_wrong_setting_has_its_line(ready: Any, name: str, value: Any, sentence: str) -> None:
    setattr(ready, name, value)
    (line,) = lines()
    assert sentence in line


def test_a_key_of_each_machine_and_a_key_for_everybody_are_told(ready: Any, tmp_path: Path) -> None:
    ready.MAKES_SECRET_KEY, ready.KNOWN = True, {}
    assert "どの機械でも同じ値" in lines()[0]
    ready.KNOWN = {"DATABASE_URL": "postgresql://chofu_app@127.0.0.1/chofu"}
    assert lines() == []
    (tmp_path / "secret_key").write_text("key")
    (tmp_path / "secret_key").chmod(0o644)
    assert "ほかの利用者が読めます" in lines()[0]


def test_an_old_backup_is_told(ready: Any, tmp_path: Path) -> None:
    ready.BACKUP_DIR = tmp_path / "old"
    write_backup(ready.BACKUP_DIR, timedelta(days=3))
    assert lines() == ["控え: 最後の控えは 72 時間前のものです。script/backup が動いているか確かめてください。"]


def test_a_table_without_page_cache_trigger_is_told(ready: Any) -> None:
    as_owner("DROP TRIGGER page_cache_changed ON consultations_like")
    assert ["consultations_like" in line for line in lines()] == [True]


def test_wrong_rights_are_told(ready: Any) -> None:
    as_owner("REVOKE INSERT ON consultations_like FROM chofu_app")
    as_owner("GRANT UPDATE ON operations_auditentry TO chofu_app")
    first, second = lines()
    assert "表を使う権限がありません: consultations_like" in first
    assert "操作の記録を書き換えられます" in second
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert "表の持ち主または管理者" in lines()[0]


def test_a_migration_that_waits_is_told(ready: Any) -> None:
    last = MigrationLoader(None).graph.leaf_nodes("operations")[0][1]
    as_owner(f"DELETE FROM django_migrations WHERE app = 'operations' AND name = '{last}'")
    assert any("表の更新（migrate）が" in line for line in lines())


def test_a_clock_that_differs_is_told(ready: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MOST_SKEW", -1.0)
    assert "時計が 0 秒ずれています" in lines()[0]


def test_silent_worker_and_beat_are_told(ready: Any) -> None:
    caches["database"].set(pulse.KEY, time.time() - 1200)
    assert lines() == [
        "裏の処理: 裏の処理（beat と worker）が 20 分間止まっています。両方が動いているか確かめてください。"
    ]
    caches["database"].delete(pulse.KEY)
    assert "動いたしるしがありません" in lines()[0]


def test_mail_and_work_that_wait_are_told(ready: Any) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    OutboxFactory(send_after=hour_ago)
    Outbox.objects.filter(pk=OutboxFactory().pk).update(dead=True)
    job, _new = Job.objects.enqueue(kind="check-import", key="1", title="試験", about=Contact.objects.get(), url="/")
    Job.objects.filter(pk=job.pk).update(run_after=hour_ago)
    told = lines()
    assert len(told) == 3
    assert "送られていないメールが 1 通" in told[0]
    assert "送信を断念したメールが 1 通" in told[1]
    assert "始まらない処理が 1 件" in told[2]


def test_what_the_city_has_not_entered_is_told(ready: Any) -> None:
    Contact.objects.all().delete()
    SitePageFactory(slug="privacy", title="プライバシー", body="> これは初期案です。公開の前に、市が…")
    Authenticator.objects.all().delete()
    PostingFactory(role=Role.SECRETARIAT)
    told = lines()
    assert len(told) == 3
    assert "事務局のアカウントが、一つもありません" in told[0]
    assert "電話番号もメールアドレスもありません" in told[1]
    assert "「プライバシー」のページが初期案のまま" in told[2]


def test_without_a_database_only_that_is_told_of_it(ready: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "database_answers", lambda: False)
    assert [line.split(":")[0] for line in lines()] == ["データベース"]


def test_a_check_that_fails_itself_is_a_line_and_stops_no_other(ready: Any) -> None:
    def broken() -> list[str]:
        raise DatabaseError("no such table")

    told = list(examine([checks.Check("一つ目", broken), checks.Check("二つ目", lambda: ["まだ見ます。"])]))
    assert told == [("一つ目", "確かめられませんでした（DatabaseError）。"), ("二つ目", "まだ見ます。")]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_answers_sentences_that_say_no_secret(ready: Any, check: checks.Check) -> None:
    find: Callable[[], list[str]] = check.find
    assert all(sentence.endswith("。") for sentence in find())


def test_the_database_away_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise DatabaseError from psycopg.OperationalError("refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        assert not checks.database_answers()
    assert checks.database_answers()
