"""Context of the page of a year's report: public after 公表, a preview for the secretariat before it."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.plans.models import Block, Report, ReportFile


def page_of(report: Report, *, files: Iterable[ReportFile | Mapping[str, Any]]) -> dict[str, object]:
    """Return the context of `plans/report_detail.html`.

    files: what can be downloaded, each with `url`, `get_kind_display`, `size` in bytes and `sha256`.
    """
    for sheet in report.content["sheets"]:  # stored JSON has lost the order of its keys
        sheet["blocks"] = {block: sheet["blocks"][block] for block in Block.values}
    editions = Report.objects.public().of_year(report.year).defer("content")
    return {"report": report, "content": report.content, "files": files, "editions": editions}
