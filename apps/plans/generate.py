"""Generate sheets and links of a demonstration by the actions that staff use."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.accounts.models import User
from apps.plans import actions
from apps.plans.models import Block, BlockState, Evidence, Grade, Plan, PlanSheet, ProgressMark, SheetLine, State


@dataclass(frozen=True)
class Grading:
    """The grade of a sheet (its letter), why, what comes next, and what it rests on."""

    grade: str
    reason: str
    next_action: str
    evidence: Evidence


def tie(line: SheetLine, kind: str, key: str, *, by: User) -> None:
    """Link a line to a target; kind and key as in URLs: ("project", "demo-running")."""
    actions.add_link(sheet=line.sheet, line=line.pk, kind=kind, key=key, by=by)


def publish_year(year: int) -> None:
    """Publish every sheet of a year that waits for it, as the portal itself."""
    for sheet in PlanSheet.objects.in_year(year).in_work().for_page():
        actions.publish_sheet(sheet=sheet, by=None)


def answer(plan_line: SheetLine, outcome: str, result: SheetLine, *, by: User) -> None:
    """Record which result line answers a plan line of a sheet without any such record yet."""
    actions.answer_lines(sheet=plan_line.sheet, answers={plan_line.pk: (outcome, [result.pk])}, version=0, by=by)


def write_year(plan: Plan, year: int, *, blocks: Mapping[Block, str], grading: Grading, by: User) -> PlanSheet:
    """Write one sheet of a fiscal year from 計画 to 公表, one stage after the other, and return it as published.

    blocks: the typed text of each block; a block is written in the stage that it belongs to.
    """
    sheet = PlanSheet.objects.begin(plan, year)
    while sheet.state != State.PUBLISHED:
        for block in sheet.open_blocks:
            if block in blocks:
                version = BlockState.objects.get_or_create(sheet=sheet, block=block)[0].version
                actions.write_block(sheet=sheet, block=block, text=blocks[block], version=version, by=by)
        _move_on(sheet, grading, by)
        sheet = PlanSheet.objects.for_page().get(pk=sheet.pk)
    return sheet


def _move_on(sheet: PlanSheet, grading: Grading, by: User) -> None:
    if sheet.state == State.CONFIRMED:
        actions.publish_sheet(sheet=sheet, by=by)
    elif sheet.state == State.SUMMARY:
        grade = Grade.objects.get_by_natural_key(grading.grade)
        actions.give_grade(
            sheet=sheet,
            grade=grade,
            reason=grading.reason,
            next_action=grading.next_action,
            evidence=grading.evidence,
            by=by,
        )
        actions.confirm_sheet(sheet=sheet, by=by)
    else:
        if sheet.state == State.FIRST:
            actions.set_outlook(sheet=sheet, outlook=ProgressMark.objects.first(), by=by)
        actions.confirm_stage(sheet=sheet, by=by)
