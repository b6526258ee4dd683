"""Context of the page of a year's report: public after 公表, a preview for the secretariat before it."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.plans.models import Block, Grade, ProgressMark, Report, ReportFile


def page_of(report: Report, *, files: Iterable[ReportFile | Mapping[str, Any]]) -> dict[str, object]:
    """Return the context of `plans/report_detail.html`.

    files: what can be downloaded, each with `url`, `get_kind_display`, `size` in bytes and `sha256`.
    """
    for sheet in report.content["sheets"]:  # stored JSON has lost the order of its keys
        sheet["blocks"] = {block: sheet["blocks"][block] for block in Block.values}
    _translate(report.content)
    editions = Report.objects.public().of_year(report.year).defer("content")
    return {"report": report, "content": report.content, "files": files, "editions": editions}


def _translate(content: dict[str, Any]) -> None:
    """Put what grades and marks mean into the reader's language, in the content of a page, never in what is stored."""
    grades, marks = Grade.objects.shown_words(), ProgressMark.objects.shown_words()
    for grade in [*content["legend"], *(sheet["grade"] for sheet in content["sheets"] if sheet["grade"])]:
        grade["words"] = grades.get((grade["code"], grade["words"]), grade["words"])
    for outlook in [sheet["outlook"] for sheet in content["sheets"] if sheet["outlook"]]:
        outlook["words"] = marks.get((outlook["mark"], outlook["words"]), outlook["words"])
