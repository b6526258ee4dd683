"""Staff at work: whose survey, questions with pasted options, what is missing, hints, the opening, nothing changed after it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.operations.models import AuditEntry
from apps.surveys import actions
from apps.surveys.models import ActionRefused, AnswerMark, Survey, SurveyOption, SurveyQuestion
from apps.surveys.wording import hints_of
from tests import clock
from tests.accounts.factories import DepartmentFactory, make_moderator, make_secretariat, make_staff
from tests.surveys.factories import answered, draft_survey, open_survey, option, question

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def at(row: Any, page: str = "change") -> str:
    return reverse(f"admin:surveys_{row._meta.model_name}_{page}", args=[row.pk])


@pytest.fixture
def survey() -> Survey:
    return draft_survey(DepartmentFactory(name="公園課"))


@pytest.fixture
def runner(sign_in: SignIn, survey: Survey) -> Client:
    """A browser of the survey's department."""
    return sign_in(make_staff(survey.department))


def asked(survey: Survey, **other: Any) -> dict[str, Any]:
    return {
        "survey": survey.pk, "number": 1, "page": 1, "kind": "several", "text": "公園で何をしますか。", "help": "",
        "texts": "散歩\n\n運動 \n遊び", "other": "その他", "exclusive": "わからない", "rows": "", "least": "", "most": "2",
        "low_words": "", "high_words": "", "shown_if": "", "_save": "1", **other,
    }  # fmt: skip


def test_a_department_builds_tries_and_opens_its_survey(sign_in: SignIn, frozen_clock: Any) -> None:
    frozen_clock.move_to(clock.moment("2026-11-25"))
    department = DepartmentFactory()
    client = sign_in(make_staff(department))
    facts = {
        "title": "川のアンケート", "slug": "kawa", "department": department.pk, "kind": "open", "purpose": "計画のため",
        "audience": "どなたでも", "population": "", "sampling": "", "privacy": "", "thanks": "お礼", "opens_on": "R8.11.25",
        "closes_on": "2026-12-24",
    }  # fmt: skip
    add = reverse("admin:surveys_survey_add")
    assert "抽出の方法を書いてください" in client.post(add, {**facts, "kind": "sample"}).text
    assert "初日以後の日" in client.post(add, {**facts, "closes_on": "2026-11-24"}).text
    client.post(add, facts)
    survey = Survey.objects.get(slug="kawa")
    page = client.get(at(survey)).text
    assert "問いを作ってください" in page
    assert "個人情報の扱いを書いてください" in page
    assert "アンケートを開始する</button>" not in page
    client.post(at(survey, "open"))
    assert not Survey.objects.public().exists()
    client.post(at(survey), {**facts, "privacy": "目的のほかに使いません。"})
    saved = client.post(reverse("admin:surveys_surveyquestion_add"), asked(survey))
    assert saved["Location"] == at(survey)
    assert "アンケートを開始する</button>" in client.get(at(survey)).text
    assert client.get(at(survey, "open")).status_code == 302
    assert "開始しました" in client.post(at(survey, "open"), follow=True).text
    assert Survey.objects.get(slug="kawa").is_open
    assert "回答 0件" in client.get(at(survey)).text
    verbs = list(AuditEntry.objects.for_target(survey).values_list("verb", flat=True))
    assert verbs == ["open_survey", "change", "change", "add"]


