"""結果報告: figures that stand, groups that cannot be worked out, voices that are not shown once they are hidden."""

import io
import itertools
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from apps.consultations.models import (
    ActionRefused,
    Consultation,
    DifferingVoice,
    Like,
    Proposal,
    ReplyStatus,
    ResultReport,
)
from apps.consultations.models.answers.result_statistics import shown_groups
from tests.accounts.factories import UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.admin_pages import save
from tests.consultations.factories import ConsultationFactory, ProposalFactory, ReplyFactory, TopicFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
PAGE = "/consultations/closed/result/"


@pytest.fixture
def asked() -> Consultation:
    """Closed; twelve voices: six by people in their thirties, three in their twenties, one from paper, two unknown."""
    closed = ConsultationFactory(slug="closed", closed=True)
    for number, band in enumerate(["30s"] * 6 + ["20s"] * 3 + ["40s"] + [""] * 2):
        paper = band == "40s"
        ProposalFactory(
            consultation=closed,
            age_band=band,
            author=None if paper else UserFactory(nickname=f"名前{number}"),
            public_name="" if paper else f"名前{number}",
            channel="paper" if paper else "web",
            body=f"{number}番目の意見です",
            published_at=closed.opens_at + timedelta(days=1),
        )
    return closed


def publish(consultation: Consultation) -> ResultReport:
    return ResultReport.objects.publish(consultation=consultation, by=make_secretariat())


@pytest.mark.parametrize("trait", ["draft", "upcoming", "open"])
def test_no_report_before_the_closing(trait: str, client: Client) -> None:
    consultation = ConsultationFactory(slug="closed", **({trait: True} if trait != "open" else {}))
    with pytest.raises(ActionRefused, match="受付終了の後"):
        publish(consultation)
    answer = client.get(PAGE)
    assert answer.status_code == 404
    if trait != "draft":
        assert "結果報告はまだ公表されていません" in answer.text


def test_the_page_says_what_was_counted_and_when(client: Client, asked: Consultation) -> None:
    voices = list(asked.proposals.order_by("pk"))
    fans = UserFactory.create_batch(4)
    for fan in fans:
        Like.objects.set(user=fan, proposal=voices[0], wanted=True)
    by = make_secretariat()
    topic = TopicFactory(consultation=asked, title="休める場所")
    topic.group(voices[:3], by=by)
    ReplyFactory(topic=topic, draft_body="ベンチをおきます。").publish(by=by)
    DifferingVoice.objects.mark([voices[11]], wanted=True, by=by)
    report = publish(asked)
    page = client.get(PAGE).text
    assert "時点の集計です" in page
    assert "12件（ログインして投稿した人は11人）" in page
    assert "4件（4人）" in page
    for words in ("休める場所", "ベンチをおきます。", "0番目の意見です", "11番目の意見です", "第1版"):
        assert words in page
    assert "名前" not in page.split("<main", 1)[1]
    figures = report.figures
    assert figures["channels"] == [["Web", 11], ["紙", 1]]
    assert [row["code"] for row in figures["loud"]] == [voices[0].code]
    assert [row["code"] for row in figures["differing"]] == [voices[11].code]
    assert len(figures["quiet"]) == 5
    assert sum(n for _label, n in figures["channels"]) == sum(row[2] for row in figures["questions"]) == 12


def test_small_groups_and_what_would_give_them_away_are_not_shown(asked: Consultation) -> None:
    groups = dict(publish(asked).figures["groups"]["age_band"])
    assert groups["30s"] == 6
    assert {key for key, n in groups.items() if n is None} == set(groups) - {"30s"}


def test_what_is_left_out_is_nobody_or_five_people_in_two_groups() -> None:
    for sizes in itertools.product([0, 1, 4, 5, 9], repeat=4):
        groups = [{"key": str(place), "n": n * 2, "people": n} for place, n in enumerate(sizes)]
        people = list(zip(sizes, (n for _key, n in shown_groups(groups)), strict=True))
        hidden = [size for size, n in people if n is None]
        assert all(size >= 5 for size, n in people if n is not None), sizes
        everybody = len(hidden) == len(sizes)
        assert sum(hidden) == 0 or everybody or (sum(hidden) >= 5 and len(hidden) >= 2), sizes


