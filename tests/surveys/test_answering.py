"""A resident answers page by page without JavaScript, once, and nobody can say which answer is whose."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.fiscal import wareki
from apps.operations.models import AuditEntry
from apps.portal.actions import leave
from apps.portal.services.personal_data import personal_data
from apps.surveys.actions import AccountRespondent, send_response
from apps.surveys.models import ActionRefused, AnswerMark, Survey, SurveyResponse
from tests.accounts.factories import UserFactory, make_staff
from tests.surveys.factories import answered, close, draft_survey, open_survey, option, question

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def survey() -> Survey:
    """A survey with one question of each kind on three pages; the second page is for park visitors."""
    survey = draft_survey()
    visits = question(survey, text="公園に行きますか。", options=["行く", "行かない"], is_required=True)
    question(survey, "several", page=2, text="何をしますか。", options=["散歩", "運動", "遊び"], other="その他",
             exclusive=["わからない"], least=1, most=2, shown_if=option(visits, "行く"))  # fmt: skip
    for kind in ("short", "long", "number", "date", "scale", "district"):
        question(survey, kind, page=3, **({"least": 0, "most": 120} if kind == "number" else {}))
    question(survey, "matrix", page=3, options=["満足", "不満"], rows=["広さ", "きれいさ"])
    question(survey, "ranking", page=3, options=["木", "水", "土"], most=2)
    return open_survey(survey)


@pytest.fixture
def resident(sign_in: SignIn) -> Client:
    return sign_in(UserFactory())


def press(client: Client, survey: Survey, step: str, page: int, key: Any = None, **typed: Any) -> Any:
    data = {"submit_key": key or uuid.uuid4(), "page": page, "step": step, **typed}
    return client.post(reverse("surveys:answer", args=[survey.slug]), data)


ALL: dict[str, Any] = {
    "q1": 1, "q2": [1, 4], "q2_other": "読書", "q3": "短い", "q4": "長い\n文", "q5": "３", "q6": "2026-11-20", "q7": 4, "q8": 2,
    "q9_row1": 1, "q9_row2": 2, "q10_rank1": 3, "q10_rank2": 1,
}  # fmt: skip


def test_all_kinds_of_questions_are_answered_page_by_page(resident: Client, survey: Survey) -> None:
    first = resident.get(reverse("surveys:answer", args=[survey.slug])).text
    assert "3ページのうち1ページ目" not in first  # the second page is not for everybody
    assert "2ページのうち1ページ目" in first
    second = press(resident, survey, "next", 1, q1=1)
    assert "3ページのうち2ページ目" in second.text
    assert '<input type="hidden" name="q1" value="1">' in second.text
    third = press(resident, survey, "next", 2, q1=1, q2=[1, 4], q2_other="読書").text
    assert 'name="q9_row2"' in third
    preview = press(resident, survey, "next", 3, **ALL).text
    for words in ("まだ送られていません", "散歩", "読書", "令和8年11月20日", "東部", "広さ：満足", "1位：土", "4"):
        assert words in preview, words
    assert not SurveyResponse.objects.exists()
    sent = press(resident, survey, "send", 99, **ALL)
    assert sent["Location"] == reverse("surveys:thanks", args=[survey.slug])
    assert "ありがとうございました" in resident.get(sent["Location"]).text
    response = SurveyResponse.objects.get()
    assert response.answers == {
        "1": {"chosen": [1]}, "2": {"chosen": [1, 4], "other": "読書"}, "3": {"text": "短い"}, "4": {"text": "長い\n文"},
        "5": {"number": "3"}, "6": {"day": "2026-11-20"}, "7": {"chosen": [4]}, "8": {"chosen": [2]},
        "9": {"rows": {"1": 1, "2": 2}}, "10": {"chosen": [3, 1]},
    }  # fmt: skip
    assert response.received_on == timezone.localdate()


def test_a_question_for_some_is_not_asked_of_others(resident: Client, survey: Survey) -> None:
    page = press(resident, survey, "next", 1, q1=2).text
    assert 'name="q3"' in page
    assert "2ページのうち2ページ目" in page
    assert "公園に行きますか" in press(resident, survey, "back", 3, q1=2).text
    press(resident, survey, "send", 99, **{**ALL, "q1": 2})  # chosen otherwise, after an answer to the second page
    assert "2" not in SurveyResponse.objects.get().answers


@pytest.mark.parametrize(
    ("page", "typed", "words"),
    [
        (1, {"q1": ""}, "この問いに答えてください"),
        (1, {"q1": 9}, "選択"),
        (2, {"q2": [1, 2, 3]}, "選べるのは2つまで"),
        (2, {"q2": [1, 5]}, "「わからない」は、ほかの選択肢と一緒には選べません"),
        (2, {"q2": [1], "q2_other": "読書"}, "「その他」も選んでください"),
        (3, {"q3": "あ" * 101}, "100文字以内"),
        (3, {"q4": "あ\x07"}, "使えない文字"),
        (3, {"q5": "たくさん"}, "数"),
        (3, {"q5": "121"}, "120"),
        (3, {"q6": "昨日"}, "日付"),
        (3, {"q7": 6}, "選択"),
        (3, {"q9_row1": 3}, "選択"),
        (3, {"q10_rank1": 1, "q10_rank2": 1}, "二つの順位"),
        (3, {"q10_rank1": "", "q10_rank2": 1}, "1位から順に"),
    ],
)
def test_what_is_wrong_comes_back_with_everything_typed(
    resident: Client, survey: Survey, page: int, typed: dict[str, Any], words: str
) -> None:
    answer = press(resident, survey, "next", page, **{**ALL, **typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert "読書" in answer.text
    assert press(resident, survey, "send", 99, **{**ALL, **typed}).status_code == 422
    assert not SurveyResponse.objects.exists()


def test_a_question_may_stay_without_an_answer(resident: Client, survey: Survey) -> None:
    press(resident, survey, "send", 99, q1=2)
    assert SurveyResponse.objects.get().answers == {"1": {"chosen": [2]}}


def test_a_choice_can_be_taken_back(resident: Client, survey: Survey) -> None:
    page = press(resident, survey, "next", 1, q1=2).text
    assert 'name="q7" value="unsaid"' in page
    assert " checked" not in page
    press(resident, survey, "send", 99, q1=2, q7="unsaid", q8="unsaid", q9_row1="unsaid", q9_row2=1)
    assert SurveyResponse.objects.get().answers == {"1": {"chosen": [2]}, "9": {"rows": {"2": 1}}}


def test_one_press_twice_is_one_answer_and_a_second_answer_is_refused(resident: Client, survey: Survey) -> None:
    key = uuid.uuid4()
    assert press(resident, survey, "send", 99, key, **ALL).status_code == 302
    assert press(resident, survey, "send", 99, key, **ALL).status_code == 302
    assert SurveyResponse.objects.count() == 1
    other = press(resident, survey, "send", 99, **{**ALL, "q3": "もう一度"})
    assert other.status_code == 403
    assert "すでに回答をいただいています" in other.text
    assert "もう一度" in other.text
    assert "すでに回答をいただいています" in resident.get(reverse("surveys:answer", args=[survey.slug])).text
    assert SurveyResponse.objects.count() == 1


def test_the_clock_closes_while_somebody_types(resident: Client, survey: Survey) -> None:
    close(survey)
    answer = press(resident, survey, "next", 3, **ALL)
    assert answer.status_code == 403
    assert f"回答の受付は{wareki(timezone.localdate() - timedelta(days=1))}" in answer.text
    assert "読書" in answer.text
    with pytest.raises(ActionRefused):
        answered(survey)
    assert not SurveyResponse.objects.exists()


def test_before_the_first_day_nothing_is_taken(sign_in: SignIn) -> None:
    survey = open_survey(opens_on=timezone.localdate() + timedelta(days=3))
    answer = sign_in(UserFactory()).get(reverse("surveys:answer", args=[survey.slug]))
    assert answer.status_code == 403
    assert "に始まります" in answer.text


def test_an_empty_answer_is_refused() -> None:
    survey = open_survey()
    with pytest.raises(ActionRefused, match="どの問いにも答えがありません"):
        send_response(survey=survey, answers={}, by=AccountRespondent(UserFactory()), submit_key=uuid.uuid4())
    assert not AnswerMark.objects.exists()


def test_who_is_not_signed_in_is_led_to_the_sign_in(survey: Survey) -> None:
    answer = Client().get(reverse("surveys:answer", args=[survey.slug]))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_a_session_that_ends_on_the_way_loses_no_page(sign_in: SignIn, survey: Survey) -> None:
    person = UserFactory()
    client = sign_in(person)
    address = reverse("surveys:answer", args=[survey.slug])
    client.get(address)
    client.cookies.clear()
    lost = press(client, survey, "next", 3, **ALL)
    assert lost.status_code == 302
    client.force_login(person)
    page = client.get(address).text
    assert "3ページのうち3ページ目" in page
    assert '<input type="hidden" name="q2_other" value="読書">' in page
    assert "長い" in page
    assert not SurveyResponse.objects.exists()


def test_nothing_joins_an_answer_to_a_person(survey: Survey) -> None:
    """Neither a column, nor a time, nor the order or the transaction of the rows."""
    people = [UserFactory() for _number in range(12)]
    for place, person in enumerate(people):
        answered(survey, {"1": {"chosen": [1]}, "3": {"text": f"{place}"}}, by=AccountRespondent(person))
    columns = {field.name: field for field in SurveyResponse._meta.get_fields()}
    assert set(columns) == {"id", "survey", "channel", "received_on", "answers", "submit_key"}
    assert {field.name for field in AnswerMark._meta.get_fields()} == {"id", "survey", "person_key", "has_answered"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM surveys_answermark")
        assert cursor.fetchone() == (1,)  # whichever transaction an answer came with, no mark tells it
        cursor.execute("SELECT person_key FROM surveys_answermark ORDER BY ctid")
        places = [key for (key,) in cursor.fetchall()]
    keys = [AccountRespondent(person).key(survey) for person in people]
    assert sorted(places) == sorted(keys)
    assert places != keys  # one chance in 479 million
    assert not AuditEntry.objects.filter(verb__contains="response").exists()
    assert not AuditEntry.objects.filter(actor_id__in=[person.pk for person in people]).exists()


def test_who_leaves_takes_the_mark_along_and_the_answer_stays(survey: Survey) -> None:
    person = UserFactory()
    answered(survey, by=AccountRespondent(person))
    assert survey.title in str(personal_data(person))
    leave(user=person, withdraw=False)
    assert not AnswerMark.objects.exists()
    assert SurveyResponse.objects.count() == 1


def test_a_trial_leaves_nothing(sign_in: SignIn, survey: Survey) -> None:
    staff = sign_in(make_staff(survey.department))
    address = reverse("surveys:trial", args=[survey.slug])
    assert "試行です" in staff.get(address).text
    done = staff.post(address, {"submit_key": uuid.uuid4(), "page": 99, "step": "send", **ALL})
    assert "何も残りません" in done.text
    assert not SurveyResponse.objects.exists()
    assert not AnswerMark.objects.exists()
    assert sign_in(UserFactory()).get(address).status_code == 302
