"""The result: counted once, frozen, the same on the page and in the files, and of no group of four."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from apps.core.fiscal import fiscal_year
from apps.operations.models import AuditEntry
from apps.surveys import actions
from apps.surveys.models import ActionRefused, Survey, SurveyResult
from apps.surveys.services.result_pdf import facts_of
from apps.surveys.services.tabulation import figures_of, percent, sampling_error
from tests.accounts.factories import make_secretariat, make_staff
from tests.surveys.factories import (
    answered,
    close,
    draft_survey,
    open_survey,
    option,
    published,
    question,
    sample_survey,
)
from tests.vision.factories import IndicatorFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def survey() -> Survey:
    """A closed survey: 21 people of three districts, 12 of whom visit the park."""
    survey = draft_survey()
    visits = question(survey, options=["行く", "行かない"])
    question(survey, "district")
    question(survey, "scale", least=1, most=3)
    question(survey, "number")
    question(survey, "several", options=["散歩", "運動"], other="その他", page=2, shown_if=option(visits, "行く"))
    question(survey, "matrix", options=["満足", "不満"], rows=["広さ", "きれいさ"], page=2)
    question(survey, "ranking", options=["木", "水"], most=1, page=2)
    question(survey, "long", page=2)
    open_survey(survey)
    for place in range(21):
        said: dict[str, Any] = {"1": {"chosen": [1 if place < 12 else 2]}, "2": {"chosen": [1 if place < 10 else 2]}}
        if place != 20:
            said["3"] = {"chosen": [place % 2 + 1]}
        said["4"] = {"number": str(place)}
        if place < 12:
            said["5"] = {"chosen": [1, 3] if place < 6 else [2], **({"other": "秘密のことば"} if place == 0 else {})}
        said |= {"6": {"rows": {"1": 1 if place < 15 else 2}}, "7": {"chosen": [1]}}
        said |= {"8": {"text": f"自由な文{place}"}} if place < 7 else {}
        answered(survey, said)
    return close(survey)


def entries(figures: dict[str, Any], number: int, item: int = 0) -> list[tuple[str, Any, Any]]:
    table = next(table for table in figures["questions"] if table["number"] == number)
    return [(one["text"], one["count"], one["percent"]) for one in table["items"][item]["entries"]]


def test_what_was_chosen_is_counted_with_n_and_no_answer(survey: Survey) -> None:
    figures = figures_of(survey)
    assert figures["responses"] == 21
    assert entries(figures, 1) == [("行く", 12, "57.1"), ("行かない", 9, "42.9"), ("無回答", 0, "0.0")]
    conditional = next(table for table in figures["questions"] if table["number"] == 5)
    assert (conditional["n"], conditional["condition"]) == (12, "問1：行く")
    assert entries(figures, 5) == [
        ("散歩", 6, "50.0"), ("運動", 6, "50.0"), ("その他", 6, "50.0"), ("無回答", 0, "0.0")
    ]  # fmt: skip
    assert entries(figures, 6, 0) == [("満足", 15, "71.4"), ("不満", 6, "28.6"), ("無回答", 0, "0.0")]
    assert entries(figures, 6, 1) == [("満足", 0, "0.0"), ("不満", 0, "0.0"), ("無回答", 21, "100.0")]
    assert entries(figures, 7) == [("木", 21, "100.0"), ("水", 0, "0.0"), ("無回答", 0, "0.0")]
    assert entries(figures, 8) == [("回答あり", 7, "33.3"), ("無回答", 14, "66.7")]


def test_a_mean_is_there_where_it_tells_nobody(survey: Survey) -> None:
    means = {table["number"]: table["mean"] for table in figures_of(survey)["questions"]}
    assert means[4] == "10.00"
    assert means[3] is None  # one person did not answer: with the mean the two hidden steps could be worked out
    assert [count for _text, count, _percent in entries(figures_of(survey), 3)].count(None) == 2


def test_free_words_are_nowhere(survey: Survey) -> None:
    text = str(figures_of(survey, [1, 2]))
    assert "秘密のことば" not in text
    assert "自由な文" not in text


def test_a_scale_may_begin_at_nought() -> None:
    survey = draft_survey()
    question(survey, "scale", least=0, most=2)
    question(survey, page=2)
    open_survey(survey)
    for place in range(20):
        answered(survey, {"2": {"chosen": [1]}, **({"1": {"chosen": [0 if place < 7 else 2]}} if place < 14 else {})})
    figures = figures_of(close(survey))
    assert entries(figures, 1) == [("0", 7, "35.0"), ("1", 0, "0.0"), ("2", 7, "35.0"), ("無回答", 6, "30.0")]
    assert figures["questions"][0]["mean"] == "1.00"


def test_a_question_that_few_were_asked_is_not_shown() -> None:
    survey = draft_survey()
    first = question(survey, options=["行く", "行かない"])
    question(survey, page=2, shown_if=option(first, "行く"))
    open_survey(survey)
    for place in range(20):
        answered(survey, {"1": {"chosen": [1 if place < 3 else 2]}, "2": {"chosen": [1]}})
    figures = figures_of(close(survey))
    assert [table["is_hidden"] for table in figures["questions"]] == [False, True]
    assert figures["questions"][1]["items"] == []
    assert figures["questions"][1]["n"] is None


def test_a_cross_table_leaves_small_groups_out(survey: Survey) -> None:
    figures = figures_of(survey, [2])
    cross = next(cross for cross in figures["crosses"] if cross["number"] == 1)
    # 北部 10 of 行く, 東部 2 of 行く and 9 of 行かない: the two people must not be seen
    assert cross["rows"] == []
    whole = next(cross for cross in figures["crosses"] if cross["number"] == 6 and cross["row"] == 1)
    assert [(row["text"], row["n"], [cell["count"] for cell in row["cells"]]) for row in whole["rows"]][:2] == [
        ("北部", 10, [10, 0, 0]), ("東部", 11, [5, 6, 0]),
    ]  # fmt: skip
    assert whole["rows"][1]["cells"][0]["percent"] == "45.5"
    assert not [cross for cross in figures["crosses"] if cross["number"] == 5]  # not everybody was asked
    assert figures_of(survey, [5, 99])["crosses"] == []


def test_percentages_are_rounded_half_up() -> None:
    assert percent(1, 16) == "6.3"  # 6.25
    assert percent(1, 8) == "12.5"
    assert percent(2, 3) == "66.7"
    assert percent(None, 3) is None
    assert percent(0, 0) is None


def test_a_sampling_error_is_for_random_samples_only() -> None:
    assert sampling_error(sample_survey(), 1367) == "2.6"
    assert sampling_error(draft_survey(population=240_000), 1367) is None
    assert sampling_error(sample_survey(), 0) is None


def test_nothing_is_shown_or_published_before_the_close() -> None:
    survey = open_survey()
    with pytest.raises(ActionRefused, match="受付が終わってから"):
        actions.publish_survey_result(survey=survey, by=None)
    for name in ("results", "results_csv", "results_xlsx"):
        assert Client().get(reverse(f"surveys:{name}", args=[survey.slug])).status_code == 404


def test_staff_look_at_it_and_publish_what_they_saw(sign_in: SignIn, survey: Survey) -> None:
    client = sign_in(make_staff(survey.department))
    address = reverse("admin:surveys_survey_result", args=[survey.pk])
    page = client.get(address, {"axes": [2]})
    assert "クロス集計" in page.text
    seen = page.context["seen"]
    publish = reverse("admin:surveys_survey_publish", args=[survey.pk])
    assert "内容が変わりました" in client.post(publish, {"seen": seen}, follow=True).text
    assert "結果を公表しました" in client.post(publish, {"seen": seen, "axes": [2]}, follow=True).text
    result = SurveyResult.objects.get()
    assert not survey.marks.exists()
    assert AuditEntry.objects.for_target(survey).filter(verb="publish_survey_result").exists()
    public = Client().get(result.get_absolute_url()).text
    for words in ("n=21", "無回答", "57.1", "標本誤差はありません", "クロス集計", "survey-bar"):
        assert words in public, words
    assert "結果を読む" in Client().get(survey.get_absolute_url()).text
    again = client.get(address)
    assert "何を直したか" in again.text
    assert "何を直したかを書いてください" in client.post(publish, {"seen": again.context["seen"]}, follow=True).text
    client.post(publish, {"seen": again.context["seen"], "note": "軸を外しました"})
    assert SurveyResult.objects.count() == 2
    former = Client().get(result.get_absolute_url()).text
    assert "新しい版があります" in former
    assert "軸を外しました" in Client().get(reverse("surveys:results", args=[survey.slug])).text


def test_page_and_files_have_the_same_numbers(survey: Survey) -> None:
    result = published(survey, [2])
    slug = survey.slug
    text = b"".join(Client().get(reverse("surveys:results_csv", args=[slug])).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    book = load_workbook(io.BytesIO(Client().get(reverse("surveys:results_xlsx", args=[slug])).content))
    sheet = [
        ["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    assert len(sheet) == len(rows)
    shown = [
        (str(table["number"]), entry["text"], "x" if entry["count"] is None else str(entry["count"]))
        for table in result.figures["questions"]
        for item in table["items"]
        for entry in item["entries"]
    ]
    head = rows[0]
    place = {name: head.index(name) for name in ("表", "問いの番号", "選択肢", "人数", "n")}
    simple = [row for row in rows[1:] if row[place["表"]] == "単純"]
    assert [(row[place["問いの番号"]], row[place["選択肢"]], row[place["人数"]]) for row in simple] == shown
    assert all(row[place["n"]] for row in simple)
    assert [row[place["人数"]] for row in sheet[1:]] == [row[place["人数"]] for row in rows[1:]]
    assert any(
        "999は無回答" in str(cell.value) for sheet in book.worksheets for line in sheet.iter_rows() for cell in line
    )


def test_the_pdf_has_the_numbers_of_the_page(survey: Survey) -> None:
    result = published(survey, [2])
    page = Client().get(result.get_absolute_url()).text
    address = reverse("surveys:results_pdf", args=[survey.slug])
    assert f"{address}?edition=1" in page
    answer = Client().get(address)
    assert answer["Content-Type"] == "application/pdf"
    text = "".join("".join(part.extract_text() for part in PdfReader(io.BytesIO(answer.content)).pages).split())
    for words in (
        "結果：公園についてのアンケート",
        "n=21",
        "57.1",
        "クロス集計",
        "標本誤差はありません",
        "45.5%",
        "無回答",
        "第1版",
    ):
        assert words in text, words
    for table in result.figures["questions"]:
        for item in table["items"]:
            assert all((entry["percent"] or "x") in text for entry in item["entries"])
    assert "秘密のことば" not in text
    sample = sample_survey()
    question(sample)
    actions.make_letters(survey=sample, count=3, by=None)
    facts = dict(facts_of(published(open_survey(sample)).figures))
    assert facts["配布数"] == "3"
    assert "数えなかった紙の回答" not in facts
    former = {name: value for name, value in result.figures.items() if name not in {"channels", "void"}}
    assert dict(facts_of(former))["回答した人"] == "21人"  # an edition of before


def test_a_share_becomes_the_value_of_an_indicator(sign_in: SignIn, survey: Survey) -> None:
    indicator, other = IndicatorFactory(unit="%", values={}), IndicatorFactory(unit="人", values={})
    secretariat = sign_in(make_secretariat())
    address = reverse("admin:surveys_survey_indicator", args=[survey.pk])
    assert secretariat.get(address).status_code == 302  # nothing is published yet
    published(survey)
    assert "指標の値にする" in secretariat.get(reverse("admin:surveys_survey_change", args=[survey.pk])).text
    assert "問6 広さ 満足" in secretariat.get(address).text
    for wrong, said in [
        ({"indicator": other.pk, "entries": ["6:1:1"]}, "選択"),
        ({"indicator": indicator.pk, "entries": ["6:1:1", "1:0:1"]}, "一つの表"),
        ({"indicator": indicator.pk, "entries": ["5:0:1", "5:0:2"]}, "二度数える"),
        ({"indicator": indicator.pk, "entries": ["99:0:1"]}, "選択"),
        ({"indicator": indicator.pk, "entries": []}, "errorlist"),
    ]:
        answer = secretariat.post(address, wrong)
        assert answer.status_code == 422, wrong
        assert said in answer.text, wrong
    assert secretariat.post(address, {"indicator": indicator.pk, "entries": ["6:1:1"]}).status_code == 302
    value = indicator.values.get()
    assert (value.year, str(value.value)) == (fiscal_year(survey.closes_on), "71.4286")
    assert value.source == "公園についてのアンケート 問6（第1版）"
    assert value.note == "n=21。無作為抽出ではない、自分から答えた人の結果"
    again = secretariat.post(address, {"indicator": indicator.pk, "entries": ["6:1:1"]})
    assert "すでにあります" in again.text
    assert sign_in(make_staff(survey.department)).get(address).status_code == 403


def test_a_published_result_never_changes(survey: Survey) -> None:
    result = published(survey)
    for change in (lambda: SurveyResult.objects.update(note="別"), lambda: SurveyResult.objects.all().delete()):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="survey_correction_explained"), transaction.atomic():
        SurveyResult.objects.create(survey=survey, edition=2, figures={})
    with pytest.raises(IntegrityError, match="survey_result_once"), transaction.atomic():
        SurveyResult.objects.create(survey=survey, edition=1, figures={})
    assert result.edition == 1


def test_a_survey_without_answers_has_a_result() -> None:
    survey = open_survey()
    assert published(survey).figures["questions"][0]["is_hidden"]
    assert "聞いた人が少ないため" in Client().get(reverse("surveys:results", args=[survey.slug])).text
