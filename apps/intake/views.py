"""Downloads of the public proposals of a consultation: the table, and what its columns mean."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation
from apps.core.made_files import made_file
from apps.core.spreadsheet import CSV, csv_response, sent_file, write_csv
from apps.intake.exports import DICTIONARY, PUBLIC_DATA, dictionary_rows


@require_safe
def proposals_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Every public voice of a consultation as a table, for everyone; drafts have none, even for staff."""
    asked = get_object_or_404(Consultation.objects.public(), slug=slug)
    file = made_file(
        "proposals",
        asked.slug,
        PUBLIC_DATA.state(asked),
        lambda file: write_csv(file, PUBLIC_DATA.columns, PUBLIC_DATA.rows(asked), breaks=PUBLIC_DATA.breaks),
    )
    return sent_file(file, PUBLIC_DATA.file_name(asked, "csv"), CSV)


@require_safe
def proposals_dictionary(request: HttpRequest, slug: str) -> HttpResponseBase:
    """データ項目: what each column of that table means, as a table of its own beside it."""
    asked = get_object_or_404(Consultation.objects.public(), slug=slug)
    return csv_response(f"{asked.slug}_意見_データ項目.csv", DICTIONARY, dictionary_rows(PUBLIC_DATA))
