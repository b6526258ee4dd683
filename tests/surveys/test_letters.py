"""Letters with codes: made once, kept as hashes, used once; the portal never knows who has which."""

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.operations.models import AuditEntry
from apps.surveys import actions
from apps.surveys.actions import LetterRespondent
from apps.surveys.models import ActionRefused, AnswerMark, Survey, SurveyResponse
from tests.accounts.factories import make_staff
from tests.surveys.factories import answered, draft_survey, open_survey, question, sample_survey

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def survey() -> Survey:
    survey = sample_survey()
    question(survey)
    question(survey, "short", page=2)
    return survey


@pytest.fixture
def codes(survey: Survey) -> list[str]:
    """The codes of three letters, of a survey that is open."""
    codes = actions.make_letters(survey=survey, count=3, by=None)
    open_survey(survey)
    return codes


def press(survey: Survey, step: str, **typed: Any) -> Any:
    data = {"submit_key": uuid.uuid4(), "page": 1, "step": step, "q1": 1, **typed}
    return Client().post(reverse("surveys:answer", args=[survey.slug]), data)


def test_a_code_is_kept_as_a_hash(survey: Survey, codes: list[str]) -> None:
    assert len(set(codes)) == 3
    kept = " ".join(AnswerMark.objects.values_list("person_key", flat=True))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert AuditEntry.objects.for_target(survey).filter(verb="make_letters").get().facts == {"count": 3}


def test_three_thousand_letters_are_made_as_a_list(sign_in: SignIn, survey: Survey) -> None:
    client = sign_in(make_staff(survey.department))
    address = reverse("admin:surveys_survey_letters", args=[survey.pk])
    assert "元に戻せない形だけ" in client.get(address).text
    answer = client.post(address, {"count": 3000, "kind": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content), read_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 3001
    assert rows[1][1].endswith(f"/surveys/{survey.slug}/answer/?code={rows[1][0]}")
    assert AnswerMark.objects.filter(survey=survey).count() == 3000
    assert client.post(address, {"count": 2001, "kind": "xlsx"}).status_code == 422
    assert client.post(address, {"count": "x", "kind": "xlsx"}).status_code == 422
    client.post(reverse("admin:surveys_survey_discard", args=[survey.pk]))
    assert not AnswerMark.objects.exists()


def test_slips_with_qr_codes_are_made(sign_in: SignIn, survey: Survey) -> None:
    client = sign_in(make_staff(survey.department))
    answer = client.post(reverse("admin:surveys_survey_letters", args=[survey.pk]), {"count": 11, "kind": "pdf"})
    assert answer.content.startswith(b"%PDF")
    assert "no-store" in answer["Cache-Control"]


def test_a_letter_answers_once_however_its_code_is_typed(survey: Survey, codes: list[str]) -> None:
    page = Client().get(reverse("surveys:answer", args=[survey.slug]), {"code": codes[0]}).text
    assert f'value="{codes[0]}"' in page
    typed = codes[0].upper().replace("-", " ")
    assert press(survey, "next", code=typed).status_code == 200
    assert press(survey, "send", code=typed, page=99).status_code == 302
    assert SurveyResponse.objects.count() == 1
    again = press(survey, "next", code=codes[0])
    assert again.status_code == 422
    assert "すでに回答をいただいています" in again.text
    late = press(survey, "send", code=codes[0], page=99, q2="もう一度")
    assert late.status_code == 403
    assert "もう一度" in late.text
    assert press(survey, "send", code=codes[1], page=99).status_code == 302
    assert SurveyResponse.objects.count() == 2


def test_the_code_of_no_letter_is_refused_and_guessing_is_slow(survey: Survey, codes: list[str]) -> None:
    cache.clear()
    for code in ("", "aaaa-aaaa-aaaa", "x" * 60, "\x00"):
        answer = press(survey, "next", code=code)
        assert answer.status_code == 422
        assert "この回答コードは見つかりません" in answer.text
    for _number in range(20):
        answer = press(survey, "next", code="aaaa-aaaa-aaaa")
    assert "15分ほど" in answer.text
    assert press(survey, "next", code=codes[0]).status_code == 200
    assert not SurveyResponse.objects.exists()


def test_codes_are_made_for_samples_before_the_opening(survey: Survey, codes: list[str]) -> None:
    with pytest.raises(ActionRefused):
        actions.make_letters(survey=survey, count=1, by=None)
    with pytest.raises(ActionRefused):
        actions.discard_letters(survey=survey, by=None)
    with pytest.raises(ActionRefused, match="無作為抽出"):
        actions.make_letters(survey=draft_survey(), count=1, by=None)


def test_a_sample_cannot_open_without_letters(survey: Survey) -> None:
    with pytest.raises(ActionRefused) as refused:
        open_survey(survey)
    assert any("回答コードがありません" in str(sentence) for sentence in refused.value.missing)


def test_the_code_of_another_survey_is_none(survey: Survey, codes: list[str]) -> None:
    other = sample_survey()
    question(other)
    actions.make_letters(survey=other, count=1, by=None)
    open_survey(other)
    with pytest.raises(ActionRefused, match="見つかりません"):
        answered(other, by=LetterRespondent(codes[0]))
