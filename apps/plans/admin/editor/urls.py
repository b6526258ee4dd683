"""URLs of the editor and of the year's overview, under /admin/plans/plansheet/; `admin_view` asks for staff and 2FA."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from apps.plans.admin import year_overview
from apps.plans.admin.editor import annotations, grading, stage, workbook, writing

# Part of the path and of the name: `<pk>/block/` is `admin:plans_plansheet_block`.
VIEWS = {
    "block": writing.block,
    "back": writing.restore_wording,
    "answers": writing.answers,
    "outlook": grading.outlook,
    "grade": grading.grade,
    "evidence": grading.evidence,
    "stage": stage.stage,
    "preview": stage.preview_publication,
    "take": stage.take_over,
    "link": annotations.link,
    "figure": annotations.figure,
    "memo": annotations.memo,
    "export": workbook.export,
    "bring": workbook.bring_in,
}


def editor_urls(site: AdminSite) -> list[URLPattern]:
    """Return the patterns, to stand before Django's own of the model."""
    return [
        path("board/", site.admin_view(year_overview.board), name="plans_plansheet_board"),
        *(
            path(f"<int:pk>/{name}/", site.admin_view(view), name=f"plans_plansheet_{name}")
            for name, view in VIEWS.items()
        ),
    ]
