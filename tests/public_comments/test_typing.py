"""Opinions typed in from paper: the scan beside them, a second person who compares, and what was mistyped."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.public_comments import actions
from apps.public_comments.models import ActionRefused, Case, Opinion, OpinionScan
from apps.public_comments.services.result_check import hints_of
from tests.accounts.factories import make_staff
from tests.documents.factories import one_page_pdf
from tests.public_comments.factories import answered, close, entered, open_case, sent

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
TYPED = "川を守つてください。"


@pytest.fixture
def case() -> Case:
    return open_case()


@pytest.fixture
def typist(case: Case) -> User:
    return make_staff(case.department)


@pytest.fixture
def opinion(case: Case, typist: User) -> Opinion:
    """A FAX that somebody typed in."""
    return entered(case, TYPED, channel="fax", by=typist)


def url(opinion: Opinion, name: str, *more: int) -> str:
    return reverse(f"admin:public_comments_opinion_{name}", args=[opinion.pk, *more])


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "市民A"
    Image.new("RGB", (8, 8)).save(out, format="JPEG", exif=exif)
    return SimpleUploadedFile("市民Aの手紙.jpg", out.getvalue())


def test_a_scan_is_looked_at_by_those_who_run_the_case_and_each_look_is_noted(
    opinion: Opinion, sign_in: SignIn
) -> None:
    staff = sign_in(make_staff(opinion.case.department))
    page = reverse("admin:public_comments_opinion_change", args=[opinion.pk])
    for file, words in (
        (SimpleUploadedFile("a.pdf", one_page_pdf()), "写しを加えました"),
        (picture(), "写しを加えました"),
        (SimpleUploadedFile("a.exe", b"MZ\x90"), "画像として開けません"),
    ):
        assert words in staff.post(url(opinion, "scan"), {"file": file}, follow=True).text
    staff.post(url(opinion, "scan"), {}, follow=True)
    pdf, image = opinion.scans.all()
    assert "市民A" not in image.file.name
    with image.file.open("rb") as stored, Image.open(stored) as drawn:
        assert not drawn.getexif()
    assert "写し2を見る" in staff.get(page).text
    shown = staff.post(url(opinion, "look", pdf.pk))
    assert b"".join(shown.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert "no-store" in shown["Cache-Control"]
    assert AuditEntry.objects.for_target(opinion).first().verb == "read_scan"
    assert staff.get(url(opinion, "look", pdf.pk)).status_code == 302, "a link shows nothing"
    assert staff.post(url(entered(opinion.case), "look", pdf.pk)).status_code == 404
    for browser in (sign_in(make_staff()), Client()):
        assert browser.post(url(opinion, "look", pdf.pk)).status_code in {302, 403, 404}
    assert AuditEntry.objects.for_target(opinion).filter(verb="read_scan").count() == 1


def test_scans_go_with_name_and_address(opinion: Opinion, django_capture_on_commit_callbacks: Any) -> None:
    scan = actions.add_scan(opinion=opinion, file=ContentFile(one_page_pdf(), name="x.pdf"), by=None)
    name = str(scan.file.name)
    assert default_storage.exists(name)
    Case.objects.filter(pk=opinion.case_id).update(
        opens_on=timezone.localdate() - timedelta(days=90), closes_on=timezone.localdate() - timedelta(days=50),
        result_due_on=timezone.localdate() - timedelta(days=10), delete_senders_on=timezone.localdate(),
    )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.delete_senders() == 1
    assert not OpinionScan.objects.exists()
    assert not default_storage.exists(name)
    with pytest.raises(ActionRefused, match="消したあと"):
        actions.add_scan(opinion=opinion, file=ContentFile(b"x", name="x.pdf"), by=None)


def test_a_wrong_scan_is_removed_with_its_file(
    opinion: Opinion, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    scan = actions.add_scan(opinion=opinion, file=ContentFile(one_page_pdf(), name="x.pdf"), by=None)
    with django_capture_on_commit_callbacks(execute=True):
        sign_in(make_staff(opinion.case.department)).post(url(opinion, "unscan", scan.pk))
    assert not default_storage.exists(str(scan.file.name))


def test_a_second_person_checks_what_was_typed(opinion: Opinion, typist: User) -> None:
    assert opinion in Opinion.objects.unchecked()
    close(opinion.case)
    words = [hint.sentence for hint in hints_of(opinion.case)]
    assert any(opinion.number_shown in one and "別の職員" in one for one in words)
    with pytest.raises(ActionRefused, match="入力した人は"):
        actions.check_typing(opinion=opinion, by=typist)
    second = make_staff(opinion.case.department)
    actions.check_typing(opinion=opinion, by=second)
    opinion.refresh_from_db()
    assert opinion.checked_by == second
    assert opinion not in Opinion.objects.unchecked()
    assert not hints_of(opinion.case)


def test_mistyped_words_are_written_anew_and_checked_again(opinion: Opinion, typist: User, sign_in: SignIn) -> None:
    second = make_staff(opinion.case.department)
    actions.check_typing(opinion=opinion, by=second)
    staff = sign_in(second)
    assert TYPED in staff.get(url(opinion, "mend")).text
    for wrong in ({"body_0": ""}, {"body_0": TYPED}, {}):
        assert staff.post(url(opinion, "mend"), wrong).status_code == 422
    staff.post(url(opinion, "mend"), {"body_0": "川を守ってください。"})
    opinion.refresh_from_db()
    assert [part.body for part in opinion.parts.current()] == ["川を守ってください。"]
    assert opinion.parts.count() == 2, "the former words stay"
    assert (opinion.checked_at, opinion.typed_by) == (None, second)
    actions.check_typing(opinion=opinion, by=typist)
    close(opinion.case)
    actions.cut_point(part=opinion.parts.current().get(), quote="川", by=None)
    with pytest.raises(ActionRefused, match="要点を切り出した"):
        actions.mend_typing(opinion=opinion, bodies=["山"], by=None)


def test_opinions_of_the_web_and_of_public_results_are_not_touched(opinion: Opinion) -> None:
    web = sent(opinion.case)
    file = ContentFile(b"x", name="x.pdf")
    for verb in (
        lambda row: actions.check_typing(opinion=row, by=None),
        lambda row: actions.mend_typing(opinion=row, bodies=["別の文"], by=None),
        lambda row: actions.add_scan(opinion=row, file=file, by=None),
    ):
        with pytest.raises(ActionRefused, match="入力した意見ではありません"):
            verb(web)
    answered(close(opinion.case))
    with pytest.raises(ActionRefused, match="結果を公表した"):
        actions.mend_typing(opinion=opinion, bodies=["別の文"], by=None)


def test_the_list_shows_what_is_not_checked(opinion: Opinion, sign_in: SignIn) -> None:
    listed = reverse("admin:public_comments_opinion_changelist")
    sent(opinion.case)
    staff = sign_in(make_staff(opinion.case.department))
    assert staff.get(listed, {"typing": "unchecked"}).context["cl"].result_count == 1
    assert staff.get(listed, {"typing": "checked"}).context["cl"].result_count == 0
