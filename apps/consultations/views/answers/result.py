"""Result report (結果報告): frozen statistics, topics with replies, quoted proposals."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.consultations.forms.answers import EditionForm
from apps.consultations.models import Consultation, ReplyStatus, ResultReport
from apps.consultations.services.result_pdf import draw_result
from apps.consultations.views.feeds_and_downloads import absolute_url
from apps.consultations.views.helpers import consultation_for


@require_safe
def result(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the newest edition, or the one in the query string."""
    consultation = consultation_for(request, slug)
    report = edition_of(request, consultation)
    if report is None:
        return missing(request, consultation)
    editions = list(ResultReport.objects.for_consultation(consultation))
    context: dict[str, object] = {
        "consultation": consultation,
        "report": report,
        "figures": report.figures,
        "status_names": ReplyStatus.objects.shown_names(),
        "gone": report.count_no_longer_public(),
        "quotes": report.quotes(),
        "editions": editions,
        "is_newest": report == editions[0],
    }
    return render(request, "consultations/result.html", context)


@require_safe
def result_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the edition as an A4 PDF."""
    consultation = consultation_for(request, slug)
    report = edition_of(request, consultation)
    if report is None:
        return missing(request, consultation)
    url = f"{absolute_url(consultation)}result/?edition={report.edition}"
    response = HttpResponse(draw_result(report, url=url), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="result-{consultation.slug}-{report.edition}.pdf"'
    return response


def edition_of(request: HttpRequest, consultation: Consultation) -> ResultReport | None:
    """Return the edition in the query string, or None."""
    form = EditionForm(request.GET)
    if not form.is_valid():
        return None
    return (
        ResultReport.objects.for_consultation(consultation)
        .select_related("consultation")
        .edition(form.cleaned_data["edition"])
    )


def missing(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Answer 404 with a sentence: not published yet, or no such edition."""
    exists = ResultReport.objects.for_consultation(consultation).exists()
    context = {"consultation": consultation, "exists": exists}
    return render(request, "consultations/result_missing.html", context, status=404)
