"""The A4 poster of a consultation: what is asked, until when, and how to answer with a phone."""

from django.conf import settings

from apps.consultations.models import Consultation
from apps.core.date_formats import closing, opening
from apps.core.printing import typeset_once

SOURCE = settings.BASE_DIR / "templates" / "consultations" / "poster.typ"


def draw_poster(asked: Consultation, *, address: str) -> bytes:
    """The poster as a tagged PDF; the texts go in as data, so that nothing in them is read as markup."""
    data = {
        "title": asked.title,
        "summary": asked.summary,
        "questions": [question.text for question in asked.questions.all()],
        "period": asked.period_note or f"{opening(asked.opens_at)}から\n{closing(asked.closes_at)}まで",
        "department": asked.department.name,
        "address": address,
    }
    return typeset_once("poster", asked.slug, SOURCE, data, url=address)
