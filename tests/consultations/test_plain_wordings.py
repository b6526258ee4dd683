"""Other words for themes and questions: typed by staff, seen by who reads in them, with a mark where they are missing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.consultations.models import Consultation, PlainWording
from apps.operations.models import AuditEntry
from tests.accounts.factories import DepartmentFactory, UserFactory, make_secretariat, make_staff
from tests.consultations.admin_pages import change_page, form_of
from tests.consultations.factories import ConsultationFactory, QuestionFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def asked() -> Consultation:
    theme: Consultation = ConsultationFactory(
        slug="parks", title="公園の将来像", summary="概要の文", background="背景の文", allows_guests=True
    )
    PlainWording.objects.create(
        consultation=theme,
        level="ja-x-easy",
        title="これからの公園",
        summary="どんな公園がいいですか",
        background="## むかし",
    )
    PlainWording.objects.create(consultation=theme, level="en", title="Parks to come")
    PlainWording.objects.create(
        consultation=theme,
        question=theme.questions.get(),
        level="ja-x-easy",
        title="どんな公園？",
        summary="短くてもいいです",
    )
    return theme


def reading(language: str, client: Client | None = None) -> Client:
    client = client or Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def test_a_theme_is_shown_in_the_words_of_its_reader(asked: Consultation) -> None:
    easy = reading("ja-x-easy")
    page = easy.get("/consultations/parks/").text
    for words in ("これからの公園", "どんな公園がいいですか", "むかし</h", "どんな公園？", "短くてもいいです"):
        assert words in page
    assert "公園の将来像" not in page
    assert "文はまだありません" not in page
    for address in ("/", "/consultations/", "/consultations/parks/propose/guest/"):
        assert "これからの公園" in easy.get(address).text
    assert "どんな公園？" in easy.get("/consultations/parks/propose/guest/").text
    plain = Client().get("/consultations/parks/").text
    assert "公園の将来像" in plain
    assert "これからの公園" not in plain


def test_what_is_missing_is_said_and_read_in_the_words_that_count(asked: Consultation) -> None:
    kids = reading("ja-x-kids", without_furigana()).get("/consultations/parks/").text
    assert "<h1>公園の将来像</h1>" in kids
    assert "（こどもの文はまだありません）" in kids
    english = reading("en").get("/consultations/parks/").text
    assert "<h1>Parks to come</h1>" in english
    assert "概要の文" in english
    other = ConsultationFactory(slug="roads")
    assert "(in Japanese" in reading("en").get(other.get_absolute_url()).text
    assert "まだありません）" not in Client().get(other.get_absolute_url()).text


def without_furigana() -> Client:
    """A browser without ふりがな."""
    client = Client()
    client.cookies["furigana"] = "0"
    return client


def test_who_does_not_see_the_theme_does_not_see_its_other_words(asked: Consultation) -> None:
    Consultation.objects.update(published_at=None)
    assert reading("ja-x-easy").get("/consultations/parks/").status_code == 404
    assert "これからの公園" not in reading("ja-x-easy").get("/consultations/").text


@pytest.mark.usefixtures("without_page_cache")
def test_a_list_costs_one_query_more_for_readers_at_a_level_and_none_for_others(asked: Consultation) -> None:
    ConsultationFactory.create_batch(4)
    counts = {}
    for language in ("ja", "ja-x-easy"):
        client = reading(language)
        client.get("/consultations/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/consultations/")
        counts[language] = len(queries)
    assert counts["ja-x-easy"] == counts["ja"] + 1


def test_there_is_one_wording_for_each_theme_and_question_at_a_level(asked: Consultation) -> None:
    question = asked.questions.get()
    again: list[dict[str, Any]] = [
        {"level": "ja-x-easy"},
        {"level": "ja-x-easy", "question": question},
        {"level": "en", "question": question, "background": "背景"},
    ]
    for row in again:
        with pytest.raises(IntegrityError), transaction.atomic():
            PlainWording.objects.create(consultation=asked, title="もう一つ", **row)


def typed(browser: Client, asked: Consultation, **fields: str) -> dict[str, str]:
    row = {f"plain_wordings-0-{name}": value for name, value in fields.items()}
    return form_of(browser, change_page(asked)) | {"plain_wordings-TOTAL_FORMS": "1"} | row


def test_staff_type_them_in_the_page_of_the_theme(sign_in: SignIn) -> None:
    department = DepartmentFactory()
    asked, browser = ConsultationFactory(department=department, slug="roads"), sign_in(make_staff(department))
    row = {"level": "ja-x-kids", "title": "みちをよくする", "summary": "", "background": "", "question": ""}
    answer = browser.post(change_page(asked), typed(browser, asked, **row), follow=True)
    assert answer.status_code == 200
    wording = PlainWording.objects.get()
    assert (wording.consultation, wording.level) == (asked, "ja-x-kids")
    assert AuditEntry.objects.for_target(wording).get().verb == "write_plain_wording"
    assert "みちをよくする" in reading("ja-x-kids").get("/consultations/roads/").text
    stranger = sign_in(make_staff(DepartmentFactory()))
    assert stranger.get(change_page(asked)).status_code in {302, 403, 404}


def test_a_question_of_another_theme_is_refused(sign_in: SignIn) -> None:
    asked, other, browser = ConsultationFactory(), ConsultationFactory(), sign_in(make_secretariat())
    row = {"level": "ja-x-kids", "title": "みち", "question": str(other.questions.get().pk)}
    assert browser.post(change_page(asked), typed(browser, asked, **row)).status_code == 422
    assert not PlainWording.objects.exists()


def test_staff_see_long_sentences_and_hard_words_and_may_publish_all_the_same(sign_in: SignIn) -> None:
    browser = sign_in(make_secretariat())
    asked = ConsultationFactory(draft=True, summary="躊躇せずに、" + "あ" * 50 + "。", slug="hard")
    PlainWording.objects.create(consultation=asked, level="ja-x-kids", title="匿名で書く")
    page = browser.get(change_page(asked)).text
    assert "読みやすさのヒント" in page
    assert "長い文（57文字）：躊躇せずに、" in page
    assert "読みにくいことば：躊躇" in page
    assert "読みにくいことば：匿名" in page
    browser.post(change_page(asked), form_of(browser, change_page(asked)) | {"act": "publish"})
    asked.refresh_from_db()
    assert asked.is_published
    assert "読みやすさのヒント" not in browser.get(change_page(ConsultationFactory(summary="みじかい文です。"))).text


def test_the_preview_repeats_the_question_as_it_was_read(asked: Consultation, sign_in: SignIn) -> None:
    client = reading("ja-x-easy", sign_in(UserFactory(consent_version="1", consented_at=timezone.now())))
    page = client.get("/consultations/parks/propose/")
    data = {
        "question": asked.questions.get().pk, "body": "ベンチ", "name": "anonymous", "step": "preview",
        "submit_key": page.context["form"].initial["submit_key"],
    }  # fmt: skip
    assert "どんな公園？" in client.post("/consultations/parks/propose/", data).text


@pytest.mark.usefixtures("without_page_cache")
def test_the_page_of_staff_costs_the_same_for_one_wording_and_for_seven(sign_in: SignIn) -> None:
    asked, browser, counts = ConsultationFactory(), sign_in(make_secretariat()), []
    questions = [asked.questions.get(), *QuestionFactory.create_batch(2, consultation=asked)]
    for rows in ([None], questions * 2):
        for number, question in enumerate(rows):
            level = "ja-x-easy" if number < 3 else "ja-x-kids"
            PlainWording.objects.create(consultation=asked, question=question, level=level, title="ことば")
        browser.get(change_page(asked))
        with CaptureQueriesContext(connection) as queries:
            browser.get(change_page(asked))
        counts.append(len(queries))
    assert counts[0] == counts[1]
