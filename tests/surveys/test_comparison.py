"""A result beside that of a former survey: the same question, with n and sampling error, where n allows it."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from apps.surveys import actions
from apps.surveys.actions import LetterRespondent
from apps.surveys.models import ActionRefused, Comparison, Survey
from apps.surveys.services.result_files import COLUMNS, table_rows
from apps.surveys.services.tabulation import figures_of
from tests.accounts.factories import make_staff
from tests.surveys.factories import answered, close, draft_survey, open_survey, published, question, sample_survey

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def counted(first: int, people: int, *, of: Survey | None = None, options: list[str] | None = None) -> Survey:
    """A closed survey in which so many of so many people chose the first option, the rest the second."""
    survey = of or draft_survey()
    question(survey, options=options or ["満足", "不満"], text="くらしに満足していますか。")
    codes = actions.make_letters(survey=survey, count=people, by=None) if survey.is_sample else []
    open_survey(survey)
    for place in range(people):
        said = {"1": {"chosen": [1 if place < first else 2]}}
        answered(survey, said, by=LetterRespondent(codes[place]) if codes else None)
    return close(survey)


def compared(survey: Survey, former: Survey, note: str = "") -> dict[str, Any]:
    actions.set_comparisons(survey=survey, former=former, pairs={1: (1, note)}, by=None)
    [comparison] = figures_of(survey)["comparisons"]
    return dict(comparison)


def test_two_samples_are_compared_with_their_error() -> None:
    former = counted(20, 40, of=sample_survey())
    published(former)
    survey = counted(34, 40, of=sample_survey())
    found = compared(survey, former)
    assert (found["n"], found["former"]["n"], found["is_sample"]) == (40, 40, True)
    [table] = found["tables"]
    first, second, nothing = table["entries"]
    assert (first["percent"], first["former_percent"], first["difference"]) == ("85.0", "50.0", "+35.0")
    assert first["is_beyond_error"] is True
    assert (second["difference"], second["is_beyond_error"]) == ("-35.0", True)
    assert (nothing["difference"], nothing["is_beyond_error"]) == ("0.0", False)
    near = counted(24, 40, of=sample_survey())
    [table] = compared(near, former)["tables"]
    assert (table["entries"][0]["difference"], table["entries"][0]["is_beyond_error"]) == ("+10.0", False)


def test_others_are_set_beside_without_a_word_about_a_rise() -> None:
    former = counted(20, 40)
    published(former)
    survey = counted(30, 40)
    found = compared(survey, former, note="前回は郵送だけでした。")
    assert found["is_sample"] is False
    assert found["tables"][0]["entries"][0]["is_beyond_error"] is None
    result = published(survey)
    page = Client().get(result.get_absolute_url()).text
    for words in ("前回との比較", "+25.0", "前回は郵送だけでした。", "増減を表すとは言えません", former.title):
        assert words in page, words
    assert "標本誤差を超える差" not in page
    pdf = PdfReader(io.BytesIO(Client().get(reverse("surveys:results_pdf", args=[survey.slug])).content))
    assert "+25.0" in "".join(part.extract_text() for part in pdf.pages)
    text = b"".join(Client().get(reverse("surveys:results_csv", args=[survey.slug])).streaming_content).decode(
        "utf-8-sig"
    )  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    [row] = [row for row in rows if row["表"] == "比較" and row["選択肢"] == "満足"]
    assert (row["前回の割合"], row["割合"], row["前回のn"], row["差の見方"]) == ("50.0", "75.0", "40", "")
    assert row["前回との差"].lstrip("'") == "+25.0"


def test_few_people_are_not_compared() -> None:
    former = counted(20, 40)
    published(former)
    survey = counted(14, 29)
    found = compared(survey, former)
    assert found["tables"] == []
    assert "30より少ないため" in Client().get(published(survey).get_absolute_url()).text


def test_what_is_hidden_stays_hidden() -> None:
    former = counted(37, 40)
    published(former)
    [table] = compared(counted(20, 40), former)["tables"]
    assert [entry["former_percent"] for entry in table["entries"]][:2] == [None, None]
    assert [entry["difference"] for entry in table["entries"]][:2] == [None, None]


def test_one_wording_may_have_changed() -> None:
    former = counted(20, 40, options=["満足", "不満だ"])
    published(former)
    [table] = compared(counted(20, 40, options=["満足", "不満", "わからない"]), former)["tables"]
    said = [(entry["text"], entry["former_text"], entry["is_new"]) for entry in table["entries"]]
    assert said[:3] == [("満足", "満足", False), ("不満", "不満だ", False), ("わからない", "", True)]
    assert table["entries"][2]["difference"] is None


def test_files_say_the_former_wording_too() -> None:
    former = counted(20, 40, options=["満足", "不満だ"])
    published(former)
    survey = counted(20, 40, options=["満足", "不満"])
    compared(survey, former)
    result = published(survey)
    rows = [dict(zip([column.key for column in COLUMNS], row, strict=True)) for row in table_rows(result)]
    said = {row["label"]: row["former_label"] for row in rows if row["table"] == "比較"}
    assert (said["満足"], said["不満"]) == ("", "不満だ")
    pdf = PdfReader(io.BytesIO(Client().get(reverse("surveys:results_pdf", args=[survey.slug])).content))
    assert "前回の文：不満だ" in "".join("".join(part.extract_text() for part in pdf.pages).split())


def test_staff_choose_what_is_the_same(sign_in: SignIn) -> None:
    former = counted(20, 40)
    published(former)
    hidden = counted(20, 40)  # without a result
    survey = draft_survey()
    question(survey, text="くらしに満足していますか。", options=["満足", "不満"])
    question(survey, "scale", least=1, most=4)
    client = sign_in(make_staff(survey.department))
    address = reverse("admin:surveys_survey_compare", args=[survey.pk])
    chooser = client.get(address)
    assert f'value="{former.pk}"' in chooser.text
    assert f'value="{hidden.pk}"' not in chooser.text
    page = client.get(address, {"former": former.pk})
    assert page.context["form"].numbers == [1]  # the scale was not asked before
    assert page.context["form"]["q1"].initial == 1  # the same words
    wrong = client.post(f"{address}?former={former.pk}", {"q1": "9", "note1": ""})
    assert wrong.status_code == 422
    client.post(f"{address}?former={former.pk}", {"q1": "1", "note1": "選択肢が増えた"})
    assert Comparison.objects.get().note == "選択肢が増えた"
    assert client.get(address, {"former": former.pk}).context["form"]["note1"].initial == "選択肢が増えた"
    client.post(f"{address}?former={former.pk}", {"q1": "", "note1": ""})
    assert not Comparison.objects.exists()
    for pairs in ({2: (1, "")}, {1: (9, "")}):
        with pytest.raises(ActionRefused, match="答え方が違う"):
            actions.set_comparisons(survey=survey, former=former, pairs=pairs, by=None)
    with pytest.raises(ActionRefused, match="ほかのアンケート"):
        actions.set_comparisons(survey=survey, former=hidden, pairs={1: (1, "")}, by=None)
    own = former.questions.get()
    with pytest.raises(IntegrityError, match="survey_compared_with_another"), transaction.atomic():
        Comparison.objects.create(question=own, former=own)


def test_a_published_comparison_stays_when_the_former_result_is_corrected() -> None:
    former = counted(20, 40)
    published(former)
    survey = counted(30, 40)
    actions.set_comparisons(survey=survey, former=former, pairs={1: (1, "")}, by=None)
    result = published(survey)
    actions.publish_survey_result(survey=former, by=None, note="直しました")
    result.refresh_from_db()
    assert result.figures["comparisons"][0]["former"]["edition"] == 1
    assert figures_of(survey)["comparisons"][0]["former"]["edition"] == 2