def test_options_are_pasted_and_keep_their_rows(runner: Client, survey: Survey) -> None:
    add = reverse("admin:surveys_surveyquestion_add")
    runner.post(add, asked(survey))
    made = SurveyQuestion.objects.get()
    assert [(one.number, one.text, one.has_text, one.is_exclusive) for one in made.options.all()] == [
        (1, "散歩", False, False), (2, "運動", False, False), (3, "遊び", False, False), (4, "その他", True, False),
        (5, "わからない", False, True),
    ]  # fmt: skip
    walk = option(made, "散歩")
    again = runner.get(at(made)).text
    assert "散歩\n運動\n遊び" in again.replace("\r\n", "\n")
    runner.post(at(made), asked(survey, texts="運動\n散歩", other="", exclusive=""))
    assert list(made.options.values_list("text", "number")) == [("運動", 1), ("散歩", 2)]
    assert option(made, "散歩").pk == walk.pk
    second = asked(survey, number=2, page=2, shown_if=walk.pk)
    runner.post(add, second)
    assert SurveyQuestion.objects.get(number=2).shown_if == walk
    refused = runner.post(at(made), asked(survey, texts="運動\n遊び", other="", exclusive=""))
    assert refused.status_code == 422
    assert "条件になっている選択肢は消せません" in refused.text
    assert option(made, "散歩") == walk
    matrix = asked(survey, number=3, kind="matrix", texts="満足\n不満", other="", exclusive="", most="",
                   rows="\n".join(f"項目{n}" for n in range(40)))  # fmt: skip
    runner.post(add, matrix)
    assert len(SurveyQuestion.objects.get(number=3).rows) == 40


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"texts": "散歩\n散歩"}, "同じ行があります"),
        ({"texts": "散歩\nその他"}, "同じ選択肢が二つ"),
        ({"texts": "あ" * 121}, "120文字まで"),
        ({"texts": "\n".join(map(str, range(61)))}, "60行まで"),
        ({"least": "3"}, "最大は、最小以上"),
        ({"kind": "scale", "least": "1", "most": "20"}, "2から11まで"),
        ({"page": "21"}, "20"),
        ({"shown_if": "999999"}, "選択"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(
    runner: Client, survey: Survey, other: dict[str, Any], words: str
) -> None:
    answer = runner.post(reverse("admin:surveys_surveyquestion_add"), asked(survey, **other))
    assert answer.status_code == 422
    assert words in answer.text
    assert not SurveyQuestion.objects.exists()


def test_a_condition_stands_on_an_earlier_page(survey: Survey) -> None:
    first = question(survey)
    for page, condition in [(1, option(first, "はい")), (2, option(question(draft_survey()), "はい"))]:
        with pytest.raises(ValidationError, match="前のページ"):
            question(survey, page=page, shown_if=condition)
    with pytest.raises(IntegrityError, match="survey_question_number_once"), transaction.atomic():
        SurveyQuestion.objects.create(survey=survey, number=1, text="同じ番号")


def test_the_database_refuses_what_can_never_be(survey: Survey) -> None:
    first = question(survey)
    mark = AnswerMark.objects.create(survey=survey, person_key="a")
    for name, write in [
        (
            "survey_published_after_opening",
            lambda: Survey.objects.filter(pk=survey.pk).update(published_at=timezone.now()),
        ),
        ("survey_option_number_once", lambda: SurveyOption.objects.create(question=first, number=1, text="別")),
        ("survey_option_text_once", lambda: SurveyOption.objects.create(question=first, number=9, text="はい")),
        ("survey_mark_once", lambda: AnswerMark.objects.create(survey=survey, person_key=mark.person_key)),
        ("survey_question_range", lambda: SurveyQuestion.objects.filter(pk=first.pk).update(least=2, most=1)),
    ]:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            write()


def test_another_department_neither_sees_nor_changes_it(sign_in: SignIn, survey: Survey) -> None:
    made = question(survey)
    for other in (sign_in(make_staff()), sign_in(make_moderator())):
        for row in (survey, made):
            assert other.get(at(row)).status_code in {302, 403, 404}
        assert other.post(at(survey, "open")).status_code in {403, 404}
        assert "公園についてのアンケート" not in other.get(reverse("admin:surveys_survey_changelist")).text
    assert sign_in(make_secretariat()).get(at(survey)).status_code == 200


def test_after_the_opening_nothing_changes(runner: Client, survey: Survey) -> None:
    made = question(survey)
    open_survey(survey)
    assert "texts" not in runner.get(at(made)).text
    assert runner.post(at(made), asked(survey)).status_code in {302, 403}
    assert runner.post(at(made, "delete"), {"post": "yes"}).status_code == 403
    with pytest.raises(ActionRefused, match="変えられません"):
        actions.write_options(question=made, texts=["はい"], other="", exclusive=[], rows=[])
    assert "question_frozen" not in str(made)
    for change in (
        lambda: SurveyQuestion.objects.filter(pk=made.pk).update(is_required=True),
        lambda: SurveyOption.objects.filter(question=made).update(has_text=True),
        lambda: SurveyOption.objects.create(question=made, number=9, text="あとから"),
        lambda: made.options.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="opened survey"), transaction.atomic():
            change()


def test_a_misspelling_is_mended_with_a_reason(runner: Client, survey: Survey) -> None:
    made = question(survey, text="公園に生きますか。", options=["行く", "行かない", "わからなぃ"])
    address = reverse("admin:surveys_surveyquestion_typos", args=[made.pk])
    words = {"text": "公園に行きますか。", "reason": "変換の誤り"}
    words |= {f"option_{row.pk}": row.text.replace("ぃ", "い") for row in made.options.all()}
    assert "開始してから" in runner.post(address, words).text
    open_survey(survey)
    answered(survey)
    assert "誤字を直す" in runner.get(at(made)).text
    assert runner.get(address).status_code == 200
    for wrong, said in [
        ({"reason": ""}, "errorlist"),
        ({"text": "川で泳ぐことは好きでしたか。"}, "元の文と違いすぎます"),
        ({f"option_{option(made, '行かない').pk}": "行く"}, "違いすぎます"),
        ({f"option_{option(made, '行かない').pk}": ""}, "errorlist"),
    ]:
        answer = runner.post(address, words | wrong)
        assert answer.status_code == 422, wrong
        assert said in answer.text, wrong
        made.refresh_from_db()
        assert made.text == "公園に生きますか。"
    assert runner.post(address, words).status_code == 302
    made.refresh_from_db()
    assert (made.text, option(made, "わからない").number) == ("公園に行きますか。", 3)
    entry = AuditEntry.objects.for_target(survey).filter(verb="mend_typos").get()
    assert (entry.reason, len(entry.facts["changed"])) == ("変換の誤り", 2)


def test_what_is_missing_is_said_for_each_question() -> None:
    survey = draft_survey(opens_on=timezone.localdate())
    question(survey, options=["一つだけ"])
    question(survey, "matrix", page=3)
    question(survey, "several", page=3, least=5)
    with pytest.raises(ActionRefused) as refused:
        actions.open_survey(survey=survey, by=None)
    said = " ".join(map(str, refused.value.missing))
    for words in ("問1の選択肢を二つ以上", "問2の項目（行）", "問3の選ぶ個数", "ページの番号が続いていません：1、3"):
        assert words in said


@pytest.mark.parametrize(
    ("text", "options", "keys"),
    [
        ("公園に行きますか。", ["行く", "行かない", "わからない"], []),
        ("公園および川に満足していますか。", [], ["double"]),
        ("公園を増やすべきだと思いませんか。", [], ["leading"]),
        ("公園に行きますか。", ["行く", "行かない"], ["dont-know"]),
        ("いつも公園に行きますか。", [], ["absolute"]),
        ("行かないことがないですか。行かないことはありません。", [], ["negative"]),
        ("あ" * 81, [], ["long"]),
    ],
)
def test_hints_on_the_wording(text: str, options: list[str], keys: list[str]) -> None:
    assert hints_of(text, options) == keys


def test_hints_stop_nothing(runner: Client, survey: Survey) -> None:
    question(survey, text="公園および川に満足していますか。", options=["はい", "いいえ"])
    page = runner.get(at(survey)).text
    assert "一つの問いで二つのこと" in page
    assert "「わからない」" in page
    assert "アンケートを開始する</button>" in page


def test_the_number_of_answers_is_all_that_staff_see_before_the_result(runner: Client, survey: Survey) -> None:
    question(survey, "long")
    open_survey(survey)
    answered(survey, {"1": {"text": "だれにも見えない文"}})
    assert "回答 1件" in runner.get(at(survey)).text
    assert "だれにも見えない文" not in runner.get(at(survey)).text
