"""回答予定日: the clock of a page turns by itself, and the table of promises is read from dates alone."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from apps.consultations.models import Consultation, Outcome
from apps.operations.models import AuditEntry
from tests.accounts.factories import DepartmentFactory, make_secretariat
from tests.consultations.factories import ConsultationFactory

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 20)


def on(day: str, clock: str = "12:00") -> Any:
    """The clock stands at this moment in Chofu."""
    return time_machine.travel(datetime.strptime(f"{day} {clock} +0900", "%Y-%m-%d %H:%M %z"), tick=False)


def promised(**fields: Any) -> Consultation:
    """Closed on 1 November 2026, an answer promised for the 20th."""
    with on("2026-10-01"):
        return ConsultationFactory(
            closes_at=timezone.now() + timedelta(days=31), reply_due_on=DUE, title="公園のこれから", **fields
        )


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        ("2026-11-10", "12:00", "あと10日"),
        ("2026-11-20", "23:59", "本日"),
        ("2026-11-21", "00:00", "1日遅れています"),
        ("2026-12-01", "12:00", "11日遅れています"),
    ],
)
def test_the_page_turns_to_late_at_midnight_by_itself(client: Client, day: str, clock: str, words: str) -> None:
    asked = promised()
    with on(day, clock):
        page = client.get(asked.get_absolute_url()).text
        listed = client.get("/consultations/").text
        counted = Consultation.objects.late().count()
    assert words in page
    late = "遅れ" in words
    assert counted == late
    assert ("badge--late" in page) is late
    assert ("badge--late" in listed) is late


def test_a_reason_and_a_new_date_stop_the_delay_and_stay_public(client: Client) -> None:
    asked = promised()
    with on("2026-11-25"):
        asked.reschedule(
            by=make_secretariat(), reason="関係する課との調整に時間が必要なため", reply_due_on=date(2026, 12, 10)
        )
        page = client.get(asked.get_absolute_url()).text
    assert "あと15日" in page
    assert "badge--late" not in page
    assert "令和8年11月20日（金） → 令和8年12月10日（木）" in page
    assert "理由：関係する課との調整に時間が必要なため" in page


def test_the_record_of_a_moved_date_speaks_japanese_and_the_page_the_readers_language(client: Client) -> None:
    asked = promised()
    with on("2026-11-19"), translation.override("en"):
        asked.reschedule(by=make_secretariat(), reason="調整のため", reply_due_on=date(2026, 12, 10))
        assert asked.schedule_changes.get().new_shown == "Thursday, December 10, 2026"
    assert AuditEntry.objects.get(verb="reschedule").facts["to"] == "令和8年12月10日（木）"


def test_an_answer_ends_the_clock(client: Client) -> None:
    asked = promised()
    with on("2026-11-19"):
        asked.give_answer(by=make_secretariat(), answer="計画に反映します。")
    with on("2026-11-30"):
        page = client.get(asked.get_absolute_url()).text
    assert "badge--late" not in page
    assert "計画に反映します。" in page


def test_a_corrected_answer_keeps_the_day_of_the_first() -> None:
    asked = promised()
    for day in ("2026-11-19", "2026-11-30"):
        with on(day):
            asked.give_answer(by=make_secretariat(), answer=f"回答 {day}")
    assert (timezone.localdate(asked.answered_at), asked.answer) == (date(2026, 11, 19), "回答 2026-11-30")


# (moved on → to, …), answered on, looked at on, what it is
CASES = [
    ([], "", "2026-11-20", Outcome.WAITING),
    ([], "", "2026-11-21", Outcome.LATE),
    ([], "2026-11-20", "2026-12-31", Outcome.KEPT),
    ([], "2026-11-21", "2026-12-31", Outcome.LATE),
    ([("2026-11-19", "2026-12-10")], "", "2026-11-20", Outcome.WAITING),
    ([("2026-11-19", "2026-12-10")], "", "2026-12-10", Outcome.MOVED),
    ([("2026-11-19", "2026-12-10")], "", "2026-12-11", Outcome.LATE),
    ([("2026-11-19", "2026-12-10")], "2026-12-10", "2026-12-31", Outcome.MOVED),
    ([("2026-11-19", "2026-12-10")], "2026-11-20", "2026-12-31", Outcome.KEPT),
    ([("2026-11-21", "2026-12-10")], "2026-12-01", "2026-12-31", Outcome.LATE),
    ([("2026-11-19", "2026-12-10"), ("2026-12-09", "2026-12-20")], "2026-12-20", "2026-12-31", Outcome.MOVED),
    ([("2026-11-19", "2026-12-10"), ("2026-12-11", "2026-12-20")], "2026-12-20", "2026-12-31", Outcome.LATE),
]


@pytest.mark.parametrize(("moves", "answered", "looked", "outcome"), CASES)
def test_what_became_of_a_promise(moves: list[tuple[str, str]], answered: str, looked: str, outcome: Outcome) -> None:
    asked, by = promised(), make_secretariat()
    for day, to in moves:
        with on(day):
            asked.reschedule(by=by, reason="調整のため", reply_due_on=date.fromisoformat(to))
    if answered:
        with on(answered, "23:59"):
            asked.give_answer(by=by, answer="反映します。")
    with on(looked):
        row = Consultation.objects.promised().get()
    assert (row.outcome, row.first_promise) == (outcome, DUE)


def cells(page: Any) -> dict[str, list[int]]:
    """Numbers of each department's line."""
    return {line["code"]: [cell["n"] for cell in line["cells"]] for line in page.context["lines"]}


