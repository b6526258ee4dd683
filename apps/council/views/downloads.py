"""Downloads: every filtered list of the council as CSV, projects as XLSX too, a project as a one-page PDF."""

import io
from collections.abc import Iterator

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.core.fiscal import wareki
from apps.core.spreadsheet import Column, csv_response, write_xlsx
from apps.council.forms.filters import OrganizationFilterForm, ProjectFilterForm
from apps.council.forms.matching import CallFilterForm
from apps.council.models import Challenge, Match, Offer, Organization, Project, ProjectUpdate
from apps.council.models.matching import CallQuerySet
from apps.council.models.project_queryset import ProjectQuerySet
from apps.council.services import csv_export, csv_lists
from apps.council.services.project_pdf import draw_project_pdf

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME = "協議会の取組"


def _filtered(request: HttpRequest) -> tuple[ProjectQuerySet, ProjectFilterForm]:
    """Return the public projects under the filter of the query string, and its form."""
    form = ProjectFilterForm(request.GET, projects=Project.objects.public())
    return Project.objects.public().apply_filter(form.values).newest().for_cards(), form


@require_safe
def projects_csv(request: HttpRequest) -> FileResponse:
    """Export the filtered list of projects as CSV."""
    projects, _form = _filtered(request)
    return csv_response(f"{NAME}_{timezone.localdate():%Y%m%d}.csv", csv_export.COLUMNS, csv_export.rows(projects))


def _csv(name: str, columns: list[Column], rows: Iterator[list[object]]) -> FileResponse:
    return csv_response(f"{name}_{timezone.localdate():%Y%m%d}.csv", columns, rows)


@require_safe
def organizations_csv(request: HttpRequest) -> FileResponse:
    """Export the filtered list of organizations as CSV."""
    rows = Organization.objects.public().apply_filter(OrganizationFilterForm(request.GET).values).for_cards()
    return _csv("協議会の団体", csv_lists.ORGANIZATIONS, csv_lists.organization_rows(rows))


@require_safe
def challenges_csv(request: HttpRequest) -> FileResponse:
    """Export the filtered list of challenges as CSV."""
    return _calls(request, Challenge.objects.public().select_related("department"), "課題")


@require_safe
def offers_csv(request: HttpRequest) -> FileResponse:
    """Export the filtered list of offers as CSV."""
    return _calls(request, Offer.objects.public().select_related("organization"), "提案")


def _calls(request: HttpRequest, rows: CallQuerySet, name: str) -> FileResponse:
    """Return challenges or offers under the filter of the query string, the newest first."""
    values = CallFilterForm(request.GET).values
    calls = rows.in_field(values["field"]).search(values["q"]).for_lists().newest()
    return _csv(f"協議会の{name}", csv_lists.CALLS, csv_lists.call_rows(calls))


@require_safe
def matches_csv(request: HttpRequest) -> FileResponse:
    """Export the confirmed matches as CSV."""
    rows = Match.objects.public().newest().for_lists()
    return _csv("成立したマッチング", csv_lists.MATCHES, csv_lists.match_rows(rows))


@require_safe
def projects_xlsx(request: HttpRequest) -> HttpResponse:
    """Export the filtered list as XLSX, with a data dictionary and the filter on further worksheets."""
    projects, form = _filtered(request)
    file = io.BytesIO()
    about = {
        "サイト": csv_export.SITE_NAME,
        "時点": wareki(timezone.localdate()),
        "条件": form.in_words() or "すべての公開中の取組",
    }
    write_xlsx(file, csv_export.COLUMNS, csv_export.rows(projects), title=NAME, about=about)
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    name = f"{NAME}_{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_safe
def project_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Return a project as a PDF of one A4 page."""
    project = get_object_or_404(Project.objects.visible_to(request.user).for_page(), slug=slug)
    updates = list(ProjectUpdate.objects.public().for_project(project).newest()[:3])
    pdf = draw_project_pdf(project, updates, url=f"{settings.SITE_URL}{project.get_absolute_url()}")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="project-{project.slug}.pdf"'
    return response
