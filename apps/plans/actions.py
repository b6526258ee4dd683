"""What is written into a sheet: the lines of a block, which result answers which promise, the evidence of a grade."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.text import UnwantedCharacter
from apps.operations.models import AuditEntry
from apps.plans.bullets import Line, read_lines, same_lines, write_lines
from apps.plans.exchange import Brought, compare
from apps.plans.models import (
    MARKS,
    Block,
    BlockState,
    Conflict,
    Evidence,
    Grade,
    HandoverMemo,
    Metric,
    MetricValue,
    PlanSheet,
    ProgressMark,
    Refused,
    SheetLine,
    StageDeadline,
    State,
)
from apps.plans.models.line import LINE_MAX
from apps.plans.models.links import TARGETS, public_target

LINES_MAX = 200
ONE_ENTRY_EVERY = 600  # seconds: a person who types for an hour is not sixty pages of the audit trail
ANSWERS = "answers"
ANSWERED_IN = {State.FIRST, State.SECOND, State.SUMMARY}


def require_writer(by: Any, sheet: PlanSheet) -> None:
    """Refuse who does not work on this plan."""
    if not by.has_perm("plans.write_sheet", sheet):
        raise PermissionDenied(_("このプランの担当課の職員か、事務局だけが書けます。"))


def text_of_block(sheet: PlanSheet, block: str) -> str:
    """A block as one text, for its box on the screen."""
    return write_lines([(line.mark, line.text) for line in sheet.lines.in_block(block)])


@transaction.atomic
def write_block(*, sheet: PlanSheet, block: str, text: str, version: int, by: Any) -> BlockState:
    """Store the typed text of a block as lines; the block's new state.

    version: the one that was on the screen. Raises Conflict with the other person's text when it is not the last one,
    Refused when the stage is closed, PermissionDenied for other departments.
    """
    require_writer(by, sheet)
    sheet = sheet.locked()
    if block not in sheet.open_blocks:
        raise Refused(_("この欄は、今の段階（%(stage)s）では書けません。") % {"stage": sheet.get_state_display()})
    lines = read_block(text, block)
    state = hold(sheet, block)
    if state.version != version:
        raise Conflict(theirs=text_of_block(sheet, block), version=state.version)
    if store_lines(sheet, block, lines):
        note_writing(state, by=by, lines=len(lines))
    if sheet.writer_id is None and sheet.plan.is_of(by):
        take_over(sheet=sheet, by=by)
    return state


def read_block(text: str, block: str) -> list[Line]:
    """The lines of a typed text; Refused names what cannot be stored."""
    try:
        lines = read_lines(text, mark=MARKS.get(Block(block), "○"))
    except UnwantedCharacter:
        raise Refused(_("使えない文字（制御文字など）が含まれています。取り除いてください。")) from None
    check_lines(lines)
    return lines


def check_lines(lines: Sequence[Line]) -> None:
    """Refuse what no form has room for."""
    if len(lines) > LINES_MAX:
        raise Refused(_("1つの欄に書けるのは%(most)d行までです。") % {"most": LINES_MAX})
    for number, (_mark, text) in enumerate(lines, start=1):
        if len(text) > LINE_MAX:
            raise Refused(_("%(number)d行目が長すぎます（%(most)d文字まで）。") % {"number": number, "most": LINE_MAX})


def hold(sheet: PlanSheet, block: str) -> BlockState:
    """The version of a block; the sheet's row is held, so nobody writes beside it."""
    return BlockState.objects.get_or_create(sheet=sheet, block=block)[0]


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


