"""Full-text search over the published sheets of a year."""

from django.db.models import Q

from apps.core.search import query_words
from apps.core.text import fold
from apps.plans.models import SheetLine
from apps.plans.models.sheet import PlanSheetQuerySet

PRINTED = ("pk", "frozen__title", "frozen__overview")


def search_sheets(sheets: PlanSheetQuerySet, query: str) -> PlanSheetQuerySet:
    """Return the sheets that hold every word of a search in one line, or in title and overview as printed.

    An empty query returns all of them.
    """
    if not query:
        return sheets
    by_line = SheetLine.objects.search(query).values("sheet")
    words = query_words(query)
    printed = ((pk, fold(f"{title} {overview}")) for pk, title, overview in sheets.values_list(*PRINTED))
    by_heading = [pk for pk, folded in printed if all(word in folded for word in words)]
    return sheets.filter(Q(pk__in=by_line) | Q(pk__in=by_heading))
