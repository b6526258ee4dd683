"""意見と市の考え方 (対照表): the same rows on its page and in its files, and how many voices an answer has reached."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from apps.consultations.models import Consultation, State
from tests.accounts.factories import make_secretariat
from tests.consultations.admin_pages import save
from tests.consultations.factories import (
    ConsultationFactory,
    ProposalFactory,
    ReplyFactory,
    ReplyStatusFactory,
    TopicFactory,
    reviewing,
)

pytestmark = pytest.mark.django_db
PAGE = "/consultations/parks/views/"


@pytest.fixture
def asked() -> Consultation:
    return ConsultationFactory(slug="parks", closed=True)


@pytest.fixture
def answered(asked: Consultation) -> Consultation:
    """Of six public voices two stand in a topic with an answer, one has an answer of its own, one is 検討中."""
    by = make_secretariat()
    voices = ProposalFactory.create_batch(6, consultation=asked)
    topic = TopicFactory(consultation=asked, title="木陰を増やす", summary="木陰がほしい")
    topic.group(voices[:2], by=by)
    ReplyFactory(topic=topic, draft_body="**植えます**。\n\n- 来年度から").publish(by=by)
    TopicFactory(consultation=asked, title="まだ答えのない論点").group([voices[4]], by=by)
    draft = TopicFactory(consultation=asked, title="下書きの論点", published_at=None)
    draft.group([voices[5]], by=by)
    ReplyFactory(topic=draft, draft_body="下書きの答え")
    ReplyFactory(proposal=voices[2], draft_status=ReplyStatusFactory(code="done", name="実施済")).publish(by=by)
    ReplyFactory(proposal=voices[3], draft_status=reviewing()).publish(by=by)
    hidden = ProposalFactory(consultation=asked, body="見えない意見")
    ReplyFactory(proposal=hidden).publish(by=by)
    type(hidden).objects.filter(pk=hidden.pk).update(state=State.HIDDEN)
    return asked


def statuses(rows: list[Any]) -> list[tuple[str, str]]:
    return [(row[1][:12], row[5]) for row in rows]


def test_page_and_files_hold_the_same_rows(answered: Consultation, client: Client) -> None:
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "公開中の意見は6件です。3件に回答しました。3件は回答を待っています。" in page.text
    assert "<strong>植えます</strong>" in page.text
    expected = [("木陰を増やす", "反映"), ("まだ答えのない論点", "回答待ち"), ("木陰のあるベンチがほしい", "実施済"),
                ("木陰のあるベンチがほしい", "検討中")]  # fmt: skip
    shown = [(row.subject, row.status) for row in page.context["rows"]]
    assert shown == expected
    sent = b"".join(client.get("/consultations/parks/views.csv").streaming_content)  # type: ignore[attr-defined]
    lines = list(csv.reader(io.StringIO(sent.decode("utf-8-sig"))))
    assert [(line[1], line[5]) for line in lines[1:]] == expected
    assert lines[1][3:5] == ["2", "植えます。 ・来年度から"]
    book = load_workbook(io.BytesIO(client.get("/consultations/parks/views.xlsx").content))
    cells = list(book.worksheets[0].iter_rows(values_only=True))
    assert [(row[1], row[5]) for row in cells[1:]] == expected
    pdf = client.get("/consultations/parks/views.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content[:5] == b"%PDF-"
    everything = page.text + sent.decode("utf-8-sig") + str(cells)
    for secret in ("下書きの論点", "下書きの答え", "見えない意見"):
        assert secret not in everything


def test_an_empty_table_and_a_draft(client: Client, asked: Consultation) -> None:
    assert "論点も市の考え方も、まだ公開されていません。" in client.get(PAGE).text
    for ending in (".csv", ".xlsx", ".pdf"):
        assert client.get(f"/consultations/parks/views{ending}").status_code == 200
    ConsultationFactory(slug="later", draft=True)
    for ending in ("/", ".csv", ".xlsx", ".pdf"):
        assert client.get(f"/consultations/later/views{ending}").status_code == 404


def test_the_theme_leads_to_it(client: Client, answered: Consultation) -> None:
    assert f'href="{PAGE}"' in client.get(answered.get_absolute_url()).text


@pytest.mark.usefixtures("without_page_cache")
def test_the_page_asks_the_same_number_of_questions(client: Client, asked: Consultation) -> None:
    by, numbers = make_secretariat(), []
    for _time in range(2):
        for topic in TopicFactory.create_batch(5, consultation=asked):
            voice, other = ProposalFactory.create_batch(2, consultation=asked)
            topic.group([voice], by=by)
            ReplyFactory(topic=topic).publish(by=by)
            ReplyFactory(proposal=other).publish(by=by)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


@pytest.mark.usefixtures("without_page_cache")
def test_answers_count_voices_too(client: Client, answered: Consultation) -> None:
    ProposalFactory(consultation=ConsultationFactory(department=answered.department))
    line = client.get("/answers/").context["lines"][0]
    assert (line["promised"], line["voices"], line["answered"]) == (2, 7, 3)
    total = client.get("/answers/").context["total"]
    assert (total["voices"], total["answered"]) == (7, 3)
    narrowed = client.get("/answers/?outcome=late").context["lines"][0]
    assert (narrowed["voices"], narrowed["answered"]) == (7, 3), "a table does not change with the list below it"


def test_an_answer_to_the_theme_says_how_many_voices_wait(answered: Consultation, sign_in: Any) -> None:
    browser = sign_in(make_secretariat())
    done = save(browser, answered, act="answer", answer_text="来年度の計画に反映します。")
    told = " ".join(str(message) for message in done.context["messages"])
    assert "公開中の意見6件のうち、3件には、まだ市の考え方がありません。" in told
    listed = browser.get("/admin/consultations/proposal/?theme=parks&state=published&answer=waiting")
    assert listed.context["cl"].result_count == 3
    assert "theme=parks&amp;state=published&amp;answer=waiting" in told
