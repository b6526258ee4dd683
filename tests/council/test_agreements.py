"""Agreements: each party signs for itself, drafts are told and compared, and when the text is public."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from apps.consultations.models import ActionRefused
from apps.council import actions
from apps.council.models import Agreement, AgreementSignature, Project
from apps.council.models.agreement import CLAUSES
from apps.operations.models import AuditEntry, Notification
from tests.accounts.factories import UserFactory, make_council_member, make_secretariat, make_staff
from tests.council.factories import shared_project
from tests.races import while_under_way

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
WORDS = {clause.key: f"{clause.key}の取り決め" for clause in CLAUSES}
PAGE = "/council/projects/pact/agreement/"
PDF = b"%PDF-1.7 signed"


@pytest.fixture
def project() -> Project:
    return shared_project()


@pytest.fixture
def people(project: Project) -> dict[str, Any]:
    """One person of each party, by the key of the party."""
    return {
        "city": make_staff(project.department),
        "uni": make_council_member("試験大学"),
        "company": make_council_member("試験株式会社"),
    }


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def write(by: Any, **changed: str) -> Agreement:
    base = Agreement.objects.newest().first()
    return actions.write_agreement(
        project=Project.objects.get(), clauses={**WORDS, **changed}, base=base.version if base else 0, by=by
    )


def sign(by: Any, party: str, *, agrees: bool = True, **changed: Any) -> bool:
    given = {"on": timezone.localdate(), "file": None, "agreement": Agreement.objects.newest()[0], **changed}
    return actions.sign_agreement(party=party, agrees=agrees, by=by, **given)


def test_each_party_signs_for_itself_and_the_last_one_concludes(people: dict[str, Any], sign_in: SignIn) -> None:
    write(people["city"])
    day = timezone.localdate() - timedelta(days=3)
    sent = {"party": "uni", "signed_on": day.isoformat(), "agrees": "on"}
    browser = sign_in(people["uni"])
    page = browser.get(PAGE).text
    assert f'value="{timezone.localdate().isoformat()}"' in page
    assert 'value="company"' not in page
    assert browser.post(PAGE, {**sent, "party": "company"}).status_code == 422
    assert browser.post(PAGE, sent).status_code == 302
    assert Agreement.objects.get().signed_on is None
    assert Notification.objects.filter(recipient_id=people["company"].pk, title__contains="署名がありました").exists()
    for name in ("company", "city"):
        sign_in(people[name]).post(PAGE, {**sent, "party": name, "signed_on": timezone.localdate().isoformat()})
    assert Agreement.objects.get().signed_on == timezone.localdate()
    assert Notification.objects.filter(recipient_id=people["uni"].pk, title__contains="締結しました").exists()
    assert (
        "この版は、すでに締結されています" in browser.post(PAGE, sent).text
        or "署名する</button>" not in browser.get(PAGE).text
    )
    assert AuditEntry.objects.filter(verb="sign_agreement").count() == 3


def test_what_is_missing_a_day_to_come_and_a_wrong_file_are_said_beside_the_form(
    people: dict[str, Any], sign_in: SignIn
) -> None:
    write(people["city"], costs="")
    with pytest.raises(ActionRefused, match="費用負担"):
        sign(people["uni"], "uni")
    write(people["city"])
    tomorrow = timezone.localdate() + timedelta(days=1)
    browser = sign_in(people["uni"])
    future = browser.post(PAGE, {"party": "uni", "signed_on": tomorrow.isoformat()})
    assert (future.status_code, "今日までの日" in future.text) == (422, True)
    wrong = {"party": "uni", "signed_on": timezone.localdate().isoformat(), "file": SimpleUploadedFile("a.pdf", b"MZ")}
    refused = browser.post(PAGE, wrong)
    assert (refused.status_code, "PDFファイルではありません" in refused.text) == (422, True)
    assert not AgreementSignature.objects.exists()


def test_the_secretariat_records_a_signature_on_paper_with_the_paper_only(
    people: dict[str, Any], sign_in: SignIn
) -> None:
    write(people["city"])
    sent = {"party": "company", "signed_on": timezone.localdate().isoformat()}
    office = sign_in(make_secretariat())
    assert "添付してください" in office.post(PAGE, sent).text
    assert office.post(PAGE, {**sent, "file": SimpleUploadedFile("a.pdf", PDF)}).status_code == 302
    signature = AgreementSignature.objects.get()
    place = f"{PAGE}1/files/{signature.pk}/"
    opened = sign_in(people["uni"]).get(place)
    assert (b"".join(opened.streaming_content), opened["X-Content-Type-Options"]) == (PDF, "nosniff")
    for stranger in (UserFactory(), make_council_member("別の団体"), make_staff()):
        assert sign_in(stranger).get(place).status_code == 403
    assert Client().get(place).status_code == 302
    assert office.get(f"{PAGE}2/files/{signature.pk}/").status_code == 404


def test_a_new_draft_is_told_compared_and_leaves_the_signatures_with_the_former(
    people: dict[str, Any], sign_in: SignIn
) -> None:
    write(people["uni"])
    sign(people["uni"], "uni")
    former = Agreement.objects.get()
    write(people["company"], costs="折半に変更する。")
    told = Notification.objects.filter(recipient_id=people["city"].pk, title__contains="新しい案（第2版）")
    assert told.exists()
    assert not Notification.objects.filter(recipient_id=people["company"].pk, title__contains="第2版").exists()
    page = sign_in(people["city"]).get(PAGE).text
    assert "第1版から変わったところ" in page
    changes = page[page.index("第1版から変わったところ") : page.index('id="sign-title"')]
    assert ("折半に変更する。" in changes, "costsの取り決め" in changes, "rolesの取り決め" in changes) == (
        True,
        True,
        False,
    )
    with pytest.raises(ActionRefused, match="新しい案（第2版）"):
        sign(people["city"], "city", agreement=former)
    assert not AgreementSignature.objects.filter(agreement__version=2).exists()


def test_of_two_who_write_at_once_the_second_sees_both_wordings(people: dict[str, Any], sign_in: SignIn) -> None:
    place = f"{PAGE}edit/"
    sign_in(people["uni"]).post(place, {**WORDS, "base": 0})
    late = sign_in(people["company"]).post(place, {**WORDS, "base": 0, "costs": "会社が負担する。"})
    assert late.status_code == 409
    assert ("第1版が保存されました" in late.text, "会社が負担する。" in late.text, 'value="1"' in late.text) == (
        True,
        True,
        True,
    )
    assert Agreement.objects.count() == 1
    sign_in(people["company"]).post(place, {**WORDS, "base": 1, "costs": "会社が負担する。"})
    assert Agreement.objects.newest()[0].clauses["costs"] == "会社が負担する。"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_at_once_the_second_concludes(people: dict[str, Any]) -> None:
    write(people["city"])
    sign(people["city"], "city")
    failures = while_under_way(lambda: sign(people["uni"], "uni"), lambda: sign(people["company"], "company"))
    assert failures == []
    assert Agreement.objects.get().signed_on


def test_the_text_is_public_when_every_party_agrees_or_the_project_has_ended(people: dict[str, Any]) -> None:
    write(people["city"], costs="折半にする。")
    text = f"{PAGE}text/"
    for name, person in people.items():
        assert Client().get(text).status_code == 404
        sign(person, name, agrees=name != "company")
    assert Client().get(text).status_code == 404
    AgreementSignature.objects.update(agrees_to_publish=True)
    public = Client().get(text).text
    assert "折半にする。" in public
    assert text in Client().get("/council/projects/pact/").text
    AgreementSignature.objects.filter(organization__slug="uni").update(agrees_to_publish=False)
    assert Client().get(text).status_code == 404
    assert text not in Client().get("/council/projects/pact/").text
    Project.objects.update(stage="closed", result="よかった", lesson="続ける")
    assert "折半にする。" in Client().get(text).text
    Project.objects.update(published_at=None)
    assert Client().get(text).status_code == 404


def test_an_agreement_signed_before_parties_signed_here_stays_the_parties_own(project: Project) -> None:
    Project.objects.update(stage="closed", result="よかった", lesson="続ける")
    Agreement.objects.create(project=project, version=1, clauses=WORDS, signed_on=timezone.localdate())
    assert Client().get(f"{PAGE}text/").status_code == 404


def test_a_half_signed_agreement_waits_for_the_party_that_has_not_signed(
    people: dict[str, Any], sign_in: SignIn
) -> None:
    write(people["city"])
    waiting = Agreement.objects.waiting_for
    assert not waiting(people["uni"]).exists()
    sign(people["uni"], "uni")
    assert [waiting(person).count() for person in people.values()] == [1, 0, 1]
    assert Agreement.objects.half_signed(make_secretariat()).count() == 1
    assert not waiting(make_council_member("別の団体")).exists()
    for name, title in (("city", "agreements-title"), ("uni", "half-signed-title"), ("company", "agreements-title")):
        page = sign_in(people[name]).get("/council/desk/").text
        assert [page.count(f'id="{one}"') for one in ("agreements-title", "half-signed-title")].index(1) == (
            title[0] == "h"
        )
    first_page = sign_in(people["city"]).get("/admin/").text
    assert "/council/desk/#agreements-title" in first_page


def test_a_party_signs_once(people: dict[str, Any]) -> None:
    agreement = write(people["city"])
    sign(people["uni"], "uni")
    with pytest.raises(ActionRefused, match="すでに署名しています"):
        sign(people["uni"], "uni")
    row = AgreementSignature.objects.get()
    with pytest.raises(IntegrityError, match="agreement_signed_once"), transaction.atomic():
        AgreementSignature.objects.create(agreement=agreement, organization=row.organization, signed_on=row.signed_on)
    with pytest.raises(IntegrityError, match="agreement_signature_of_one"), transaction.atomic():
        AgreementSignature.objects.create(agreement=agreement, signed_on=row.signed_on)
