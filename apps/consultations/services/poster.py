"""Typeset the A4 poster of a consultation: what is asked, until when, and a QR code to answer with a phone."""

from django.conf import settings

from apps.consultations.models import Consultation
from apps.core.date_formats import closing, opening
from apps.core.printing import typeset_once

SOURCE = settings.BASE_DIR / "templates" / "consultations" / "poster.typ"


def draw_poster(consultation: Consultation, *, url: str) -> bytes:
    """Return the poster as a tagged PDF; texts are passed as data, so that nothing in them is read as markup."""
    data = {
        "title": consultation.title,
        "summary": consultation.summary,
        "questions": [question.text for question in consultation.questions.all()],
        "period": consultation.period_note
        or f"{opening(consultation.opens_at)}から\n{closing(consultation.closes_at)}まで",
        "department": consultation.department.name,
        "address": url,
    }
    return typeset_once("poster", consultation.slug, SOURCE, data, url=url)
