"""The A4 poster of a consultation: what is asked, until when, and how to answer with a phone."""

import io
import json
import tempfile
from pathlib import Path

import segno
import typst
from django.conf import settings
from django.utils import timezone

from apps.consultations.models import Consultation
from apps.core.fiscal import wareki
from apps.core.made_files import made_bytes

FONTS = settings.BASE_DIR / "static" / "fonts"


def draw_poster(asked: Consultation, *, address: str) -> bytes:
    """The poster as a tagged PDF; the texts go in as data, so that nothing in them is read as markup."""
    data = {
        "title": asked.title,
        "summary": asked.summary,
        "questions": [question.text for question in asked.questions.all()],
        "period": asked.period_note
        or f"{wareki(timezone.localdate(asked.opens_at))}から\n{wareki(asked.last_day)}まで",
        "department": asked.department.name,
        "address": address,
    }
    source = Path(settings.BASE_DIR / "templates" / "consultations" / "poster.typ")
    words = json.dumps(data, ensure_ascii=False)
    state = f"{words}{source.read_text(encoding='utf-8')}"
    return made_bytes("poster", asked.slug, state, lambda: _typeset(source, words, address))


def _typeset(source: Path, words: str, address: str) -> bytes:
    code = io.BytesIO()
    segno.make(address, error="m").save(code, kind="svg", scale=8, border=2)
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        (room / "poster.typ").write_bytes(source.read_bytes())
        (room / "qr.svg").write_bytes(code.getvalue())
        (room / "data.json").write_text(words, encoding="utf-8")
        return typst.compile(room / "poster.typ", font_paths=[FONTS], ignore_system_fonts=True)