def note_writing(state: BlockState, *, by: Any, **facts: Any) -> None:
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
def answer_lines(*, sheet: PlanSheet, answers: Mapping[int, tuple[str, Sequence[int]]], version: int, by: Any) -> None:
    """Say for each promised line (by its id) what became of it, and which result lines say so.

    answers: id of the promise → (outcome or "", ids of result lines). "" takes the answer away.
    """
    require_writer(by, sheet)
    sheet = sheet.locked()
    if sheet.state not in ANSWERED_IN:
        raise Refused(_("計画と実績の対応は、前期から総括までの間に記入します。"))
    state = hold(sheet, ANSWERS)
    if state.version != version:
        raise Conflict(theirs="", version=state.version)
    promises = {line.pk: line for line in sheet.lines.plans()}
    results = {line.pk for line in sheet.lines.results()}
    for pk, (outcome, chosen) in answers.items():
        promise = promises.get(pk)
        if promise is None or not results.issuperset(chosen):
            raise Refused(_("このシートにない行が選ばれています。画面を開き直してください。"))
        if outcome in {"done", "partly"} and not chosen:
            raise Refused(
                _("「%(line)s」：「実施」「一部実施」には、対応する実績の行を選んでください。")
                % {"line": promise.text[:30]}
            )
        promise.answers.all().delete()
        ties: list[int | None] = [*chosen] or [None]
        for result in ties if outcome else []:
            promise.answers.create(sheet=sheet, outcome=outcome, result_line_id=result)
    note_writing(state, by=by, answered=len(answers))


@transaction.atomic
def add_evidence(*, sheet: PlanSheet, proof: Evidence, by: Any) -> None:
    """One more thing that the grade rests on."""
    require_writer(by, sheet)
    sheet = sheet.locked()
    if not sheet.is_in_stage:
        raise Refused(_("確定したシートの根拠は変えられません。"))
    proof.sheet, proof.order = sheet, sheet.evidence.count() + 1
    proof.save()
    AuditEntry.record("add_evidence", sheet, by=by, kind=proof.kind)


@transaction.atomic
def remove_evidence(*, sheet: PlanSheet, pk: int, by: Any) -> None:
    """Take a piece of evidence away again."""
    require_writer(by, sheet)
    sheet = sheet.locked()
    if not sheet.is_in_stage:
        raise Refused(_("確定したシートの根拠は変えられません。"))
    gone, _models = sheet.evidence.with_keys([pk]).delete()
    if gone:
        AuditEntry.record("remove_evidence", sheet, by=by)


def take_over(*, sheet: PlanSheet, by: Any) -> None:
    """Become the person who is reminded of this sheet; whoever of the department writes first is."""
    require_writer(by, sheet)
    sheet.writer = by
    sheet.save(update_fields=["writer", "updated_at"])
    AuditEntry.record("take_over_sheet", sheet, by=by)


@transaction.atomic
def add_link(*, sheet: PlanSheet, line: int | None, kind: str, key: str, by: Any) -> None:
    """Tie a sheet or one of its lines to a voice, consultation, project or indicator that everyone may see."""
    require_writer(by, sheet)
    target = public_target(kind, key.strip())
    if target is None:
        raise Refused(_("公開されているものの中に見つかりません。番号やアドレス名を確かめてください。"))
    if line is not None and not sheet.lines.with_keys([line]).exists():
        raise Refused(_("このシートにない行が選ばれています。画面を開き直してください。"))
    _link, is_new = sheet.links.get_or_create(**{TARGETS[kind][0]: target}, line_id=line, defaults={"made_by": by})
    if not is_new:
        raise Refused(_("このつながりは、すでに登録されています。"))
    AuditEntry.record("add_link", sheet, by=by, kind=kind)


@transaction.atomic
def remove_link(*, sheet: PlanSheet, pk: int, by: Any) -> None:
    """Untie again."""
    require_writer(by, sheet)
    gone, _models = sheet.links.with_keys([pk]).delete()
    if gone:
        AuditEntry.record("remove_link", sheet, by=by)


def write_memo(*, sheet: PlanSheet, text: str, by: Any) -> None:
    """引継ぎメモ for whoever writes this plan next."""
    require_writer(by, sheet)
    if not text.strip():
        raise Refused(_("引継ぎメモを書いてください。"))
    HandoverMemo.objects.create(plan=sheet.plan, year=sheet.year, text=text.strip(), written_by=by)


@transaction.atomic
def open_year(*, year: int, by: Any) -> int:
    """The secretariat opens a year: drafts for every plan, and the days of the year before a year later."""
    if not by.has_perm("plans.confirm_sheet"):
        raise PermissionDenied(_("年度を開くのは事務局（企画経営課）です。"))
    StageDeadline.objects.carry_over(year)
    return PlanSheet.objects.open_year(year, by=by)


