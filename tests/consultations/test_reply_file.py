"""市の考え方を Excel で書く: the workbook goes out, comes back, is looked at, and becomes drafts; all or none."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.consultations.models import Consultation, Reply, Topic
from apps.operations.models import AuditEntry
from tests.accounts.factories import make_moderator, make_secretariat, make_staff
from tests.consultations.factories import (
    AssignmentFactory,
    ConsultationFactory,
    ProposalFactory,
    ReplyFactory,
    ReplyStatusFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
Sheet = dict[str, dict[str, str]]


@pytest.fixture
def asked() -> Consultation:
    ReplyStatusFactory()
    return ConsultationFactory(slug="parks")


def page_of(asked: Consultation) -> str:
    return reverse("admin:consultations_consultation_replies", args=[asked.pk])


def workbook(browser: Client, asked: Consultation) -> Any:
    answer = browser.get(reverse("admin:consultations_consultation_replies_file", args=[asked.pk]))
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(answer.content))


def filled_in(book: Any, answers: dict[str, tuple[str, str]]) -> SimpleUploadedFile:
    """The workbook with status and answer by number, as an officer saves it."""
    for row in book.worksheets[0].iter_rows(min_row=2):
        if row[0].value in answers:
            row[4].value, row[5].value = answers[row[0].value]
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("市の考え方.xlsx", file.getvalue())


def test_the_workbook_comes_back_as_drafts(asked: Consultation, sign_in: SignIn) -> None:
    by = make_staff(asked.department)
    topics = TopicFactory.create_batch(3, consultation=asked)
    begun = ReplyFactory(topic=topics[1], department=asked.department, draft_body="前の文")
    voice = ProposalFactory(consultation=asked, body="=ベンチがほしい")
    AssignmentFactory(proposal=voice, department=asked.department)
    browser = sign_in(by)
    book = workbook(browser, asked)
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [row[0] for row in cells] == [*(topic.code for topic in topics), voice.code]
    assert cells[1][3:] == [asked.department.name, "反映", "前の文"]
    answers = {topics[0].code: ("反映", "植えます。\n来年度からです。"), topics[1].code: ("反映", "新しい文"),
               voice.code: ("", "考えます。")}  # fmt: skip
    looked = browser.post(page_of(asked), {"file": filled_in(book, answers)})
    assert looked.status_code == 200
    assert "保存する下書き3件、変わらない行0行、市の考え方が空欄の行1行、読めない行0行" in looked.text
    assert "前の文" in looked.text, "what will be replaced is shown"
    assert not Reply.objects.filter(topic=topics[0]).exists(), "nothing is written yet"
    confirmed = {"rows": looked.context["rows_form"].initial["rows"]}
    saved = browser.post(page_of(asked), confirmed, follow=True)
    assert [str(one) for one in saved.context["messages"]] == ["3件の下書きを保存しました。まだ公開していません。"]
    begun.refresh_from_db()
    assert (begun.draft_body, begun.draft_version, begun.is_published) == ("新しい文", 1, False)
    new = Reply.objects.get(topic=topics[0])
    assert (new.draft_body, new.draft_status.code) == ("植えます。\n来年度からです。", "reflected")
    assert Reply.objects.get(proposal=voice).draft_status is None
    assert AuditEntry.objects.for_target(new).get().verb == "draft_reply"
    again = browser.post(page_of(asked), confirmed, follow=True)
    assert [str(one) for one in again.context["messages"]] == ["0件の下書きを保存しました。まだ公開していません。"]
    same = browser.post(page_of(asked), {"file": filled_in(workbook(browser, asked), {})})
    assert "保存する下書き0件、変わらない行3行" in same.text


def test_nothing_is_saved_over_a_later_draft(asked: Consultation, sign_in: SignIn) -> None:
    by = make_staff(asked.department)
    first, second = TopicFactory.create_batch(2, consultation=asked)
    other = ReplyFactory(topic=second, department=asked.department, draft_body="前の文")
    browser = sign_in(by)
    answers = {first.code: ("反映", "一つ目"), second.code: ("反映", "二つ目")}
    looked = browser.post(page_of(asked), {"file": filled_in(workbook(browser, asked), answers)})
    other.draft_body = "ほかの職員の文"
    other.save_draft(by=make_secretariat())
    refused = browser.post(page_of(asked), {"rows": looked.context["rows_form"].initial["rows"]}, follow=True)
    assert f"{second.code} の下書きは、確認のあとにほかの職員が変えました。" in str(
        next(iter(refused.context["messages"]))
    )
    assert not Reply.objects.filter(topic=first).exists(), "all or none"
    assert Reply.objects.get(topic=second).draft_body == "ほかの職員の文"


def test_rows_that_cannot_be_read_say_where_and_why(asked: Consultation, sign_in: SignIn) -> None:
    topic, foreign = TopicFactory(consultation=asked), TopicFactory()
    lines = [
        "番号,担当課,状況,市の考え方",
        f"{foreign.code},{asked.department.name},反映,答え",
        f"{topic.code},知らない課,反映,答え",
        f"{topic.code},{asked.department.name},よい,答え",
        f"{topic.code},{asked.department.name},反映,{'長' * 4001}",
        f"{topic.code},{asked.department.name},反映,答え",
        f"{topic.code.lower()},{asked.department.name},反映,答え",
    ]
    browser = sign_in(make_staff(asked.department))
    file = SimpleUploadedFile("a.csv", "\n".join(lines).encode())
    checked = browser.post(page_of(asked), {"file": file}).context["checked"]
    assert [row.code for row in checked.rows] == [topic.code]
    assert [(number, column) for number, column, _sentence in checked.problems] == [
        (2, "番号"), (3, "担当課"), (4, "状況"), (5, "市の考え方"), (7, "番号")
    ]  # fmt: skip
    for bad in (b"", b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0old"):
        assert browser.post(page_of(asked), {"file": SimpleUploadedFile("b.csv", bad)}).status_code == 422
    assert browser.post(page_of(asked), {}).status_code == 422
    for rows in ("", "x", "eyJ:1abc:x"):
        assert browser.post(page_of(asked), {"rows": rows}).status_code == 302
    assert not Reply.objects.exists()


def test_only_the_own_department_and_only_what_this_person_checked(asked: Consultation, sign_in: SignIn) -> None:
    topic = TopicFactory(consultation=asked)
    owner, other = sign_in(make_staff(asked.department)), sign_in(make_staff())
    looked = owner.post(page_of(asked), {"file": filled_in(workbook(owner, asked), {topic.code: ("反映", "答え")})})
    rows = looked.context["rows_form"].initial["rows"]
    assert [row for row in workbook(other, asked).worksheets[0].iter_rows(min_row=2, values_only=True) if row[0]] == []
    assert other.post(page_of(asked), {"rows": rows}).status_code == 302
    assert not Reply.objects.exists()
    assert sign_in(make_moderator()).get(page_of(asked)).status_code == 403
    draft = ConsultationFactory(draft=True)
    assert other.get(page_of(draft)).status_code == 404


def test_a_department_that_was_asked_answers_in_anothers_theme(asked: Consultation, sign_in: SignIn) -> None:
    by = make_staff()
    topic = TopicFactory(consultation=asked, published_at=None)
    TopicFactory(consultation=asked)
    AssignmentFactory(topic=topic, department=next(iter(by.current_postings())).department)
    browser = sign_in(by)
    book = workbook(browser, asked)
    assert [row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)] == [topic.code]
    looked = browser.post(page_of(asked), {"file": filled_in(book, {topic.code: ("反映", "答え")})})
    browser.post(page_of(asked), {"rows": looked.context["rows_form"].initial["rows"]})
    assert Reply.objects.get().topic == Topic.objects.get(pk=topic.pk)
