"""Staff at work: whose case, what is missing, the announcement, letters typed in, who may see a name."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.operations.models import AuditEntry
from apps.public_comments.models import Case, Opinion
from tests import clock
from tests.accounts.factories import DepartmentFactory, make_moderator, make_secretariat, make_staff
from tests.documents.factories import DocumentFactory, published
from tests.public_comments.factories import ADDRESS, NAME, draft_case, entered, kind, open_case, sent

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def at(row: Any, page: str = "change") -> str:
    return reverse(f"admin:public_comments_{row._meta.model_name}_{page}", args=[row.pk])


@pytest.fixture
def case() -> Case:
    return open_case(DepartmentFactory(name="公園課"))


@pytest.fixture
def runner(sign_in: SignIn, case: Case) -> Client:
    """A browser of the case's department."""
    return sign_in(make_staff(case.department))


def facts(case_of: Any, **other: Any) -> dict[str, Any]:
    return {
        "title": "川の計画", "slug": "kawa", "version": published(DocumentFactory(department=case_of)).pk,
        "department": case_of.pk, "summary": "川のこれから", "eligible": [kind().pk], "opens_on": "R9.1.10",
        "closes_on": "2027-02-08", "short_reason": "", "post_rule": "received", "send_to": "見本課", "places": "",
        "result_due_on": "2027-04-01", "delete_senders_on": "2028-04-01", "papers-TOTAL_FORMS": 1, "papers-INITIAL_FORMS": 0,
        "papers-0-title": "別紙", "papers-0-order": 10,
        "papers-0-file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 text"), **other,
    }  # fmt: skip


def test_a_department_prepares_and_announces_its_case(
    sign_in: SignIn, settings: Any, tmp_path: Any, frozen_clock: Any
) -> None:
    frozen_clock.move_to(clock.moment("2026-11-25"))
    settings.MEDIA_ROOT = tmp_path
    department = DepartmentFactory()
    client = sign_in(make_staff(department))
    add = reverse("admin:public_comments_case_add")
    short = client.post(add, facts(department, closes_on="2027-02-07"))
    assert short.status_code == 422
    assert "30日より短いときは" in short.text
    no_pdf = SimpleUploadedFile("a.pdf", b"PK")
    assert client.post(add, facts(department, **{"papers-0-file": no_pdf})).status_code == 422
    client.post(add, facts(department))
    case = Case.objects.get(slug="kawa")
    page = client.get(at(case)).text
    assert "案を閲覧できる場所を書いてください" in page
    assert "予告する</button>" not in page
    client.post(at(case, "announce"))
    case.refresh_from_db()
    assert case.announced_at is None
    Case.objects.filter(pk=case.pk).update(places="市役所")
    assert "予告する</button>" in client.get(at(case)).text
    assert client.get(at(case, "announce")).status_code == 302
    assert "予告しました" in client.post(at(case, "announce"), follow=True).text
    case.refresh_from_db()
    assert case.state == "upcoming"
    assert case.papers.get().title == "別紙"
    changed = client.post(at(case), facts(department, opens_on="R9.1.1", title="川と池の計画", **{
        "papers-TOTAL_FORMS": 0, "papers-0-title": "", "papers-0-file": "",
    }))  # fmt: skip
    assert changed.status_code == 302
    case.refresh_from_db()
    assert (case.title, str(case.opens_on)) == ("川と池の計画", "2027-01-10")
    verbs = list(AuditEntry.objects.for_target(case).values_list("verb", flat=True))
    assert verbs == ["change", "announce_case", "add"]


def letter(**other: Any) -> dict[str, Any]:
    return {
        "channel": "fax", "received_on": str(timezone.localdate()), "is_group": "", "eligibility": kind().pk, "name": NAME,
        "address": ADDRESS, "detail": "", "representative": "", "contact": "", "parts": 1, "section_0": "s3",
        "body_0": "川を守ってほしい", "submit_key": str(uuid.uuid4()), "step": "save", **other,
    }  # fmt: skip


def test_a_letter_is_typed_in(runner: Client, case: Case) -> None:
    assert "紙などの意見を入力する" in runner.get(at(case)).text
    answer = runner.post(at(case, "enter"), letter(), follow=True)
    opinion = Opinion.objects.get()
    assert opinion.number_shown in answer.text
    assert (opinion.channel, opinion.typed_by_id is not None, opinion.parts.get().section.key) == ("fax", True, "s3")
    assert runner.post(at(case, "enter"), letter(channel="web")).status_code == 422
    assert runner.post(at(case, "enter"), letter(received_on="2020-01-01")).status_code == 422
    assert 'name="body_1"' in runner.post(at(case, "enter"), letter(step="add")).text
    assert Opinion.objects.count() == 1


def test_a_name_is_shown_with_a_press_that_is_noted(runner: Client, case: Case) -> None:
    opinion = sent(case, "木を植えて")
    page = runner.get(at(opinion)).text
    assert "木を植えて" in page
    assert NAME not in page
    assert runner.get(at(opinion, "sender")).status_code == 302
    assert not AuditEntry.objects.for_target(opinion).exists()
    assert NAME in runner.post(at(opinion, "sender")).text
    assert [entry.verb for entry in AuditEntry.objects.for_target(opinion)] == ["read_sender"]
    assert NAME not in runner.get(reverse("admin:public_comments_opinion_changelist")).text


def test_another_department_reads_neither_opinions_nor_names(sign_in: SignIn, case: Case) -> None:
    opinion, draft = sent(case, "木を植えて"), draft_case()
    for other in (sign_in(make_staff()), sign_in(make_moderator())):
        assert other.get(at(opinion)).status_code in {302, 403, 404}
        assert other.post(at(opinion, "sender")).status_code == 404
        assert other.post(at(opinion, "exclude"), {"reason": "late"}).status_code == 404
        assert other.get(at(case, "enter")).status_code == 403
        assert other.post(at(case, "announce")).status_code == 403
        assert other.get(at(draft)).status_code in {302, 404}
        assert "提出意見</a>" not in other.get(at(case)).text.partition('id="content')[2]
    opinion.refresh_from_db()
    assert opinion.is_accepted
    assert sign_in(make_secretariat()).get(at(opinion)).status_code == 200


def test_equal_words_are_found_and_an_opinion_is_left_out(runner: Client, case: Case) -> None:
    first, _second = sent(case, "反対 です。"), entered(case, "反対です。")
    sent(open_case(), "反対です。")
    assert "ほかに1通" in runner.get(at(first)).text
    runner.post(at(first, "exclude"), {"reason": "repeated"})
    first.refresh_from_db()
    assert first.excluded_reason == "repeated"
    runner.post(at(first, "exclude"), {"reason": "nonsense"})
    runner.post(at(first, "exclude"), {"reason": ""})
    first.refresh_from_db()
    assert first.is_accepted
    assert timezone.localdate() + timedelta(days=29) == case.closes_on
