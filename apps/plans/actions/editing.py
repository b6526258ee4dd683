"""What is written into a sheet: the lines of a block, and which result answers which promise."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.form_errors import unwanted_message
from apps.core.text import UnwantedCharacter
from apps.operations.models import AuditEntry
from apps.plans.line_parser import Line, read_lines, same_lines, write_lines
from apps.plans.models import MARKS, ActionRefused, Block, BlockState, BlockWording, Conflict, PlanSheet, SheetLine
from apps.plans.models.line import LINE_MAX

LINES_MAX = 200
RESTED = 60  # seconds that a text stood before it is kept when the same person goes on writing
MUCH_SHORTER = 20  # characters less: something was taken out, perhaps by a slip
ONE_ENTRY_EVERY = 600  # seconds: a person who types for an hour is not sixty pages of the audit trail
ANSWERS = "answers"


def require_writer(by: User | None, sheet: PlanSheet) -> None:
    """Refuse who does not work on this plan."""
    if by is None or not by.has_perm("plans.write_sheet", sheet):
        raise PermissionDenied(_("このプランの担当課の職員か、事務局だけが書けます。"))


def held_in_stage(sheet: PlanSheet, *, by: User | None, sentence: Any) -> PlanSheet:
    """The sheet, held until the end of the transaction; ActionRefused with the sentence once it is confirmed."""
    require_writer(by, sheet)
    sheet = sheet.get_for_update()
    if not sheet.is_in_stage:
        raise ActionRefused(sentence)
    return sheet


def text_of_block(sheet: PlanSheet, block: str) -> str:
    """A block as one text, for its box on the screen."""
    return write_lines([(line.mark, line.text) for line in sheet.lines.in_block(block)])


@transaction.atomic
def write_block(*, sheet: PlanSheet, block: str, text: str, version: int, by: User) -> BlockState:
    """Store the typed text of a block as lines; the block's new state.

    version: the one that was on the screen. Raises Conflict with the other person's text when it is not the last one,
    ActionRefused when the stage is closed, PermissionDenied for other departments.
    """
    require_writer(by, sheet)
    sheet = sheet.get_for_update()
    if block not in sheet.open_blocks:
        raise ActionRefused(_("この欄は、今の段階（%(stage)s）では書けません。") % {"stage": sheet.get_state_display()})
    lines = read_block(text, block)
    state = hold(sheet, block)
    if state.version != version:
        raise Conflict(theirs=text_of_block(sheet, block), version=state.version)
    before = text_of_block(sheet, block)
    if store_lines(sheet, block, lines):
        if is_worth_keeping(state, before, text_of_block(sheet, block), by=by):
            BlockWording.objects.keep(state, before)
        note_writing(state, by=by, lines=len(lines))
    if sheet.writer_id is None and sheet.plan.is_of(by):
        take_over(sheet=sheet, by=by)
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
    """Write an earlier wording of a block again; the present one is kept in its place. ActionRefused when it is not there."""
    require_writer(by, sheet)
    kept = sheet.wordings.filter_key(wording)
    if kept is None:
        raise ActionRefused(_("前の文が見つかりません。画面を開き直してください。"))
    now = text_of_block(sheet, kept.block)
    state = write_block(sheet=sheet, block=kept.block, text=kept.text, version=version, by=by)
    BlockWording.objects.keep(state, now)
    AuditEntry.record("go_back_to_wording", sheet, by=by, block=kept.block)
    return state


def read_block(text: str, block: str) -> list[Line]:
    """The lines of a typed text; ActionRefused names what cannot be stored."""
    try:
        lines = read_lines(text, mark=MARKS.get(Block(block), "○"))
    except UnwantedCharacter as error:
        raise ActionRefused(unwanted_message(error.place)) from None
    check_lines(lines)
    return lines


def check_lines(lines: Sequence[Line]) -> None:
    """Refuse what no form has room for."""
    if len(lines) > LINES_MAX:
        raise ActionRefused(_("1つの欄に書けるのは%(most)d行までです。") % {"most": LINES_MAX})
    for number, (_mark, text) in enumerate(lines, start=1):
        if len(text) > LINE_MAX:
            raise ActionRefused(
                _("%(number)d行目が長すぎます（%(most)d文字まで）。") % {"number": number, "most": LINE_MAX}
            )


def hold(sheet: PlanSheet, block: str) -> BlockState:
    """The version of a block; the sheet's row is held, so nobody writes beside it."""
    return BlockState.objects.get_or_create(sheet=sheet, block=block)[0]


@transaction.atomic
def store_lines(
    sheet: PlanSheet, block: str, lines: Sequence[Line], kept: Sequence[SheetLine | None] | None = None
) -> bool:
    """Make the block hold these lines; whether anything changed. Lines that stay keep their records.

    kept: for each line the record that it is, when that is known (the hidden ids of a file).
    """
    old = list(sheet.lines.in_block(block))
    before = [(line.mark, line.text) for line in old]
    if kept is None:
        kept = [None if place is None else old[place] for place in same_lines(before, lines)]
    if before == list(lines) and [line for line in kept if line] == old:
        return False
    gone = {line.pk for line in old} - {line.pk for line in kept if line}
    sheet.lines.with_keys(gone).delete()
    for order, ((mark, text), record) in enumerate(zip(lines, kept, strict=True), start=1):
        line = record or SheetLine(sheet=sheet, block=block)
        if (line.order, line.mark, line.text) != (order, mark, text):
            line.order, line.mark, line.text = order, mark, text
            line.save()
    return True


@transaction.atomic
def note_writing(state: BlockState, *, by: User, **facts: Any) -> None:
    """A new version, who wrote it and when; in the audit trail once for each spell of writing."""
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
    """Say for each promised line (by its id) what became of it, and which result lines say so.

    answers: id of the promise → (outcome or "", ids of result lines). "" takes the answer away.
    """
    require_writer(by, sheet)
    sheet = sheet.get_for_update()
    if not sheet.takes_answers:
        raise ActionRefused(_("計画と実績の対応は、前期から総括までの間に記入します。"))
    state = hold(sheet, ANSWERS)
    if state.version != version:
        raise Conflict(theirs="", version=state.version)
    promises = {line.pk: line for line in sheet.lines.plans()}
    results = {line.pk for line in sheet.lines.results()}
    for pk, (outcome, chosen) in answers.items():
        promise = promises.get(pk)
        if promise is None or not results.issuperset(chosen):
            raise ActionRefused(_("このシートにない行が選ばれています。画面を開き直してください。"))
        if outcome in {"done", "partly"} and not chosen:
            raise ActionRefused(
                _("「%(line)s」：「実施」「一部実施」には、対応する実績の行を選んでください。")
                % {"line": promise.text[:30]}
            )
        promise.answers.all().delete()
        ties: list[int | None] = [*chosen] or [None]
        for result in ties if outcome else []:
            promise.answers.create(sheet=sheet, outcome=outcome, result_line_id=result)
    note_writing(state, by=by, answered=len(answers))


@transaction.atomic
def take_over(*, sheet: PlanSheet, by: User) -> None:
    """Become the person who is reminded of this sheet; whoever of the department writes first is."""
    require_writer(by, sheet)
    sheet.writer = by
    sheet.save(update_fields=["writer", "updated_at"])
    AuditEntry.record("take_over_sheet", sheet, by=by)