def test_several_voices_of_one_person_are_one_person() -> None:
    closed, busy = ConsultationFactory(closed=True), UserFactory()
    ProposalFactory.create_batch(6, consultation=closed, author=busy, district="north")
    ProposalFactory.create_batch(9, consultation=closed, district="south")
    groups = dict(publish(closed).figures["groups"]["district"])
    assert groups["north"] is None
    assert groups["south"] is None


def test_later_acts_change_no_figure_and_a_hidden_voice_is_a_number(client: Client, asked: Consultation) -> None:
    voices = list(asked.proposals.order_by("pk"))
    Proposal.objects.filter(pk=voices[0].pk).update(like_count=9)
    report = publish(asked)
    before = report.figures
    now = timezone.now() + timedelta(seconds=1)
    Proposal.objects.filter(pk=voices[0].pk).update(state="hidden", state_changed_at=now)
    asked.proposals.exclude(pk=voices[0].pk).update(like_count=50)
    ProposalFactory(consultation=asked)
    page = client.get(PAGE).text
    assert "公表後に非表示となった投稿 1件を含みます。" in page
    assert "公表後に非表示となった意見 1件は、内容をのせていません。" in page
    assert "0番目の意見です" not in page.split("<main", 1)[1].replace("10番目の意見です", "")
    assert voices[0].code not in page
    assert "12件" in page
    report.refresh_from_db()
    assert report.figures == before
    assert {row["like_count"] for row in report.quotes()["quiet"]["rows"]} == {0}


def test_editions_stay_at_their_address(client: Client, asked: Consultation) -> None:
    publish(asked)
    ProposalFactory.create_batch(3, consultation=asked)
    publish(asked)
    assert "15件" in client.get(PAGE).text
    first = client.get(f"{PAGE}?edition=1").text
    assert ("12件" in first, "第2版" in first) == (True, True)
    for edition in ("3", "0", "-1", "²", "x", "99999999999"):
        answer = client.get(PAGE, {"edition": edition})
        assert (answer.status_code, "この版の結果報告はありません" in answer.text) == (404, True)


def test_two_editions_do_not_tell_who_came_or_went(client: Client, asked: Consultation) -> None:
    first = publish(asked)
    gone = asked.proposals.filter(age_band="30s").first()
    Proposal.objects.filter(pk=gone.pk).update(state="hidden", state_changed_at=timezone.now())
    ProposalFactory.create_batch(2, consultation=asked, age_band="30s")
    second = publish(asked)
    assert second.figures["proposals"] == first.figures["proposals"] + 1
    assert second.figures["groups"] == first.figures["groups"]
    assert "第1版の集計のままです" in client.get(PAGE).text
    assert "第1版の集計のままです" not in client.get(f"{PAGE}?edition=1").text


