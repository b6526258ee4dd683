"""Answers on paper: the printed questionnaire, two entries of each sheet, the decision, and that only checked sheets count."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.surveys import actions
from apps.surveys.models import ActionRefused, PaperSheet, Survey, SurveyResponse
from apps.surveys.services.questionnaire_pdf import questionnaire_pdf
from apps.surveys.services.tabulation import figures_of
from tests.accounts.factories import make_staff
from tests.surveys.factories import answered, close, draft_survey, open_survey, option, published, question

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
SAID: dict[str, Any] = {"1": {"chosen": [1]}, "2": {"text": "木かげがほしい。"}}


@pytest.fixture
def survey() -> Survey:
    """An open survey: one choice that is required, a text, and a question for those who chose the first option."""
    survey = draft_survey()
    first = question(survey, options=["行く", "行かない"], is_required=True)
    question(survey, "long")
    question(
        survey, "several", options=["散歩", "運動", "遊び"], least=2, most=2, page=2, shown_if=option(first, "行く")
    )
    return open_survey(survey)


@pytest.fixture
def first(survey: Survey) -> User:
    return make_staff(survey.department)


@pytest.fixture
def second(survey: Survey) -> User:
    return make_staff(survey.department)


def entered(survey: Survey, by: User, said: dict[str, Any] | None = None, reason: str = "") -> PaperSheet:
    return actions.enter_sheet(
        survey=survey, answers=SAID if said is None else said, void_reason=reason, by=by, submit_key=uuid.uuid4()
    )


def at(survey: Survey, page: str, *args: int) -> str:
    return reverse(f"admin:surveys_survey_{page}", args=[survey.pk, *args])


def test_paper_has_the_same_numbers_as_the_screen(survey: Survey) -> None:
    question_kinds = draft_survey(title="すべての答え方")
    for kind in ("one", "several", "short", "long", "number", "date", "scale", "matrix", "ranking", "district"):
        question(question_kinds, kind, **({"rows": ["広さ"]} if kind == "matrix" else {}))
    pages = PdfReader(io.BytesIO(questionnaire_pdf(question_kinds))).pages
    text = "".join(page.extract_text() for page in pages)
    assert all(f"問{number}" in text for number in range(1, 11))
    assert "準備中の案です" in text
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(questionnaire_pdf(survey))).pages)
    assert "準備中の案です" not in words
    for said in (
        "問1で「行く」を選んだ方だけ",
        "一つに○をつけてください",
        "2つから2つまで",
        "受付番号",
        "書かないでください",
    ):
        assert said in "".join(words.split()), said
    assert "2" in words.partition("行かない")[0][-3:]


def test_two_equal_entries_are_an_answer(survey: Survey, first: User, second: User) -> None:
    sheet = entered(survey, first)
    assert (sheet.number, sheet.state) == (1, "waiting")
    assert not SurveyResponse.objects.exists()
    same: dict[str, Any] = {**SAID, "2": {"text": " 木かげが　ほしい。"}}  # blanks are no difference
    assert actions.check_sheet(sheet=sheet, answers=same, by=second).state == "checked"
    response = SurveyResponse.objects.get()
    assert (response.channel, response.answers, response.received_on) == ("paper", SAID, timezone.localdate())


def test_who_typed_a_sheet_does_not_check_it(survey: Survey, first: User) -> None:
    sheet = entered(survey, first)
    with pytest.raises(ActionRefused, match="別の人"):
        actions.check_sheet(sheet=sheet, answers=SAID, by=first)
    with pytest.raises(IntegrityError, match="survey_sheet_two_people"), transaction.atomic():
        PaperSheet.objects.update(second_by=first)


def test_differences_are_listed_and_decided(survey: Survey, first: User, second: User, sign_in: SignIn) -> None:
    sheet = entered(survey, first, {"1": {"chosen": [1]}, "2": {"text": "木"}, "3": {"chosen": [1]}})
    client = sign_in(second)
    page = client.get(at(survey, "check", 1)).text
    assert "木" not in page.partition("<form method")[2]  # the first entry is not seen
    answer = client.post(at(survey, "check", 1), {"q1": "2", "q2": "木", "_save": "1"})
    assert answer["Location"] == at(survey, "decide", 1)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.differing) == ("differing", ["1", "3"])
    assert "問2" not in (decide := client.get(at(survey, "decide", 1)).text)
    assert "一回目：行く" in decide
    assert "二回目：行かない" in decide
    missing = client.post(at(survey, "decide", 1), {"pick_1": "first"})
    assert missing.status_code == 422
    assert "どちらが紙のとおりか" in missing.text
    assert not SurveyResponse.objects.exists()
    client.post(at(survey, "decide", 1), {"pick_1": "first", "pick_3": "none"})
    assert SurveyResponse.objects.get().answers == {"1": {"chosen": [1]}, "2": {"text": "木"}}
    assert AuditEntry.objects.for_target(survey).filter(verb="decide_sheet").get().facts == {
        "sheet": 1, "questions": ["1", "3"]
    }  # fmt: skip
    assert client.get(at(survey, "decide", 1)).status_code == 302
    with pytest.raises(ActionRefused, match="先に決めた"):
        actions.decide_sheet(sheet=sheet, picks={"1": "second", "3": "none"}, by=first)


def test_a_wrong_check_is_taken_back(survey: Survey, first: User, second: User, sign_in: SignIn) -> None:
    sheet = entered(survey, first)
    actions.check_sheet(sheet=sheet, answers=SAID, by=second)
    client = sign_in(first)
    assert "確認済み" in client.get(at(survey, "paper")).text
    client.get(at(survey, "reopen", 1))
    assert SurveyResponse.objects.count() == 1
    client.post(at(survey, "reopen", 1))
    assert not SurveyResponse.objects.exists()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.second) == ("waiting", None)
    client.post(at(survey, "void", 1), {"reason": "nonsense"})
    client.post(at(survey, "void", 1), {"reason": "late"})
    sheet.refresh_from_db()
    assert sheet.state_shown == "数えない（期限のあとに届いた）"
    client.post(at(survey, "reopen", 1))
    assert "確認の入力待ち 1" in client.get(at(survey, "paper")).text


def test_a_sheet_is_typed_on_one_page(survey: Survey, first: User, second: User, sign_in: SignIn) -> None:
    client = sign_in(first)
    key = uuid.uuid4()
    page = client.get(at(survey, "enter")).text
    assert "無回答にします" in page
    said = client.post(at(survey, "enter"), {"q1": "9", "q2": "木", "submit_key": key})
    assert said.status_code == 422
    assert "木" in said.text
    assert "どの問いにも答えがありません" in client.post(at(survey, "enter"), {"submit_key": key}).text
    for _press in range(2):  # not required on paper: only 問2 was answered, and one of at least two
        answer = client.post(at(survey, "enter"), {"q2": "木", "submit_key": key, "_another": "1"})
        assert answer["Location"] == at(survey, "enter")
    assert "受付番号は1です" in client.get(at(survey, "enter")).text
    assert PaperSheet.objects.get().first == {"2": {"text": "木"}}
    client.post(at(survey, "enter"), {"q1": "1", "q3": ["2"], "submit_key": uuid.uuid4(), "_save": "1"})
    client.post(at(survey, "enter"), {"void_reason": "blank", "submit_key": uuid.uuid4(), "_save": "1"})
    listed = client.get(at(survey, "paper")).text
    assert "ほかの人の確認の入力を待っています" in listed
    assert "数えない（白紙）" in listed
    assert "ここに入る用紙はありません" in client.get(at(survey, "paper"), {"state": "checked"}).text
    other = sign_in(second)
    assert "受付番号1の確認の入力をする" in other.get(at(survey, "paper")).text
    done = other.post(at(survey, "check", 1), {"q2": "木", "_another": "1"})
    assert done["Location"] == at(survey, "check", 2)
    assert "別の人" in client.post(at(survey, "check", 2), {"q1": "1", "q3": ["2"]}).text
    assert other.get(at(survey, "check", 99)).status_code == 404
    assert sign_in(make_staff()).get(at(survey, "paper")).status_code in {403, 404}


def test_paper_has_its_time(survey: Survey, first: User, sign_in: SignIn) -> None:
    coming = draft_survey(opens_on=timezone.localdate() + timedelta(days=1))
    question(coming)
    open_survey(coming)
    with pytest.raises(ActionRefused, match="紙の回答を入力できるのは"):
        entered(coming, first, {"1": {"chosen": [1]}})
    close(survey)
    sheet = entered(survey, first)  # arrives after the last day
    client = sign_in(first)
    actions.void_sheet(sheet=sheet, reason="late", by=first)
    published(survey)
    assert "結果を公表したため" in client.get(at(survey, "paper")).text
    with pytest.raises(ActionRefused, match="結果を公表したため"):
        entered(survey, first)
    assert client.post(at(survey, "enter"), {"q2": "木", "submit_key": uuid.uuid4()}).status_code == 422


def test_a_result_waits_for_every_sheet_and_says_how_answers_came(survey: Survey, first: User, second: User) -> None:
    for _person in range(6):
        answered(survey, {"1": {"chosen": [2]}})
    for number in range(8):
        sheet = entered(survey, first)
        if number:
            actions.check_sheet(sheet=sheet, answers=SAID, by=second)
    waiting = PaperSheet.objects.in_state("waiting").get()
    close(survey)
    assert figures_of(survey)["responses"] == 13
    with pytest.raises(ActionRefused, match="1枚あります"):
        actions.publish_survey_result(survey=survey, by=None)
    actions.void_sheet(sheet=waiting, reason="unreadable", by=second)
    result = published(survey)
    assert [(one["key"], one["count"]) for one in result.figures["channels"]] == [("web", 6), ("paper", 7)]
    assert result.figures["void"] == 1
    assert not PaperSheet.objects.exists()
    assert SurveyResponse.objects.count() == 13
    page = Client().get(result.get_absolute_url()).text
    assert "数えなかった紙の回答" in page
    assert "回答の方法" in page
    again = actions.publish_survey_result(survey=survey, by=None, note="軸を加えました")
    assert again.figures["void"] == 1
    assert again.figures["channels"] == result.figures["channels"]


def test_few_sheets_are_not_told_from_the_rest(survey: Survey, first: User, second: User) -> None:
    for _person in range(6):
        answered(survey, {"1": {"chosen": [2]}})
    actions.check_sheet(sheet=entered(survey, first), answers=SAID, by=second)
    figures = figures_of(close(survey))
    assert [one["count"] for one in figures["channels"]] == [None, None]
