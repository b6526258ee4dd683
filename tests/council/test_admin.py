"""The secretariat's rooms: who takes part, pictures without metadata, another name; staff read, residents see nothing."""

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from apps.accounts.models import Invitation, Posting
from apps.council.models import Project, ProjectPicture, Stage
from tests.accounts.factories import make_council_member, make_secretariat, make_staff
from tests.consultations.factories import ProposalFactory, TopicFactory
from tests.council.factories import OrganizationFactory, ProjectFactory
from tests.vision.factories import ViewpointFactory

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


def test_a_project_is_linked_by_numbers_and_never_by_an_id(sign_in: SignIn) -> None:
    project, staff = ProjectFactory(), sign_in(make_secretariat())
    voice, topic = ProposalFactory(code="C25-0142"), TopicFactory(code="T25-0012")
    address = reverse("admin:council_project_change", args=[project.pk])
    assert staff.post(address, form_of(proposal="ｃ２５ー０１４２", topic="T25-0012")).status_code == 302
    project.refresh_from_db()
    assert (project.proposal, project.topic) == (voice, topic)
    page = staff.get(address).text
    assert ('value="C25-0142"' in page, 'value="T25-0012"' in page) == (True, True)
    for wrong in (str(voice.pk), "C25-9999", "ねこ", "x" * 30):
        refused = staff.post(address, form_of(proposal=wrong, topic="T25-0012", source="書いた出典"))
        assert (refused.status_code, "書いた出典" in refused.text) == (422, True)
    assert "この番号のものは見つかりません" in staff.post(address, form_of(proposal="C25-9999")).text
    staff.post(address, form_of(topic="T25-0012"))
    project.refresh_from_db()
    assert (project.proposal, project.topic) == (None, topic)


def test_an_invitation_chooses_the_organization(sign_in: SignIn) -> None:
    OrganizationFactory(name="試験大学")
    staff, address = sign_in(make_secretariat()), "/admin/accounts/invitation/add/"
    assert '<option value="試験大学">' in staff.get(address).text
    invited = {"email": "member@example.jp", "role": "council", "organization": "試験大學"}
    refused = staff.post(address, invited)
    assert (refused.status_code, "member@example.jp" in refused.text) == (422, True)
    assert staff.post(address, {**invited, "organization": "試験大学"}).status_code == 302
    assert Invitation.objects.get().organization == "試験大学"


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


def test_what_waits_for_the_secretariat_stands_in_numbers_on_its_first_page(sign_in: SignIn) -> None:
    organization = OrganizationFactory(slug="own", name="試験大学")
    ProjectFactory.by(organization, slug="own", title="はじめの題名", stage=Stage.TRIAL)
    member, secretariat = sign_in(make_council_member("試験大学")), sign_in(make_secretariat())
    empty = secretariat.get("/admin/").text
    assert "確認を待つ取組・団体ページの変更 <strong>0</strong>" in empty
    page = {
        "name": "試験大学",
        "summary": "新しい紹介文です。",
        "kind": organization.kind,
        "sector": organization.sector,
    }
    for address, fields in (
        (
            "projects/own/edit/",
            {"title": "新しい題名", "summary": "概要。", "stage": "trial", "viewpoint": ViewpointFactory().slug},
        ),
        ("organizations/own/edit/", page),
        ("projects/own/updates/new/", {"title": "説明会", "body": "開きました。", "happened_on": "2026-05-01"}),
        ("offers/new/", {"title": "見守りの機器", "body": "センサーで見守ります。", "organization": "own"}),
    ):
        answer = member.post(
            f"/council/{address}", {**fields, "submit_key": str(uuid.uuid4()), "base": "0", "step": "save"}
        )
        assert answer.status_code == 302, (address, answer.text)
    home = secretariat.get("/admin/").text
    for words, number in (
        ("確認を待つ取組・団体ページの変更", 2),
        ("確認を待つ課題・提案", 1),
        ("公開を待つ活動報告", 1),
    ):
        assert (
            f'href="/council/desk/#waiting-title">{words} <strong class="dashboard__waiting">{number}</strong>' in home
        )
    assert 'id="waiting-title"' in secretariat.get("/council/desk/").text
    assert "確認を待つ取組" not in sign_in(make_staff()).get("/admin/").text
