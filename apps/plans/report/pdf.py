"""Draw the report as a tagged PDF."""

from typing import Any

from django.conf import settings

from apps.core.printing import MissingLetter, typeset

SOURCE = settings.BASE_DIR / "templates" / "plans" / "report.typ"


def draw_pdf(content: dict[str, Any]) -> tuple[bytes, list[MissingLetter]]:
    """Return the file, and the characters that the font lacks: each is printed as 〓 and listed on the last page."""
    printed = typeset(SOURCE, content, standard="ua-1")
    return printed.pdf, printed.missing
