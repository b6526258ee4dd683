"""The list of projects: as a list, as a board by stage, as a timeline."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.fiscal import fiscal_year
from apps.core.pagination import Order, Page, read_page
from apps.council.forms.filters import ProjectFilterForm
from apps.council.models import Project, ProjectUpdate, Stage, StageChange

NEWEST = Order(("changed_at", "pk"))
ON_A_BOARD = 8
EVENTS = 100
MOST = 50


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """Every public project, narrowed by what stands in the address."""
    form = ProjectFilterForm(request.GET, rows=Project.objects.public())
    chosen = form.values()
    rows = Project.objects.public().apply_filter(chosen)
    context: dict[str, Any] = {
        "form": form,
        "view": chosen["view"],
        "views": form.views(),
        "is_filtered": form.is_filtered,
        "total": rows.count(),
        "kept": form.kept_query(),
    }
    context |= VIEWS[chosen["view"]](rows, chosen, form)
    return render(request, "council/project_list.html", context)


def as_list(rows: Any, chosen: dict[str, Any], form: ProjectFilterForm) -> dict[str, Any]:
    """One page, what changed last first."""
    kept = form.kept()
    if chosen["viewpoint"]:
        rows = rows.with_repeats(chosen["viewpoint"])
    page = read_page(rows.for_cards(), NEWEST, name=f"projects:{urlencode(kept)}", cursor=chosen["cursor"])
    return {"page": page, **links(page, kept)}


def links(page: Page, kept: dict[str, Any]) -> dict[str, str]:
    """Addresses of the pages beside this one, with the same filter."""
    return {
        f"{side}_url": f"?{urlencode({**kept, 'cursor': cursor})}" if cursor else ""
        for side, cursor in (("older", page.older), ("newer", page.newer))
    }


def as_board(rows: Any, chosen: dict[str, Any], form: ProjectFilterForm) -> dict[str, Any]:
    """A column for each stage with its newest projects, and how many there are in all."""
    counts = rows.count_by("stage")
    columns: dict[str, list[Any]] = {stage: [] for stage in (*Stage.values[1:], Stage.UNKNOWN)}
    for row in rows.first_of_each_stage(ON_A_BOARD).for_cards():
        columns[row.stage].append(row)
    shown = [
        {
            "label": Stage(stage).label,
            "rows": column,
            "count": counts.get(stage, 0),
            "more_url": f"?{urlencode({**form.kept(), 'view': 'list', 'stage': stage})}",
        }
        for stage, column in columns.items()
        if stage != Stage.UNKNOWN or column
    ]
    return {"columns": shown}


def as_timeline(rows: Any, chosen: dict[str, Any], form: ProjectFilterForm) -> dict[str, Any]:
    """What happened in these projects, by fiscal year, the newest first: changes of stage and news."""
    keys = rows.order_by().values("pk")
    changes = StageChange.objects.in_projects(keys).for_timeline()[:EVENTS]
    news = ProjectUpdate.objects.public().in_projects(keys).newest().for_lists()[:EVENTS]
    events = [(row.on, "stage", row) for row in changes] + [(row.happened_on, "news", row) for row in news]
    events.sort(key=lambda event: (event[0], event[2].pk), reverse=True)
    years: dict[int, list[Any]] = {}
    for day, kind, row in events[:EVENTS]:
        years.setdefault(fiscal_year(day), []).append({"day": day, "kind": kind, "row": row})
    return {"years": list(years.items()), "is_cut": len(events) > EVENTS, "events": EVENTS}


VIEWS = {"list": as_list, "board": as_board, "timeline": as_timeline}