def test_the_database_refuses_to_change_a_report(asked: Consultation) -> None:
    publish(asked)
    for sql in ("UPDATE consultations_resultreport SET edition = 9", "DELETE FROM consultations_resultreport"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_paper_says_the_same(client: Client, asked: Consultation) -> None:
    by = make_secretariat()
    topic = TopicFactory(consultation=asked, title="#let x = 1 * 休める_場所")
    topic.group(list(asked.proposals.all()[:2]), by=by)
    ReplyFactory(topic=topic, draft_body="- ベンチ\n- **木陰**").publish(by=by)
    publish(asked)
    answer = client.get("/consultations/closed/result.pdf?edition=1")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="result-closed-1.pdf"'
    paper = PdfReader(io.BytesIO(answer.content))
    assert [round(float(side)) for side in paper.pages[0].mediabox[2:]] == [595, 842]
    words = re.sub(r"\s", "", "".join(page.extract_text() for page in paper.pages))
    for expected in ("結果報告", "時点の集計", "12件", "非表示", "#letx=1*休める_場所", "木陰", "result/?edition=1"):
        assert expected in words, words
    assert "名前" not in words


def test_an_empty_consultation_has_a_report_too(client: Client) -> None:
    publish(ConsultationFactory(slug="closed", closed=True))
    page = client.get(PAGE).text
    assert "意見はありませんでした" in page
    assert "公開された論点はありませんでした" in page
    assert client.get("/consultations/closed/result.pdf").status_code == 200


def test_staff_of_the_department_press_publish(sign_in: SignIn, client: Client, asked: Consultation) -> None:
    browser = sign_in(make_staff(asked.department))
    looked = save(browser, asked, act="result")
    address = looked.redirect_chain[-1][0]
    assert client.get(PAGE).status_code == 404
    assert "まだ公表していません" in looked.text
    (digest,) = re.findall(r'name="seen" value="(\w+)"', looked.text)
    shown = looked.text.partition("</form>")[2]
    ProposalFactory(consultation=asked)
    other = browser.post(address, {"seen": digest})
    assert (other.status_code, "数字が変わりました" in other.text) == (409, True)
    assert client.get(PAGE).status_code == 404
    asked.proposals.latest("pk").delete()
    browser.post(address, {"seen": digest})
    assert client.get(PAGE).status_code == 200
    assert "件" in shown
    assert sign_in(make_staff()).get(address).status_code == 404
    assert "結果報告を見る" in client.get(asked.get_absolute_url()).text
    running = ConsultationFactory()
    refused = save(sign_in(make_secretariat()), running, act="result")
    assert "結果報告は、受付終了の後に公表できます。" in refused.text


def test_staff_choose_and_unchoose_differing_voices(sign_in: SignIn, asked: Consultation) -> None:
    voice = asked.proposals.first()
    listed = reverse("admin:consultations_proposal_changelist")
    browser = sign_in(make_staff(asked.department))
    for act, expected in (("mark_differing", 1), ("mark_differing", 1), ("unmark_differing", 0)):
        browser.post(listed, {"action": act, "_selected_action": [voice.pk]})
        assert DifferingVoice.objects.count() == expected
    sign_in(make_moderator()).post(listed, {"action": "mark_differing", "_selected_action": [voice.pk]})
    assert not DifferingVoice.objects.exists()


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_asks_the_same_number_of_questions(client: Client, count: int, django_assert_num_queries: Any) -> None:
    closed, by = ConsultationFactory(slug="closed", closed=True), make_secretariat()
    for topic in TopicFactory.create_batch(count, consultation=closed):
        topic.group([ProposalFactory(consultation=closed)], by=by)
        ReplyFactory(topic=topic).publish(by=by)
    publish(closed)
    client.get(PAGE)
    with django_assert_num_queries(5):
        client.get(PAGE)


def test_a_report_says_how_many_voices_have_no_answer_yet(client: Client, asked: Consultation) -> None:
    by = make_secretariat()
    topic = TopicFactory(consultation=asked)
    topic.group(list(asked.proposals.order_by("pk")[:3]), by=by)
    reply = ReplyFactory(topic=topic)
    reply.publish(by=by)
    assert publish(asked).figures["unanswered"] == (9 if reply.status.is_answer else 12)
    page = client.get(PAGE).text
    assert "市の考え方がまだ示されていない意見は" in page
    assert f"{asked.get_absolute_url()}?reply=waiting" in page
    before = client.get(f"{PAGE}?edition=1").text
    topic.group(list(asked.proposals.order_by("pk")[3:]), by=by)
    done = ReplyFactory(topic=topic, draft_status=ReplyStatus.objects.get(code="reflected"))
    done.publish(by=by)
    assert publish(asked).figures["unanswered"] == 0
    assert "すべての意見に市の考え方が示されています" in client.get(PAGE).text
    assert "いま回答を待っている意見を見る" in before
    assert "いま回答を待っている意見を見る" not in client.get(f"{PAGE}?edition=1").text
