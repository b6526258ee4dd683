"""The report as a tagged PDF, by Typst. Texts go in as data, so that nothing in them is read as markup."""

import json
import tempfile
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from apps.plans.report.glyphs import drawable, letters_of, listed

FONTS = settings.BASE_DIR / "static" / "fonts"
SOURCE = settings.BASE_DIR / "templates" / "plans" / "report.typ"


def draw_pdf(content: dict[str, Any]) -> tuple[bytes, list[dict[str, Any]]]:
    """The file, and the letters that the font cannot draw: each is printed as 〓 and listed on the last page."""
    letters = letters_of(FONTS / "NotoSansJP-Regular.ttf") & letters_of(FONTS / "NotoSansJP-Bold.ttf")
    gone: dict[str, int] = {}
    shown = drawable(content, letters, gone)
    missing = listed(gone)
    shown["missing"] = [{"code": one["code"], "times": one["times"]} for one in missing]
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        (room / "report.typ").write_bytes(SOURCE.read_bytes())
        (room / "data.json").write_text(json.dumps(shown, ensure_ascii=False), encoding="utf-8")
        pdf = typst.compile(room / "report.typ", font_paths=[FONTS], ignore_system_fonts=True, pdf_standards="ua-1")
    return pdf, missing
