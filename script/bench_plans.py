"""How long the yearly report takes: 200 sheets of 80 lines, with sentences of the six sheets of 令和5年度."""

import itertools
import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from apps.plans.actions import publish_sheet
from apps.plans.models import Block, Measure, Plan, PlanDepartment, PlanSheet, SheetLine
from apps.plans.report.content import gather
from apps.plans.report.pdf import draw_pdf
from apps.plans.report.tables import csv_bytes
from apps.plans.report.xlsx import draw_xlsx

YEAR = 2031
SHEETS, LINES = 200, 80
# How the lines of a sheet are spread over its blocks, as in the longest sheet of the seed.
SPREAD = [(Block.YEARLY, 6), (Block.PLAN_FIRST, 13), (Block.DO_FIRST, 11), (Block.DIRECTION, 8), (Block.PLAN_SECOND, 14),
          (Block.DO_SECOND, 15), (Block.SUMMARY, 12), (Block.FOOTNOTE, 1)]  # fmt: skip


def fill() -> None:
    """Published sheets of a year of its own."""
    seed = list(PlanSheet.objects.public().in_year(2023).for_page())
    words = {
        block: itertools.cycle([line for sheet in seed for line in sheet.lines.in_block(block)]) for block in Block
    }
    measures = list(Measure.objects.order_by("pk"))
    departments = [entry.department for entry in PlanDepartment.objects.select_related("department")]
    for number in range(1, SHEETS + 1):
        model = seed[number % len(seed)]
        plan = Plan.objects.create(
            code=f"bench-{number}", number=1000 + number, measure=measures[number % len(measures)],
            title=f"{model.title}（{number}）", overview=model.facts["overview"],
        )  # fmt: skip
        PlanDepartment.objects.create(plan=plan, department=departments[number % len(departments)])
        sheet = PlanSheet.objects.create(
            plan=plan, year=YEAR, number=number, state="confirmed", source="bench", grade=model.grade,
            outlook=model.outlook,
        )  # fmt: skip
        SheetLine.objects.bulk_create(
            SheetLine(sheet=sheet, block=block, order=order, mark=line.mark, text=line.text)
            for block, many in SPREAD
            for order, line in enumerate(itertools.islice(words[block], many), start=1)
        )
        publish_sheet(sheet=sheet, by=None)


def seconds(act: Callable[[], Any]) -> tuple[str, Any]:
    """How long an act takes, by the clock and on the processor (others may be using it too), and what came of it."""
    began, used = time.perf_counter(), time.process_time()
    made = act()
    return f"{time.perf_counter() - began:.1f} s (processor {time.process_time() - used:.1f} s)", made


def report_times() -> None:
    """Fill, draw each file once, print."""
    fill()
    took, content = seconds(lambda: gather(YEAR, edition=1, as_of=timezone.localdate()))
    print(f"yearly report, {SHEETS} sheets of {LINES} lines: gathered in {took}")
    acts = {"PDF": lambda: draw_pdf(content)[0], "XLSX": lambda: draw_xlsx(content), "CSV": lambda: csv_bytes(content)}
    for name, act in acts.items():
        took, made = seconds(act)
        print(f"{name:5} {took}  {len(made) / 1_000_000:6.1f} MB")
