"""View of the list of projects: as a list, as a board by stage, as a timeline."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.fiscal import fiscal_year
from apps.core.pagination import Order, read_page
from apps.council.forms.filters import ProjectFilterForm
from apps.council.models import Project, ProjectUpdate, Stage, StageChange
from apps.council.models.project_queryset import ProjectQuerySet

NEWEST = Order(("changed_at", "pk"))
ON_A_BOARD = 8
EVENTS = 100
MOST = 50


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """List public projects, filtered by the query string."""
    form = ProjectFilterForm(request.GET, projects=Project.objects.public())
    values = form.values
    projects = Project.objects.public().apply_filter(values)
    context: dict[str, object] = {
        "form": form,
        "view": values["view"],
        "views": form.views(),
        "is_filtered": form.is_filtered,
        "total": projects.count(),
        "filter_query": form.query(view=""),
    }
    context |= VIEWS[values["view"]](projects, values, form)
    return render(request, "council/project_list.html", context)


def as_list(projects: ProjectQuerySet, values: dict[str, Any], form: ProjectFilterForm) -> dict[str, object]:
    """Return the context of one page of the list, what changed last first."""
    if values["viewpoint"]:
        projects = projects.with_repeats(values["viewpoint"])
    page = read_page(projects.for_cards(), NEWEST, name=f"projects:{form.query()}", cursor=values["cursor"])
    return {"page": page, **form.page_urls(page)}


def as_board(projects: ProjectQuerySet, values: dict[str, Any], form: ProjectFilterForm) -> dict[str, object]:
    """Return the context of the board: a column for each stage with its newest projects and its total."""
    counts = projects.count_by("stage")
    columns: dict[str, list[Project]] = {stage: [] for stage in (*Stage.values[1:], Stage.UNKNOWN)}
    for project in projects.first_of_each_stage(ON_A_BOARD).for_cards():
        columns[project.stage].append(project)
    board = [
        {
            "label": Stage(stage).label,
            "rows": column,
            "count": counts.get(stage, 0),
            "more_url": f"?{form.query(view='list', stage=stage)}",
        }
        for stage, column in columns.items()
        if stage != Stage.UNKNOWN or column
    ]
    return {"columns": board}


def as_timeline(projects: ProjectQuerySet, values: dict[str, Any], form: ProjectFilterForm) -> dict[str, object]:
    """Return the context of the timeline: changes of stage and updates by fiscal year, the newest first."""
    keys = projects.order_by().values("pk")
    changes = StageChange.objects.in_projects(keys).for_timeline()[:EVENTS]
    updates = ProjectUpdate.objects.public().in_projects(keys).newest().for_lists()[:EVENTS]
    events = [(row.on, "stage", row) for row in changes] + [(row.happened_on, "news", row) for row in updates]
    events.sort(key=lambda event: (event[0], event[2].pk), reverse=True)
    years: dict[int, list[dict[str, object]]] = {}
    for day, kind, row in events[:EVENTS]:
        years.setdefault(fiscal_year(day), []).append({"day": day, "kind": kind, "row": row})
    return {"years": list(years.items()), "is_cut": len(events) > EVENTS, "events": EVENTS}


VIEWS = {"list": as_list, "board": as_board, "timeline": as_timeline}
