"""URLs of the editor and of the year's overview, under /admin/plans/plansheet/; `admin_view` asks for staff and 2FA."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from apps.plans.admin import bulk, year_overview
from apps.plans.admin.editor import annotations, grading, stage, workbook, writing

# Segment of the path: (name, view); `<pk>/block/` is `admin:plans_plansheet_block`.
VIEWS = {
    "block": ("block", writing.block),
    "back": ("restore_wording", writing.restore_wording),
    "answers": ("answers", writing.answers),
    "order": ("answers_in_order", writing.answers_in_order),
    "outlook": ("outlook", grading.outlook),
    "grade": ("grade", grading.grade),
    "evidence": ("evidence", grading.evidence),
    "stage": ("stage", stage.stage),
    "hand": ("hand_in", stage.hand_in),
    "preview": ("preview", stage.preview_publication),
    "take": ("take_over_links", stage.take_over_links),
    "link": ("link", annotations.link),
    "figure": ("figure", annotations.figure),
    "memo": ("memo", annotations.memo),
    "export": ("export", workbook.export),
    "bring": ("import_workbook", workbook.import_workbook),
}


def editor_urls(site: AdminSite) -> list[URLPattern]:
    """Return the patterns, to stand before Django's own of the model."""
    return [
        path("board/", site.admin_view(year_overview.board), name="plans_plansheet_board"),
        path("board/bulk/", site.admin_view(bulk.bulk), name="plans_plansheet_bulk"),
        *(
            path(f"<int:pk>/{segment}/", site.admin_view(view), name=f"plans_plansheet_{name}")
            for segment, (name, view) in VIEWS.items()
        ),
    ]
