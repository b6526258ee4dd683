"""The secretariat's rooms: who takes part, pictures without metadata, another name; staff read, residents see nothing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.accounts.models import Posting
from apps.council.models import Project, ProjectPicture
from tests.accounts.factories import make_council_member, make_secretariat, make_staff
from tests.council.factories import OrganizationFactory, ProjectFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def form_of(**changed: Any) -> dict[str, Any]:
    """What the page of a project sends, with nothing in it."""
    empty: dict[str, Any] = dict.fromkeys(("department", "consultation", "topic", "proposal", "source"), "")
    for part in ("participations", "placements", "pictures", "stage_changes"):
        empty |= {f"{part}-TOTAL_FORMS": 0, f"{part}-INITIAL_FORMS": 0}
    return {**empty, "source_quote": "", "source_note": "", **changed}


def photo() -> bytes:
    """A small picture that says where it was taken."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "自宅の住所"
    Image.new("RGB", (20, 10), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_picture_is_drawn_anew_and_described(sign_in: SignIn) -> None:
    project, staff = ProjectFactory(slug="seen"), sign_in(make_secretariat())
    address = reverse("admin:council_project_change", args=[project.pk])
    picture = {"pictures-TOTAL_FORMS": 1, "pictures-0-description": "赤い四角", "pictures-0-order": 10}
    broken = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>")
    assert "画像として開けません" in staff.post(address, form_of(**picture, **{"pictures-0-file": broken})).text
    good = SimpleUploadedFile("自宅.jpg", photo())
    assert staff.post(address, form_of(**picture, **{"pictures-0-file": good})).status_code == 302
    stored = ProjectPicture.objects.get()
    answer = Client().get(stored.get_absolute_url())
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert not dict(Image.open(io.BytesIO(data)).getexif())
    assert "自宅" not in str(stored.file.name)
    assert "赤い四角" in Client().get("/council/projects/seen/").text
    Project.objects.update(published_at=None)
    assert Client().get(stored.get_absolute_url()).status_code == 404


def test_another_name_takes_its_people_along(sign_in: SignIn) -> None:
    organization = OrganizationFactory(name="旧名称")
    member = make_council_member("旧名称")
    words = {"name": "新名称", "sector": "industry", "kind": organization.kind_id, "is_member": "on", "is_public": "on",
             "order": 10, "body": "", "contact": "", "website": "", "source": ""}  # fmt: skip
    answer = sign_in(make_secretariat()).post(
        reverse("admin:council_organization_change", args=[organization.pk]), words
    )
    assert answer.status_code == 302
    assert Posting.objects.get(user=member).organization == "新名称"


def test_staff_read_and_change_nothing(sign_in: SignIn) -> None:
    project, staff = ProjectFactory(), sign_in(make_staff())
    for model in ("organization", "organizationkind", "project", "projectupdate", "checksheet"):
        assert staff.get(reverse(f"admin:council_{model}_changelist")).status_code == 200
    address = reverse("admin:council_project_change", args=[project.pk])
    assert staff.get(address).status_code == 200
    assert staff.post(address, form_of(source="だれかの言葉")).status_code == 403
    assert sign_in(make_council_member()).get(address).status_code in {302, 403}
