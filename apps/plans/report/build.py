"""Build an edition: gather every public sheet of a year once, then draw each file from the same data."""

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.printing import listed
from apps.core.spreadsheet import Changes
from apps.plans.models import ActionRefused, PlanSheet, Report
from apps.plans.report.content import gather
from apps.plans.report.pdf import draw_pdf
from apps.plans.report.tables import csv_bytes, dictionary_bytes
from apps.plans.report.xlsx import draw_xlsx

STEPS = 4


def make_report(
    *, year: int, by: User | None, progress: Callable[[int, str], None] = lambda step, sentence: None
) -> Report:
    """Build and store a new edition, not yet public.

    progress: called with number and sentence of every step that is done; may stop the work by raising. Raises ActionRefused
    for a year without public sheets.
    """
    if not PlanSheet.objects.public().in_year(year).exists():
        raise ActionRefused(_("この年度に公表したシートがありません。シートを公表してから作成してください。"))
    content = gather(year, edition=Report.objects.next_edition(year), as_of=timezone.localdate())
    progress(1, _("シートを集めました"))
    pdf, missing = draw_pdf(content)
    progress(2, _("PDFを作りました"))
    files = {"pdf": pdf, "xlsx": draw_xlsx(content)}
    progress(3, _("Excelを作りました"))
    changes = Changes()
    files |= {"csv": csv_bytes(content), "csv932": csv_bytes(content, encoding="cp932", changes=changes),
              "dictionary": dictionary_bytes()}  # fmt: skip
    progress(4, _("CSVを作りました"))
    return Report.objects.keep(
        year=year, content=content, files=files, missing=missing, lost=listed(changes.lost), by=by
    )
