"""Actions on a year or a whole sheet: open and remove a year's drafts, import a workbook."""

from collections.abc import Mapping
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.plans.actions.annotations import add_evidence
from apps.plans.actions.editing import (
    check_lines,
    get_block_state,
    note_writing,
    require_not_handed_in,
    require_writer,
    store_lines,
    text_of_block,
)
from apps.plans.actions.workflow import give_grade, set_outlook
from apps.plans.models import ActionRefused, Conflict, Evidence, Grade, PlanSheet, ProgressMark, StageDeadline, State
from apps.plans.workbook import SheetFile, compare


@transaction.atomic
def open_year(*, year: int, by: User) -> int:
    """Open a year (the secretariat): create drafts for every plan, carry the deadlines over; return how many drafts."""
    if not by.has_perm("plans.confirm_sheet"):
        raise PermissionDenied(_("年度を開くのは事務局（企画経営課）です。"))
    StageDeadline.objects.carry_over(year)
    return PlanSheet.objects.open_year(year, by=by)


@transaction.atomic
def remove_year(*, year: int, by: User) -> int:
    """Delete the sheets of a year that nobody has worked on yet (the secretariat); return how many."""
    if not by.has_perm("plans.confirm_sheet"):
        raise PermissionDenied(_("年度を開くのは事務局（企画経営課）です。"))
    return PlanSheet.objects.remove_untouched(year, by=by)


@transaction.atomic
def import_workbook(*, sheet: PlanSheet, uploaded: SheetFile, versions: Mapping[str, int], by: User) -> None:
    """Import a workbook into its sheet: all of it, or raise ActionRefused with the list of what stands in the way.

    versions: {block: version} when the file was compared (optimistic lock); raises Conflict when somebody wrote since.
    """
    require_writer(by, sheet)
    sheet = sheet.get_for_update()
    if closed := compare(sheet, uploaded).closed:
        sentence = _("今の段階（%(stage)s）では変えられない欄が、ファイルで変わっています。何も取り込んでいません。")
        raise ActionRefused(sentence % {"stage": sheet.get_state_display()}, list(dict.fromkeys(closed)))
    require_not_handed_in(sheet, by=by)
    for block in sheet.open_blocks:
        state = get_block_state(sheet, block)
        if state.version != versions.get(block, 0):
            raise Conflict(theirs=text_of_block(sheet, block), version=state.version)
        lines = uploaded.blocks.get(block, [])
        check_lines([(mark, text) for _pk, mark, text in lines])
        lines_by_id = {line.pk: line for line in sheet.lines.in_block(block)}
        records = [lines_by_id.pop(pk, None) if pk else None for pk, _mark, _text in lines]
        if store_lines(sheet, block, [(mark, text) for _pk, mark, text in lines], records):
            note_writing(state, by=by, lines=len(lines), from_file=True)
    _store_values(sheet, uploaded, by)


ScaleT = TypeVar("ScaleT", Grade, ProgressMark)


def _store_values(sheet: PlanSheet, uploaded: SheetFile, by: User) -> None:
    for values in uploaded.evidence:
        evidence = Evidence(sheet=sheet, **{**values, "dated_on": values["dated_on"] or None})
        try:
            evidence.full_clean()
        except ValidationError as error:
            raise ActionRefused(_("評価の根拠を取り込めません。"), error.messages) from None
        if not sheet.evidence.duplicates_of(**values).exists():
            add_evidence(sheet=sheet, evidence=evidence, by=by)
    if sheet.state == State.FIRST and uploaded.outlook != (sheet.outlook.mark if sheet.outlook else ""):
        set_outlook(sheet=sheet, outlook=_scale(ProgressMark, uploaded.outlook), by=by)
    now = (sheet.grade.code if sheet.grade else "", sheet.grade_reason, sheet.next_action)
    if sheet.state == State.SUMMARY and now != (uploaded.grade, uploaded.reason.strip(), uploaded.next_action.strip()):
        grade = _scale(Grade, uploaded.grade)
        give_grade(sheet=sheet, grade=grade, reason=uploaded.reason, next_action=uploaded.next_action, by=by)


def _scale(model: type[ScaleT], key: str) -> ScaleT | None:
    """Return a grade or mark by its code; None for an empty cell. Raise ActionRefused for an unknown one."""
    try:
        step: ScaleT | None = model.objects.get_by_natural_key(key) if key else None
        return step
    except model.DoesNotExist:
        raise ActionRefused(_("「%(key)s」は選択肢にありません。") % {"key": key[:10]}) from None
