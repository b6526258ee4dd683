"""Content of a report as JSON: drawn today or a year later, it is the same."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from apps.core.fiscal import fiscal_label, wareki
from apps.plans.models import Block, PlanSheet, SheetLine
from apps.plans.services import year_statistics
from apps.plans.services.sheet_page import unstated_names


def gather(year: int, *, edition: int, as_of: date) -> dict[str, object]:
    """Return the public sheets of a year with their lines, and the counts of the summary, as JSON."""
    sheets = list(PlanSheet.objects.public().in_year(year).for_page())
    before = list(PlanSheet.objects.public().in_year(year - 1).for_tree())
    lines: dict[int, list[SheetLine]] = {sheet.pk: [] for sheet in sheets}
    for line in SheetLine.objects.public().of_year(year).in_form_order().with_answers():
        lines[line.sheet_id].append(line)
    legend = year_statistics.legend([*sheets, *before])
    return {
        "year": year,
        "year_label": fiscal_label(year),
        "edition": edition,
        "as_of": as_of.isoformat(),
        "as_of_label": wareki(as_of),
        "legend": [{"code": code, "words": words} for code, words in legend],
        "has_before": bool(before),
        "branches": list(_branches(year_statistics.grow(sheets, before, sheets), legend)),
        "departments": [
            {"name": tally.name, "counts": _row(tally.counts, legend), "before": _row(tally.before, legend)}
            for tally in year_statistics.by_department(sheets, before)
        ],
        "sheets": [_sheet(sheet, lines[sheet.pk]) for sheet in sheets],
    }


def _row(counts: Counter[str], legend: Iterable[tuple[str, str]]) -> list[int]:
    return [counts[code] for code, _words in legend]


def _branches(roots: Iterable[year_statistics.Branch], legend: list[tuple[str, str]]) -> Iterable[dict[str, Any]]:
    """Return 方針 and 基本的取組 in one list, for the summary table."""
    for root in roots:
        yield _branch(root, "policy", legend)
        for branch in root.branches.values():
            yield _branch(branch, "measure", legend)


def _branch(branch: year_statistics.Branch, level: str, legend: list[tuple[str, str]]) -> dict[str, object]:
    counts = {"counts": _row(branch.counts, legend), "before": _row(branch.before, legend)}
    return {"level": level, "number": branch.number, "title": branch.title, **counts}


def _sheet(sheet: PlanSheet, lines: list[SheetLine]) -> dict[str, object]:
    blocks: dict[str, list[dict[str, Any]]] = {block.value: [] for block in Block}
    for line in lines:
        answers = [
            {"outcome": answer.get_outcome_display(), "line": answer.result_line and answer.result_line.text}
            for answer in line.answers.all()
        ]
        blocks[line.block].append(
            {"id": line.pk, "order": line.order, "mark": line.mark, "text": line.text, "answers": answers}
        )
    evidence = [
        {"kind": row.get_kind_display(), "title": row.title, "url": row.url,
         "dated_on": row.dated_on.isoformat() if row.dated_on else ""}
        for row in sheet.evidence.all()
    ]  # fmt: skip
    return {
        **sheet.facts,
        "departments_shown": sheet.departments_shown,
        "edition": sheet.edition,
        "correction_reason": sheet.correction_reason,
        "source": sheet.source,
        "grade_reason": sheet.grade_reason,
        "next_action": sheet.next_action,
        "evidence": evidence,
        "blocks": blocks,
        "unstated": unstated_names(sheet, {block for block, lines in blocks.items() if lines}),
        "address": sheet.get_absolute_url(),
    }
