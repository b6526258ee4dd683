"""Files that no row names go after a day; what any row or kept wording names stays."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.consultations.models import Attachment
from apps.council.models import OrganizationRevision
from apps.operations.tasks import forget_stray_files
from tests.accounts.factories import UserFactory
from tests.consultations.factories import ConsultationFactory
from tests.council.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    """A place of its own for what is stored."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def store(name: str, *, days: float = 2) -> str:
    """A file that was stored so many days ago."""
    stored = default_storage.save(name, ContentFile(b"x"))
    then = time.time() - days * 86_400
    os.utime(default_storage.path(stored), (then, then))
    return stored


def test_a_file_that_no_row_names_goes_after_a_day_and_not_before() -> None:
    Attachment.objects.create(
        consultation=ConsultationFactory(), title="資料", file=store("a.pdf"), dated_on="2026-11-01"
    )
    old, young = store("council/logos/old.png"), store("council/logos/young.png", days=0.9)
    assert forget_stray_files() == 1
    assert not default_storage.exists(old)
    assert default_storage.exists(young)


def test_the_files_of_a_deleted_draft_go_and_those_of_others_stay() -> None:
    mine, others = store("consultations/a.pdf"), store("consultations/b.pdf")
    draft = ConsultationFactory()
    Attachment.objects.create(consultation=draft, title="資料", file=mine, dated_on="2026-11-01")
    Attachment.objects.create(consultation=ConsultationFactory(), title="資料", file=others, dated_on="2026-11-01")
    assert forget_stray_files() == 0
    draft.attachments.all()._raw_delete("default")  # as a cascade does: no model's delete() is called
    assert forget_stray_files() == 1
    assert not default_storage.exists(mine)
    assert default_storage.exists(others)


def test_a_logo_that_only_a_kept_wording_names_stays() -> None:
    logo, other = store("council/logos/やさしい.png"), store("a.pdf")
    Attachment.objects.create(consultation=ConsultationFactory(), title="資料", file=other, dated_on="2026-11-01")
    OrganizationRevision.objects.create(
        organization=OrganizationFactory(), number=1, content={"logo": logo}, made_by=UserFactory()
    )
    assert forget_stray_files() == 0
    assert default_storage.exists(logo)


@pytest.mark.parametrize("files", [1, 21])
def test_with_a_database_that_is_not_theirs_no_file_is_touched(caplog: pytest.LogCaptureFixture, files: int) -> None:
    if files > 1:
        Attachment.objects.create(
            consultation=ConsultationFactory(), title="資料", file=store("a.pdf"), dated_on="2026-11-01"
        )
    names = [store(f"jobs/{number}.csv") for number in range(files)]
    assert forget_stray_files() == 0
    assert all(default_storage.exists(name) for name in names)
    assert "is this their database?" in caplog.text


def test_nothing_stored_yet_is_nothing_to_do() -> None:
    assert forget_stray_files() == 0
