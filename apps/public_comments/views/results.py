"""Views of a published result: page, CSV, XLSX and PDF of one frozen edition."""

import io

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.spreadsheet import csv_response, write_xlsx
from apps.public_comments.forms.answers import EditionForm
from apps.public_comments.models import ResultEdition
from apps.public_comments.services.result_files import COLUMNS, about, draw_result, table_rows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def result_of(request: HttpRequest, slug: str) -> ResultEdition:
    """Return the newest edition of a case's result, or the one in the query string; raise Http404 without one."""
    editions = ResultEdition.objects.public().filter(case__slug=slug).select_related("case").order_by("-edition")
    wanted = EditionForm(request.GET).values["edition"]
    return get_object_or_404(editions.filter(edition=wanted) if wanted else editions[:1])


@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Show 意見の概要と市の考え方: the newest edition, or the one in the query string."""
    result = result_of(request, slug)
    editions = list(ResultEdition.objects.of_case(result.case))
    context = {
        "case": result.case,
        "result": result,
        "figures": result.figures,
        "editions": editions,
        "is_newest": result == editions[0],
    }
    return render(request, "public_comments/result.html", context)


@require_safe
def results_csv(request: HttpRequest, slug: str) -> FileResponse:
    """Send the table as CSV."""
    result = result_of(request, slug)
    return csv_response(file_name(result, "csv"), COLUMNS, table_rows(result))


@require_safe
def results_xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the table as XLSX, with the figures on its last sheet."""
    result, file = result_of(request, slug), io.BytesIO()
    write_xlsx(file, COLUMNS, table_rows(result), title=_("意見と市の考え方"), about=about(result))
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, file_name(result, "xlsx")) or "attachment"
    return response


@require_safe
def results_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the result as an A4 PDF."""
    result = result_of(request, slug)
    url = f"{settings.SITE_URL}{result.get_absolute_url()}"
    response = HttpResponse(draw_result(result, url=url), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="public-comment-{slug}-{result.edition}.pdf"'
    return response


def file_name(result: ResultEdition, ending: str) -> str:
    """Return the name under which a file of the result is saved."""
    return f"意見と市の考え方_{result.case.slug}_第{result.edition}版.{ending}"
