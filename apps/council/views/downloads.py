"""What leaves the site: the filtered list as a table, a project as one page of paper."""

import io
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from apps.core.fiscal import wareki
from apps.core.spreadsheet import csv_response, write_xlsx
from apps.council import csv_export
from apps.council.forms.filters import ProjectFilterForm
from apps.council.models import Project, ProjectUpdate
from apps.council.project_pdf import draw_sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME = "協議会の取組"


def _filtered(request: HttpRequest) -> tuple[Any, ProjectFilterForm]:
    form = ProjectFilterForm(request.GET, rows=Project.objects.public())
    return Project.objects.public().apply_filter(form.values()).newest().for_cards(), form


@require_safe
def projects_csv(request: HttpRequest) -> FileResponse:
    """The projects that the list shows under this filter, as CSV."""
    rows, _form = _filtered(request)
    return csv_response(f"{NAME}_{timezone.localdate():%Y%m%d}.csv", csv_export.COLUMNS, csv_export.rows(rows))


@require_safe
def projects_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as XLSX, with a data dictionary and the filter on further sheets."""
    rows, form = _filtered(request)
    file = io.BytesIO()
    about = {
        "サイト": csv_export.SITE_NAME,
        "時点": wareki(timezone.localdate()),
        "条件": form.in_words() or "すべての公開中の取組",
    }
    write_xlsx(file, csv_export.COLUMNS, csv_export.rows(rows), title=NAME, about=about)
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    name = f"{NAME}_{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_safe
def project_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """A project on one A4 page."""
    shown = get_object_or_404(Project.objects.visible_to(request.user).for_page(), slug=slug)
    updates = list(ProjectUpdate.objects.public().of(shown).newest()[:3])
    paper = draw_sheet(shown, updates, address=f"{settings.SITE_URL}{shown.get_absolute_url()}")
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="project-{shown.slug}.pdf"'
    return response