@pytest.mark.usefixtures("without_page_cache")
def test_each_number_leads_to_the_consultations_behind_it(client: Client) -> None:
    own, other = DepartmentFactory(code="own", order=1), DepartmentFactory(code="other", order=2)
    late, waiting = promised(department=own), promised(department=own)
    Consultation.objects.filter(pk=waiting.pk).update(reply_due_on=date(2027, 5, 1))
    kept = promised(department=other)
    ConsultationFactory(draft=True, department=other)
    with on("2026-11-15"):
        kept.give_answer(by=make_secretariat(), answer="反映します。")
    with on("2026-12-01"):
        page = client.get("/answers/")
        assert cells(page) == {"own": [2, 0, 0, 1, 1], "other": [1, 1, 0, 0, 0]}
        assert [cell["n"] for cell in page.context["total"]["cells"]] == [3, 1, 0, 1, 1]
        for line in page.context["lines"]:
            for cell in line["cells"]:
                behind = client.get("/answers/" + cell["url"].split("#")[0]).context["page"].rows if cell["n"] else []
                assert len(behind) == cell["n"]
        only_late = client.get("/answers/?department=own&outcome=late")
        assert only_late.context["page"].rows == [late]
        assert cells(client.get("/answers/?year=2026")) == {"own": [1, 0, 0, 1, 0], "other": [1, 1, 0, 0, 0]}
        assert cells(client.get("/answers/?year=2027")) == {"own": [1, 0, 0, 0, 1]}


def test_the_file_holds_what_the_list_shows(client: Client) -> None:
    late, title = promised(department=DepartmentFactory(code="own")), "=危ない題名"
    Consultation.objects.filter(pk=late.pk).update(title=title)
    promised()
    with on("2026-12-01"):
        answer = client.get("/answers.csv?department=own")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert [line[0] for line in lines] == ["テーマ", f"'{title}"]
    assert lines[1][2:6] == ["2026-11-20", "2026-11-20", "", "遅れ"]
    assert "filename*=utf-8''" in answer.headers["Content-Disposition"]


def test_themes_without_a_recorded_promise_are_named_apart(client: Client) -> None:
    assert "回答予定日を示したテーマは、まだありません" in client.get("/answers/").text
    ConsultationFactory(is_legacy=True, reply_due_on=None)
    page = client.get("/answers/").text
    assert "回答予定日の記録がないテーマ（旧サイトから移したもの）が1件" in page
    assert "回答予定日を示したテーマは、まだありません" in page


@pytest.mark.parametrize(
    "query", ["year=²", "year=1&department=x", "outcome=%00", "cursor=x", "department=%00&year=99999"]
)
def test_odd_addresses_get_a_page(client: Client, query: str) -> None:
    promised()
    assert client.get(f"/answers/?{query}").status_code == 200


@pytest.mark.parametrize("count", [3, 30])
def test_the_table_asks_the_same_number_of_questions(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    ConsultationFactory.create_batch(count)
    client.get("/answers/")
    with django_assert_num_queries(7):
        client.get("/answers/")
