"""Serve the public proposals of a consultation as CSV, and the data dictionary of its columns."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation
from apps.core.made_files import made_file
from apps.core.spreadsheet import CSV, csv_response, sent_file, write_csv
from apps.intake.services.exports import DICTIONARY, PUBLIC_DATA, dictionary_rows


@require_safe
def proposals_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the CSV of all public proposals; 404 for a consultation that is not public, even for staff."""
    consultation = get_object_or_404(Consultation.objects.public(), slug=slug)
    file = made_file(
        "proposals",
        consultation.slug,
        PUBLIC_DATA.state(consultation),
        lambda file: write_csv(file, PUBLIC_DATA.columns, PUBLIC_DATA.rows(consultation), breaks=PUBLIC_DATA.breaks),
    )
    return sent_file(file, PUBLIC_DATA.file_name(consultation, "csv"), CSV)


@require_safe
def proposals_dictionary(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the data dictionary (データ項目) of that CSV as a CSV of its own."""
    consultation = get_object_or_404(Consultation.objects.public(), slug=slug)
    return csv_response(f"{consultation.slug}_意見_データ項目.csv", DICTIONARY, dictionary_rows(PUBLIC_DATA))
