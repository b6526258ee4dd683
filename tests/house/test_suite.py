"""The suite itself: its clock, and its database between tests and runs."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models.functions import Now
from django.test import TransactionTestCase
from django.utils import timezone

from apps.accounts.models import Department
from tests import clock, database
from tests.accounts.factories import DepartmentFactory


def test_the_clock_stands_at_the_moment_of_the_run() -> None:
    assert timezone.now() == datetime.now(UTC) == clock.today()
    assert time.time() == clock.today().timestamp()


def test_the_tests_for_another_day_are_found_by_their_words(request: pytest.FixtureRequest) -> None:
    chosen = [item.name for item in request.session.items if clock.speaks_of_time(item)]
    assert "test_a_test_moves_the_clock_on_purpose" in chosen
    assert "test_another_word_for_the_day_is_refused" in chosen
    assert "test_rows_that_migrations_made_stand_again_after_a_test_that_commits" not in chosen


def test_a_test_moves_the_clock_on_purpose(frozen_clock: time_machine.Traveller) -> None:
    frozen_clock.shift(timedelta(days=1))
    assert timezone.now() == clock.today() + timedelta(days=1)


@pytest.mark.real_clock
def test_what_works_with_another_process_has_the_real_time() -> None:
    real = time_machine.escape_hatch.datetime.datetime.now(UTC)
    assert abs(timezone.now() - real) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-03-31", "2027-03-31T00:00+00:00"),
        ("2026-12-31T23:59", "2026-12-31T14:59+00:00"),
        ("2026-12-31T23:59+09:00", "2026-12-31T14:59+00:00"),
        ("2026-11-25T16:30+00:00", "2026-11-25T16:30+00:00"),
    ],
)
def test_a_day_is_its_morning_in_chofu_and_a_moment_without_offset_is_one_there(text: str, moment: str) -> None:
    assert clock.moment(text) == datetime.fromisoformat(moment)


def test_another_word_for_the_day_is_refused() -> None:
    with pytest.raises(ValueError, match="TEST_TODAY=tomorrow"):
        clock.moment("tomorrow")


@pytest.mark.django_db(transaction=True)
def test_rows_that_migrations_made_stand_again_after_a_test_that_commits() -> None:
    before = database.MigratedRows().tables
    assert "django_content_type" in before
    DepartmentFactory()
    ContentType.objects.all().delete()
    TransactionTestCase._fixture_teardown(TransactionTestCase())
    assert database.MigratedRows().tables == before
    assert not Department.objects.exists()


@pytest.mark.django_db
def test_a_row_of_a_migration_that_nobody_knew_of_is_put_back_too() -> None:
    with connection.cursor() as cursor:
        DepartmentFactory(name="移行で入れた課")
        migrated = database.MigratedRows()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in migrated.tables:
            cursor.execute(f"TRUNCATE {connection.ops.quote_name(table)} CASCADE")
        assert not Department.objects.exists()
    migrated.put_back()
    assert Department.objects.get().name == "移行で入れた課"


def test_another_kept_database_is_made_when_migrations_or_what_they_import_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "requirements-dev.lock": "",
        "chofu_cocreation/runtime/embedded/postgres.py": "",
        "apps/parks/text.py": "",
        "apps/parks/models/__init__.py": "",
        "apps/parks/migrations/0001_initial.py": "import apps.parks.models\nfrom apps.parks.text import fold\n# RunPython\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    seen = {database.fingerprint()}
    assert database.fingerprint() in seen
    for name in files:
        (tmp_path / name).write_text(files[name] + "# changed\n", encoding="utf-8")
        assert database.fingerprint() not in seen, name
        seen.add(database.fingerprint())
    monkeypatch.setattr(settings, "INSTALLED_APPS", [*settings.INSTALLED_APPS, "apps.parks"])
    assert database.fingerprint() not in seen


DATABASE_TIME = re.compile(
    r"(?<!timezone\.)(?<!datetime\.)\b(?:now\(\)|NOW\(\)|current_date|CURRENT_DATE|(?:current|statement|clock|transaction)_timestamp)"
    r"|CURRENT_TIMESTAMP|LOCALTIMESTAMP"
)
TELLS_THE_DIFFERENCE = "apps/portal/doctor/database.py"  # `manage.py doctor` says when the two clocks differ


def test_nothing_compares_the_databases_time_with_ours() -> None:
    """Two clocks differ, in a test by years: moments are written by Python and compared with Python's."""
    for path in settings.BASE_DIR.glob("apps/**/*.py"):
        if path == settings.BASE_DIR / TELLS_THE_DIFFERENCE:
            continue
        assert not DATABASE_TIME.search(path.read_text(encoding="utf-8")), path
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            assert not isinstance(field.db_default, Now), f"{model._meta.label}.{field.name}"