@transaction.atomic
def bring_in(*, sheet: PlanSheet, brought: Brought, versions: Mapping[str, int], by: Any) -> None:
    """Store what a file says: all of it, or nothing with the list of what stands in the way.

    versions: of the blocks when the file was compared; whoever wrote since is not overwritten (Conflict).
    """
    require_writer(by, sheet)
    sheet = sheet.locked()
    if closed := compare(sheet, brought).closed:
        sentence = _("今の段階（%(stage)s）では変えられない欄が、ファイルで変わっています。何も取り込んでいません。")
        raise Refused(sentence % {"stage": sheet.get_state_display()}, list(dict.fromkeys(closed)))
    for block in sheet.open_blocks:
        state = hold(sheet, block)
        if state.version != versions.get(block, 0):
            raise Conflict(theirs=text_of_block(sheet, block), version=state.version)
        lines = brought.blocks.get(block, [])
        check_lines([(mark, text) for _pk, mark, text in lines])
        known = {line.pk: line for line in sheet.lines.in_block(block)}
        kept = [known.pop(pk, None) if pk else None for pk, _mark, _text in lines]
        if store_lines(sheet, block, [(mark, text) for _pk, mark, text in lines], kept):
            note_writing(state, by=by, lines=len(lines), from_file=True)
    _bring_values(sheet, brought, by)


def _bring_values(sheet: PlanSheet, brought: Brought, by: Any) -> None:
    for values in brought.evidence:
        proof = Evidence(sheet=sheet, **{**values, "dated_on": values["dated_on"] or None})
        try:
            proof.full_clean()
        except ValidationError as error:
            raise Refused(_("評価の根拠を取り込めません。"), error.messages) from None
        add_evidence(sheet=sheet, proof=proof, by=by)
    if sheet.state == State.FIRST and brought.outlook != (sheet.outlook.mark if sheet.outlook else ""):
        sheet.set_outlook(_scale(ProgressMark, brought.outlook), by=by)
    grade = sheet.grade.code if sheet.grade else ""
    now = (grade, sheet.grade_reason, sheet.next_action)
    if sheet.state == State.SUMMARY and now != (brought.grade, brought.reason.strip(), brought.next_action.strip()):
        sheet.give_grade(_scale(Grade, brought.grade), by=by, reason=brought.reason, next_action=brought.next_action)


def _scale(model: Any, key: str) -> Any:
    """A grade or mark by its letter; None for an empty cell."""
    try:
        return model.objects.get_by_natural_key(key) if key else None
    except model.DoesNotExist:
        raise Refused(_("「%(key)s」は選択肢にありません。") % {"key": key[:10]}) from None


@transaction.atomic
def store_figure(*, sheet: PlanSheet, value: MetricValue, begins: tuple[str, str] | None = None, by: Any) -> None:
    """Store a figure that a line names, with its year: it stands in the series of its metric. Also one that is put right.

    begins: title and unit of a series that begins with this figure.
    """
    require_writer(by, sheet)
    sheet = sheet.locked()
    if not sheet.is_in_stage:
        raise Refused(_("確定したシートの数値は変えられません。"))
    is_new = value.pk is None
    try:
        if begins:
            series = Metric.objects.begin(sheet.plan, title=begins[0], unit=begins[1])
            series.full_clean()
            series.save()
            value.metric = series
        value.sheet = sheet
        value.full_clean()
    except ValidationError as error:
        raise Refused(_("この数値は登録できません。"), error.messages) from None
    value.save()
    AuditEntry.record(
        "add_figure" if is_new else "change_figure",
        sheet, by=by, metric=value.metric.slug, year=value.year, value=value.shown,
    )  # fmt: skip


@transaction.atomic
def remove_figure(*, sheet: PlanSheet, pk: int, by: Any) -> None:
    """Take a figure away again."""
    require_writer(by, sheet)
    sheet = sheet.locked()
    if not sheet.is_in_stage:
        raise Refused(_("確定したシートの数値は変えられません。"))
    gone, _models = sheet.values.with_keys([pk]).delete()
    if gone:
        AuditEntry.record("remove_figure", sheet, by=by)
