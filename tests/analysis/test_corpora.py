"""Words of procedures: drawn once the result is public, of words that five texts use, and nothing else is kept."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.analysis import actions as reader
from apps.analysis.models import StopWord, TextCorpus
from apps.analysis.services import corpora
from apps.analysis.tasks import read_proposals
from apps.public_comments import actions
from apps.public_comments.models import Case
from tests.accounts.factories import make_secretariat
from tests.public_comments import factories as comments
from tests.surveys import factories as surveys

pytestmark = pytest.mark.django_db
RARE = "灯台"


def letters(case: Case, n: int = 5) -> None:
    """Letters of different words that all name a park; one names something rare."""
    for number in range(n):
        comments.sent(case, f"公園に木を{number + 2}本植えてください。", *(["灯台がよい。"] if number == 0 else []))


def page_of(case: Case) -> Any:
    return Client().get(reverse("analysis:words_of_case", args=[case.slug]))


def test_words_of_opinions_are_drawn_after_the_result_and_never_before() -> None:
    case = comments.open_case()
    letters(case)
    comments.close(case)
    comments.answered(case, publish=False)
    read_proposals()
    assert not TextCorpus.objects.exists(), "nothing is read before"
    assert page_of(case).status_code == 404
    actions.hand_in_result(case=case, by=None)
    actions.publish_result(case=case, by=None)
    assert "読み取っています" in page_of(case).text
    read_proposals()
    page = page_of(case).text
    assert '<th scope="row">公園</th>' in page
    assert "文5通" in page
    assert RARE not in page
    results = Client().get(f"{case.get_absolute_url()}results/").text
    assert reverse("analysis:words_of_case", args=[case.slug]) in results


def test_nothing_of_rare_words_is_kept_and_equal_letters_count_once() -> None:
    case = comments.open_case()
    letters(case, 4)
    for _number in range(6):
        comments.sent(case, "灯台 がよい。")
    comments.close(case)
    comments.answered(case)
    read_proposals()
    corpus = TextCorpus.objects.get()
    assert (corpus.words, corpus.texts, corpus.found) == ([], 10, {}), "four parks, and the same words of six"
    assert RARE not in json.dumps(list(TextCorpus.objects.values()), ensure_ascii=False)
    assert "5通以上が使ったことばはありません" in page_of(case).text


def test_reading_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    case = comments.open_case()
    letters(case, 7)
    comments.close(case)
    comments.answered(case)
    monkeypatch.setattr(corpora, "AT_ONCE", 3)
    ((source, stamp),) = corpora.sources_due()
    assert [reader._read_texts(source, stamp) for _chunk in range(2)] == [3, 3]
    assert TextCorpus.objects.get().words == []
    read_proposals()
    assert TextCorpus.objects.get().words[0][:3] == ["公園", "noun", 7]
    assert reader.read_procedures(float("inf")) == 0, "and nothing is read twice"


def test_a_correction_is_read_anew() -> None:
    case = comments.open_case()
    letters(case, 5)
    comments.close(case)
    comments.answered(case)
    read_proposals()
    first = TextCorpus.objects.get()
    actions.hand_in_result(case=case, by=None)
    actions.publish_result(case=case, by=None, note="答えを直しました。")
    read_proposals()
    again = TextCorpus.objects.get()
    assert (first.stamp.partition(":")[0], again.stamp.partition(":")[0]) == ("1", "2")
    assert (again.words, again.found) == (first.words, {})


def test_the_dictionary_holds_for_procedures_too() -> None:
    case = comments.open_case()
    letters(case, 6)
    comments.close(case)
    comments.answered(case)
    read_proposals()
    assert "公園" in page_of(case).text
    StopWord(word="公園", reason="どの意見にもある").put(by=make_secretariat())
    read_proposals()
    assert '<th scope="row">公園</th>' not in page_of(case).text


def test_answers_in_writing_are_read_question_by_question() -> None:
    survey = surveys.draft_survey()
    surveys.question(survey)
    surveys.question(survey, "long")
    surveys.open_survey(survey)
    for number in range(6):
        surveys.answered(survey, {"1": {"chosen": [1]}, "2": {"text": f"図書館を{number + 2}時まで開けてほしい。"}})
    url = reverse("analysis:words_of_survey", args=[survey.slug])
    read_proposals()
    assert Client().get(url).status_code == 404
    surveys.published(survey)
    read_proposals()
    page = Client().get(url).text
    assert "問2" in page
    assert '<th scope="row">図書館</th>' in page
    assert url in Client().get(f"{survey.get_absolute_url()}results/").text


def test_a_survey_without_answers_in_writing_has_no_words() -> None:
    survey = surveys.open_survey()
    surveys.answered(survey)
    surveys.published(survey)
    assert Client().get(reverse("analysis:words_of_survey", args=[survey.slug])).status_code == 404
