"""Views of a published result: page, CSV, XLSX, PDF of one frozen edition."""

import io

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.spreadsheet import csv_response, write_xlsx
from apps.surveys.forms.results import EditionForm
from apps.surveys.models import SurveyResult
from apps.surveys.services.result_files import COLUMNS, about, table_rows
from apps.surveys.services.result_pdf import draw_result

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def result_of(request: HttpRequest, slug: str) -> SurveyResult:
    """Return the newest edition of a survey's result, or the one in the query string; raise Http404 without one."""
    editions = SurveyResult.objects.public().of_slug(slug)
    wanted = EditionForm(request.GET).values["edition"]
    return get_object_or_404(editions.filter(edition=wanted) if wanted else editions[:1])


@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the tables of a survey: the newest edition, or the one in the query string."""
    result = result_of(request, slug)
    editions = list(SurveyResult.objects.public().of_slug(slug))
    context = {
        "survey": result.survey, "result": result, "figures": result.figures, "editions": editions,
        "is_newest": result == editions[0], "has_words": result.has_words,
    }  # fmt: skip
    return render(request, "surveys/result.html", context)


@require_safe
def results_csv(request: HttpRequest, slug: str) -> FileResponse:
    """Send the tables as CSV."""
    result = result_of(request, slug)
    return csv_response(file_name(result, "csv"), COLUMNS, table_rows(result))


@require_safe
def results_xlsx(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the tables as XLSX, with the codebook on further sheets."""
    result, file = result_of(request, slug), io.BytesIO()
    write_xlsx(file, COLUMNS, table_rows(result), title=_("集計表"), about=about(result))
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, file_name(result, "xlsx")) or "attachment"
    return response


@require_safe
def results_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the tables with their bars as an A4 PDF."""
    result = result_of(request, slug)
    response = HttpResponse(draw_result(result), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="survey-{result.survey.slug}-{result.edition}.pdf"'
    return response


def file_name(result: SurveyResult, ending: str) -> str:
    """Return the name under which a file of the result is saved."""
    return f"アンケートの結果_{result.survey.slug}_第{result.edition}版.{ending}"
