"""Say what the picture of a plan sheet shows where its URL is shared (og:image): in Japanese, one for everybody."""

from apps.core.fiscal import fiscal_label
from apps.core.images import ShareCard
from apps.plans.models import PlanSheet

DRAWING = "meeting"


def card_of(sheet: PlanSheet) -> ShareCard:
    """Return title, year and grade of a public sheet, as they were frozen."""
    grade = sheet.facts["grade"]
    return ShareCard(
        kind="行革プラン",
        title=sheet.title,
        about=f"{fiscal_label(sheet.year)}　プラン{sheet.number}",
        note=sheet.departments_shown,
        grade=(grade["code"], grade["words"]) if grade else ("", ""),
    )
