"""Views of the yearly report: its page, and its stored files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.plans.forms import EditionForm
from apps.plans.models import Report, ReportFile
from apps.plans.services.report_page import page_of


def report_of(request: HttpRequest, year: int) -> Report | None:
    """Return the last published edition of a year, or the one that `?edition=n` names."""
    edition_number = EditionForm(request.GET).number()
    return Report.objects.public().of_year(year).numbered(edition_number).first()


def none_yet(request: HttpRequest, year: int) -> HttpResponse:
    """Render 404 with a sentence: there is no report yet, or not this edition."""
    others = Report.objects.public().of_year(year).defer("content")
    return render(request, "plans/report_none.html", {"year": year, "others": others}, status=404)


@require_safe
def report(request: HttpRequest, year: int) -> HttpResponse:
    """Render the report as a page, from the stored content of the edition."""
    report = report_of(request, year)
    if report is None:
        return none_yet(request, year)
    return render(request, "plans/report_detail.html", page_of(report, files=report.files.without_content()))


def file_of(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """Return a file of an edition, byte for byte as it was made; its SHA-256 is the ETag."""
    report = report_of(request, year)
    file = report and report.files.filter(kind=kind).first()
    if not file:
        return none_yet(request, year)
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    disposition = "inline" if kind == ReportFile.Kind.PDF else "attachment"
    response["Content-Disposition"] = f'{disposition}; filename="{file.file_name}"'
    response["ETag"] = f'"{file.sha256}"'
    return response


@require_safe
def report_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """Send every sheet as an A3 page (PDF)."""
    return file_of(request, year, "pdf")


@require_safe
def report_xlsx(request: HttpRequest, year: int) -> HttpResponse:
    """Send the workbook with 様式 and データ."""
    return file_of(request, year, "xlsx")


@require_safe
def report_csv(request: HttpRequest, year: int) -> HttpResponse:
    """Send one row a line as CSV; `?encoding=cp932` for programs that know nothing else."""
    return file_of(request, year, "csv932" if request.GET.get("encoding") == "cp932" else "csv")


@require_safe
def report_dictionary(request: HttpRequest, year: int) -> HttpResponse:
    """Send the data dictionary of the CSV."""
    return file_of(request, year, "dictionary")
