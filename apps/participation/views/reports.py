"""Views of published editions."""

import io

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.core.spreadsheet import csv_response, write_xlsx
from apps.participation.forms.queries import EditionForm
from apps.participation.models import ParticipationEdition
from apps.participation.services.report_files import COLUMNS, about, draw_report, table_rows
from apps.participation.services.report_page import page_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LAST = 9999  # a year of four digits


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Render the years of which a report was published, the newest first."""
    return render(request, "participation/year_list.html", {"editions": ParticipationEdition.objects.newest()})


def edition_of(request: HttpRequest, year: int) -> ParticipationEdition:
    """Return the newest edition of a year, or the one in the query string; raise Http404 without one."""
    if year > LAST:
        raise Http404
    editions = ParticipationEdition.objects.public().filter(year__year=year).order_by("-edition")
    wanted = EditionForm(request.GET).values["edition"]
    return get_object_or_404(editions.filter(edition=wanted) if wanted else editions[:1])


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Render the report of a year: totals beside former years, tables, and every line with an address of its own."""
    edition = edition_of(request, year)
    editions = list(ParticipationEdition.objects.public().filter(year=edition.year).order_by("-edition"))
    context = {**page_of(edition), "editions": editions, "is_newest": edition == editions[0]}
    return render(request, "participation/report.html", context)


@require_safe
def report_csv(request: HttpRequest, year: int) -> FileResponse:
    """Send the lines as CSV."""
    edition = edition_of(request, year)
    return csv_response(file_name(edition, "csv"), COLUMNS, table_rows(edition))


@require_safe
def report_xlsx(request: HttpRequest, year: int) -> HttpResponse:
    """Send the lines as XLSX, with the totals on its last sheet."""
    edition, file = edition_of(request, year), io.BytesIO()
    write_xlsx(file, COLUMNS, table_rows(edition), title="市民参加と協働", about=about(edition))
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, file_name(edition, "xlsx")) or "attachment"
    return response


@require_safe
def report_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """Send the report as an A4 PDF."""
    edition = edition_of(request, year)
    url = f"{settings.SITE_URL}{edition.get_absolute_url()}"
    response = HttpResponse(draw_report(edition, url=url), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="participation-{year}-{edition.edition}.pdf"'
    return response


def file_name(edition: ParticipationEdition, ending: str) -> str:
    """Return the name under which a file of the report is saved."""
    return f"市民参加・協働実践状況報告書_{edition.year.year}年度_第{edition.edition}版.{ending}"
