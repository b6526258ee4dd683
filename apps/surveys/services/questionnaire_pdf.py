"""The questionnaire on paper (PDF): the same questions, numbers and options as on the screen."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.date_formats import wareki
from apps.core.printing import typeset_once
from apps.surveys.models import Choice, Survey, SurveyQuestion
from apps.surveys.services.answer_words import how

SOURCE = settings.BASE_DIR / "templates" / "surveys" / "questionnaire.typ"
Kind = SurveyQuestion.Kind


def questionnaire_pdf(survey: Survey) -> bytes:
    """Return the questionnaire as an A4 PDF, in Japanese: no code and no name stands on it."""
    address = f"{settings.SITE_URL}{reverse('surveys:survey', args=[survey.slug])}"
    with translation.override("ja"):
        data = {
            "title": survey.title, "department": survey.department.name, "purpose": survey.purpose,
            "audience": survey.audience, "privacy": survey.privacy, "thanks": survey.thanks,
            "until": wareki(survey.closes_on), "address": address, "is_draft": survey.opened_at is None,
            "questions": [_question(question) for question in survey.load_questions()],
        }  # fmt: skip
    return typeset_once("questionnaire", str(survey.pk), SOURCE, data, url=address)


def _question(question: SurveyQuestion) -> dict[str, Any]:
    """Return a question as the template draws it."""
    condition = question.shown_if
    asked = ""
    if condition is not None:
        asked = _("問%(number)dで「%(option)s」を選んだ方だけ、お答えください。") % {
            "number": condition.question.number, "option": condition.text,
        }  # fmt: skip
    return {
        "number": question.number, "text": question.text, "help": question.help, "kind": question.kind,
        "how": _how(question), "condition": asked, "ranks": question.ranks if question.kind == Kind.RANKING else 0,
        "choices": [_choice(choice) for choice in question.choices], "rows": [_choice(row) for row in question.rows],
    }  # fmt: skip


def _how(question: SurveyQuestion) -> str:
    """Return how a question is answered with a pen."""
    words: dict[str, str] = {
        Kind.ONE: _("一つに○をつけてください。"),
        Kind.SCALE: _("一つに○をつけてください。"),
        Kind.DISTRICT: _("一つに○をつけてください。"),
        Kind.MATRIX: _("項目ごとに、一つに○をつけてください。"),
        Kind.RANKING: _("選択肢の番号を、順位の欄に書いてください。"),
    }
    return words.get(question.kind) or how(question)


def _choice(choice: Choice) -> dict[str, Any]:
    """Return an option with the number that stands before it everywhere."""
    return {"number": choice.number, "text": choice.text, "has_text": choice.has_text}
