"""One plan across its years: what was promised, what became of it, the grade and the figures, a row for each public year."""

from collections import defaultdict
from dataclasses import dataclass, field

from apps.plans.models import Block, MetricValue, PlanSheet, SheetLine
from apps.plans.models.constants import RESULT_BLOCKS
from apps.plans.services.sheet_summary import OutcomeCounts, count_outcomes


@dataclass
class PlanYear:
    """One year of a plan. outcomes is None where the paper ties no result to a promise."""

    sheet: PlanSheet
    promised: list[SheetLine] = field(default_factory=list)
    planned: list[SheetLine] = field(default_factory=list)
    results: list[SheetLine] = field(default_factory=list)
    figures: list[MetricValue] = field(default_factory=list)
    outcomes: OutcomeCounts | None = None


def years_of(plan_id: int) -> list[PlanYear]:
    """Return the public years of a plan, the newest first; the number of queries does not grow with them."""
    sheets = list(PlanSheet.objects.public().of_plan(plan_id).for_tree())
    lines: dict[int, list[SheetLine]] = defaultdict(list)
    for line in SheetLine.objects.filter(sheet__in=sheets).in_form_order().with_answers():
        lines[line.sheet_id].append(line)
    figures: dict[int, list[MetricValue]] = defaultdict(list)
    for value in MetricValue.objects.public().filter(metric__plan=plan_id).select_related("metric"):
        figures[value.year].append(value)
    return [_year(sheet, lines[sheet.pk], figures[sheet.year]) for sheet in sheets]


def _year(sheet: PlanSheet, lines: list[SheetLine], figures: list[MetricValue]) -> PlanYear:
    return PlanYear(
        sheet,
        promised=[line for line in lines if line.block == Block.YEARLY],
        planned=[line for line in lines if line.block in (Block.PLAN_FIRST, Block.PLAN_SECOND)],
        results=[line for line in lines if line.block in RESULT_BLOCKS],
        figures=figures,
        outcomes=count_outcomes(lines) if any(line.answers.all() for line in lines if line.is_plan) else None,
    )


def lines_of_year_before(sheet: PlanSheet) -> dict[str, list[SheetLine]]:
    """Return {block: lines} of the plan's public sheet of the year before; empty without one."""
    last = PlanSheet.objects.public().of_plan(sheet.plan_id).filter(year=sheet.year - 1)
    blocks: dict[str, list[SheetLine]] = defaultdict(list)
    for line in SheetLine.objects.filter(sheet__in=last).in_form_order():
        blocks[line.block].append(line)
    return dict(blocks)
