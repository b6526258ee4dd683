"""Actions on the text of a sheet: write a block (optimistic lock), match plan lines with result lines."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.form_errors import unwanted_message
from apps.core.text import UnwantedCharacter
from apps.core.types import StrOrPromise
from apps.operations.models import AuditEntry
from apps.plans.line_parser import Line, read_lines, same_lines, write_lines
from apps.plans.models import MARKS, ActionRefused, Block, BlockState, BlockWording, Conflict, PlanSheet, SheetLine
from apps.plans.models.line import LINE_MAX

LINES_MAX = 200
RESTED = 60  # seconds that a text stood before it is kept when the same person goes on writing
MUCH_SHORTER = 20  # characters less: something was taken out, perhaps by a slip
ONE_ENTRY_EVERY = 600  # seconds between audit entries while one person goes on writing
ANSWERS = "answers"
HALVES = ((Block.PLAN_FIRST, Block.DO_FIRST), (Block.PLAN_SECOND, Block.DO_SECOND))


def require_writer(by: User | None, sheet: PlanSheet) -> None:
    """Raise PermissionDenied for whoever does not work on this plan."""
    if by is None or not by.has_perm("plans.write_sheet", sheet):
        raise PermissionDenied(_("このプランの担当課の職員か、事務局だけが書けます。"))


def require_not_handed_in(sheet: PlanSheet, *, by: User | None) -> None:
    """Raise ActionRefused while the stage waits for the secretariat, which alone corrects it then. Under the row lock."""
    if by is None or by.has_perm("plans.confirm_sheet"):
        return
    if sheet.submissions.waiting().exists():
        raise ActionRefused(
            _("提出したシートは書き換えられません。直すときは、先に「提出を取り下げる」を押してください。")
        )


def held_in_stage(sheet: PlanSheet, *, by: User | None, sentence: StrOrPromise) -> PlanSheet:
    """Return the sheet under a row lock; raise ActionRefused with the sentence once it is confirmed."""
    require_writer(by, sheet)
    sheet = sheet.get_for_update()
    if not sheet.is_in_stage:
        raise ActionRefused(sentence)
    require_not_handed_in(sheet, by=by)
    return sheet


def text_of_block(sheet: PlanSheet, block: str) -> str:
    """Return a block as one text, as its textarea shows it."""
    return write_lines([(line.mark, line.text) for line in sheet.lines.in_block(block)])


@transaction.atomic
def write_block(*, sheet: PlanSheet, block: str, text: str, version: int, by: User) -> BlockState:
    """Store the typed text of a block as lines under an optimistic lock; return the block's new state.

    version: the one that was on the screen. Raises Conflict with the stored text when it is not the last one,
    ActionRefused when the stage is closed, PermissionDenied for other departments.
    """
    require_writer(by, sheet)
    sheet = sheet.get_for_update()
    if block not in sheet.open_blocks:
        raise ActionRefused(_("この欄は、今の段階（%(stage)s）では書けません。") % {"stage": sheet.get_state_display()})
    require_not_handed_in(sheet, by=by)
    lines = read_block(text, block)
    state = get_block_state(sheet, block)
    if state.version != version:
        raise Conflict(theirs=text_of_block(sheet, block), version=state.version)
    before = text_of_block(sheet, block)
    if store_lines(sheet, block, lines):
        if is_worth_keeping(state, before, text_of_block(sheet, block), by=by):
            BlockWording.objects.keep(state, before)
        note_writing(state, by=by, lines=len(lines))
    if sheet.writer_id is None and sheet.plan.is_responsibility_of(by):
        take_over_links(sheet=sheet, by=by)
    return state


def is_worth_keeping(state: BlockState, before: str, after: str, *, by: User) -> bool:
    """Return whether the text that is being replaced is kept, so that one can go back to it.

    Not every save while one types: another person's text, one that stood for a minute, and one of which much is gone.
    """
    if state.changed_at is None or state.changed_by_id != by.pk:
        return True
    rested = (timezone.now() - state.changed_at).total_seconds() >= RESTED
    return rested or len(after) <= len(before) - MUCH_SHORTER


@transaction.atomic
def go_back_to(*, sheet: PlanSheet, wording: int, version: int, by: User) -> BlockState:
    """Store an earlier wording of a block again and keep the present one; raise ActionRefused when it is gone."""
    require_writer(by, sheet)
    earlier = sheet.wordings.filter(pk=wording).first()
    if earlier is None:
        raise ActionRefused(_("前の文が見つかりません。画面を開き直してください。"))
    now = text_of_block(sheet, earlier.block)
    state = write_block(sheet=sheet, block=earlier.block, text=earlier.text, version=version, by=by)
    BlockWording.objects.keep(state, now)
    AuditEntry.record("go_back_to_wording", sheet, by=by, block=earlier.block)
    return state


def read_block(text: str, block: str) -> list[Line]:
    """Parse a typed text into lines; raise ActionRefused that names what cannot be stored."""
    try:
        lines = read_lines(text, mark=MARKS.get(Block(block), "○"))
    except UnwantedCharacter as error:
        raise ActionRefused(unwanted_message(error.place)) from None
    check_lines(lines)
    return lines


def check_lines(lines: Sequence[Line]) -> None:
    """Raise ActionRefused for too many or too long lines."""
    if len(lines) > LINES_MAX:
        raise ActionRefused(_("1つの欄に書けるのは%(most)d行までです。") % {"most": LINES_MAX})
    for number, (_mark, text) in enumerate(lines, start=1):
        if len(text) > LINE_MAX:
            raise ActionRefused(
                _("%(number)d行目が長すぎます（%(most)d文字まで）。") % {"number": number, "most": LINE_MAX}
            )


def get_block_state(sheet: PlanSheet, block: str) -> BlockState:
    """Return the state of a block, created where it has none; call it under the row lock of the sheet."""
    return BlockState.objects.get_or_create(sheet=sheet, block=block)[0]


@transaction.atomic
def store_lines(
    sheet: PlanSheet, block: str, lines: Sequence[Line], records: Sequence[SheetLine | None] | None = None
) -> bool:
    """Replace the lines of a block; return whether anything changed. Lines that stay keep their records.

    kept: for each line its record, where that is known (the hidden ids of a workbook); otherwise they are matched by text.
    """
    old = list(sheet.lines.in_block(block))
    before = [(line.mark, line.text) for line in old]
    if records is None:
        records = [None if place is None else old[place] for place in same_lines(before, lines)]
    if before == list(lines) and [line for line in records if line] == old:
        return False
    removed = {line.pk for line in old} - {line.pk for line in records if line}
    sheet.lines.filter(pk__in=removed).delete()
    for order, ((mark, text), record) in enumerate(zip(lines, records, strict=True), start=1):
        line = record or SheetLine(sheet=sheet, block=block)
        if (line.order, line.mark, line.text) != (order, mark, text):
            line.order, line.mark, line.text = order, mark, text
            line.save()
    return True


@transaction.atomic
def note_writing(state: BlockState, *, by: User, **facts: Any) -> None:
    """Increase the version and store who wrote when; one audit entry for each spell of writing."""
    now = timezone.now()
    same_spell = (
        state.changed_by_id == by.pk
        and state.changed_at is not None
        and (now - state.changed_at).total_seconds() < ONE_ENTRY_EVERY
    )
    state.version, state.changed_by, state.changed_at = state.version + 1, by, now
    state.save(update_fields=["version", "changed_by", "changed_at"])
    if not same_spell:
        AuditEntry.record("write_block", state.sheet, by=by, block=state.block, version=state.version, **facts)


@transaction.atomic
def answer_lines(*, sheet: PlanSheet, answers: Mapping[int, tuple[str, Sequence[int]]], version: int, by: User) -> None:
    """Store what became of each plan line and which result lines say so, under an optimistic lock.

    answers: {id of the plan line: (outcome, ids of result lines)}; the outcome "" removes the answer.
    """
    require_writer(by, sheet)
    sheet = sheet.get_for_update()
    if not sheet.takes_answers:
        raise ActionRefused(_("計画と実績の対応は、前期から総括までの間に記入します。"))
    require_not_handed_in(sheet, by=by)
    state = get_block_state(sheet, ANSWERS)
    if state.version != version:
        raise Conflict(theirs="", version=state.version)
    plan_lines = {line.pk: line for line in sheet.lines.plans()}
    result_ids = {line.pk for line in sheet.lines.results()}
    for pk, (outcome, answering) in answers.items():
        plan_line = plan_lines.get(pk)
        if plan_line is None or not result_ids.issuperset(answering):
            raise ActionRefused(_("このシートにない行が選ばれています。画面を開き直してください。"))
        if outcome in {"done", "partly"} and not answering:
            raise ActionRefused(
                _("「%(line)s」：「実施」「一部実施」には、対応する実績の行を選んでください。")
                % {"line": plan_line.text[:30]}
            )
        plan_line.answers.all().delete()
        keys: list[int | None] = [*answering] or [None]
        for key in keys if outcome else []:
            plan_line.answers.create(sheet=sheet, outcome=outcome, result_line_id=key)
    note_writing(state, by=by, answered=len(answers))


@transaction.atomic
def answer_in_order(*, sheet: PlanSheet, by: User) -> int:
    """Answer each plan line that has no answer yet by the result line in the same place of its half, as 実施. Return how many.

    What was answered stays. Raises ActionRefused when no line is left that has a result beside it.
    """
    require_writer(by, sheet)
    sheet = sheet.get_for_update()
    if not sheet.takes_answers:
        raise ActionRefused(_("計画と実績の対応は、前期から総括までの間に記入します。"))
    require_not_handed_in(sheet, by=by)
    made = 0
    for plan_block, result_block in HALVES:
        plans, results = sheet.lines.in_block(plan_block), sheet.lines.in_block(result_block)
        for plan_line, result_line in zip(plans, results, strict=False):
            if not plan_line.answers.exists():
                plan_line.answers.create(sheet=sheet, outcome="done", result_line=result_line)
                made += 1
    if not made:
        raise ActionRefused(_("順番どおりに対応づけられる行がありません。"))
    note_writing(get_block_state(sheet, ANSWERS), by=by, answered=made, in_order=True)
    return made


@transaction.atomic
def take_over_links(*, sheet: PlanSheet, by: User) -> None:
    """Make a person the writer, who is reminded of this sheet; by default whoever of the department writes first."""
    require_writer(by, sheet)
    sheet.writer = by
    sheet.save(update_fields=["writer", "updated_at"])
    AuditEntry.record("take_over_sheet", sheet, by=by)
