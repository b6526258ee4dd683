"""Sheets and ties of a demonstration: they come by the verbs that staff use."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.accounts.models import User
from apps.plans import actions
from apps.plans.models import Block, BlockState, Evidence, Grade, Plan, PlanSheet, ProgressMark, SheetLine, State


@dataclass(frozen=True)
class Judged:
    """The grade of a sheet (its letter), why, what comes next, and what it rests on."""

    grade: str
    reason: str
    next_action: str
    evidence: Evidence


def tie(line: SheetLine, kind: str, key: str, *, by: User) -> None:
    """Tie a line to what has to do with it; kind and key as in addresses: ("project", "demo-running")."""
    actions.add_link(sheet=line.sheet, line=line.pk, kind=kind, key=key, by=by)


def publish_year(year: int) -> None:
    """Publish every sheet of a year that waits for it, as the portal itself."""
    for sheet in PlanSheet.objects.in_year(year).in_work().for_page():
        actions.publish_sheet(sheet=sheet, by=None)


def answer(promise: SheetLine, outcome: str, result: SheetLine, *, by: User) -> None:
    """Record which result line says what became of a promised line of a sheet that has no such record yet."""
    actions.answer_lines(sheet=promise.sheet, answers={promise.pk: (outcome, [result.pk])}, version=0, by=by)


def write_year(plan: Plan, year: int, *, blocks: Mapping[Block, str], judged: Judged, by: User) -> PlanSheet:
    """Write one sheet of a fiscal year from 計画 to 公表, one stage after the other, and return it as published.

    blocks: the typed text of each block; a block is written in the stage that it belongs to.
    """
    sheet = PlanSheet.objects.begin(plan, year)
    while sheet.state != State.PUBLISHED:
        for block in sheet.open_blocks:
            if block in blocks:
                version = BlockState.objects.get_or_create(sheet=sheet, block=block)[0].version
                actions.write_block(sheet=sheet, block=block, text=blocks[block], version=version, by=by)
        _move_on(sheet, judged, by)
        sheet = PlanSheet.objects.for_page().get(pk=sheet.pk)
    return sheet


def _move_on(sheet: PlanSheet, judged: Judged, by: User) -> None:
    if sheet.state == State.CONFIRMED:
        actions.publish_sheet(sheet=sheet, by=by)
    elif sheet.state == State.SUMMARY:
        grade = Grade.objects.get_by_natural_key(judged.grade)
        actions.give_grade(
            sheet=sheet,
            grade=grade,
            reason=judged.reason,
            next_action=judged.next_action,
            evidence=judged.evidence,
            by=by,
        )
        actions.confirm_sheet(sheet=sheet, by=by)
    else:
        if sheet.state == State.FIRST:
            actions.set_outlook(sheet=sheet, outlook=ProgressMark.objects.first(), by=by)
        actions.confirm_stage(sheet=sheet, by=by)
