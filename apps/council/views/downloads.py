"""Downloads: the filtered list of projects as CSV and XLSX, a project as a one-page PDF."""

import io

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.core.fiscal import wareki
from apps.core.spreadsheet import csv_response, write_xlsx
from apps.council.forms.filters import ProjectFilterForm
from apps.council.models import Project, ProjectUpdate
from apps.council.models.project_queryset import ProjectQuerySet
from apps.council.services import csv_export
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
