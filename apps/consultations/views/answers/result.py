"""結果報告 of a consultation: frozen figures, the topics with the city's replies, loud, quiet and differing voices."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.consultations.forms.answers import EditionForm
from apps.consultations.models import Consultation, ResultReport
from apps.consultations.services.result_pdf import draw_result
from apps.consultations.views.feeds_and_downloads import address_of
from apps.consultations.views.helpers import consultation_for


@require_safe
def result(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest edition, or the one that the address names."""
    asked = consultation_for(request, slug)
    report = edition_of(request, asked)
    if report is None:
        return missing(request, asked)
    editions = list(ResultReport.objects.of(asked))
    context: dict[str, Any] = {
        "consultation": asked,
        "report": report,
        "figures": report.figures,
        "gone": report.count_gone(),
        "quotes": report.quotes(),
        "editions": editions,
        "is_newest": report == editions[0],
    }
    return render(request, "consultations/result.html", context)


@require_safe
def result_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The same edition on A4, to print and to hand out."""
    asked = consultation_for(request, slug)
    report = edition_of(request, asked)
    if report is None:
        return missing(request, asked)
    address = f"{address_of(asked)}result/?edition={report.edition}"
    response = HttpResponse(draw_result(report, address=address), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="result-{asked.slug}-{report.edition}.pdf"'
    return response


def edition_of(request: HttpRequest, asked: Consultation) -> ResultReport | None:
    """The edition of the address; None when there is none, or the number is none."""
    form = EditionForm(request.GET)
    if not form.is_valid():
        return None
    return ResultReport.objects.of(asked).select_related("consultation").edition(form.cleaned_data["edition"])


def missing(request: HttpRequest, asked: Consultation) -> HttpResponse:
    """404 with a sentence: not published yet, or no such edition."""
    exists = ResultReport.objects.of(asked).exists()
    context = {"consultation": asked, "exists": exists}
    return render(request, "consultations/result_missing.html", context, status=404)
