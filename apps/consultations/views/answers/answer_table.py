"""意見と市の考え方 (対照表) of a consultation: page, CSV, XLSX and PDF of the same rows."""

import io

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation
from apps.consultations.services.answer_table import COLUMNS, about, draw_table, figures_of, rows_of, table_rows
from apps.consultations.views.feeds_and_downloads import absolute_url
from apps.core.spreadsheet import csv_response, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 300


def public_theme(slug: str) -> Consultation:
    """Return an announced consultation; raise Http404 for others, staff too: nothing of the table is made before."""
    return get_object_or_404(Consultation.objects.public().for_page(), slug=slug)


@require_safe
def answer_table(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the table; a very long one ends after SHOWN rows and says so."""
    consultation = public_theme(slug)
    rows = rows_of(consultation)
    context = {
        "consultation": consultation,
        "rows": rows[:SHOWN],
        "row_count": len(rows),
        "is_cut": len(rows) > SHOWN,
        "figures": figures_of(consultation),
    }
    return render(request, "consultations/answer_table.html", context)


@require_safe
def answer_table_csv(request: HttpRequest, slug: str) -> FileResponse:
    """Send the table as CSV."""
    consultation = public_theme(slug)
    return csv_response(file_name(consultation, "csv"), COLUMNS, table_rows(consultation))


@require_safe
def answer_table_xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the table as XLSX, with the figures on its last sheet."""
    consultation, file = public_theme(slug), io.BytesIO()
    write_xlsx(file, COLUMNS, table_rows(consultation), title=_("意見と市の考え方"), about=about(consultation))
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, file_name(consultation, "xlsx")) or "attachment"
    return response


@require_safe
def answer_table_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the table as an A4 PDF."""
    consultation = public_theme(slug)
    pdf = draw_table(consultation, url=f"{absolute_url(consultation)}views/")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="views-{consultation.slug}.pdf"'
    return response


def file_name(consultation: Consultation, ending: str) -> str:
    """Return the name under which a file of the table is saved."""
    return f"意見と市の考え方_{consultation.slug}.{ending}"
