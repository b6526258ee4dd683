"""Workflow of a sheet: 計画 → 前期 → 後期 → 総括 → 確定 → 公表, with reopening and corrections.

Every verb locks the row, checks the state, writes an audit entry, and refreshes the `sheet` it was given. `by` is the
person who acts; None when the portal itself does (demonstration, fixtures).
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.plans.actions.annotations import add_evidence
from apps.plans.actions.editing import require_not_handed_in
from apps.plans.emails.hand_overs import tell_confirmed, tell_reopened
from apps.plans.models import (
    ActionRefused,
    Evidence,
    Grade,
    PlanSheet,
    ProgressMark,
    SheetLine,
    SheetLink,
    SheetSubmission,
    StageRecord,
    State,
)
from apps.plans.models.constants import STAGES
from apps.plans.services.stage_requirements import missing_for_grade, missing_for_submission, missing_in_stage


def confirm_stage(*, sheet: PlanSheet, by: User | None, seen: str | None = None) -> None:
    """Confirm 計画, 前期 or 後期 (the secretariat): its blocks become read-only, the next stage opens, the department is told.

    seen: `stage_key` of the sheet that was looked at (optimistic lock). A stage that nobody handed in may be confirmed too.
    Raises ActionRefused with what is missing, and in any other stage.
    """
    with transaction.atomic():
        locked = sheet.get_for_update()
        if locked.state not in {State.PLAN, State.FIRST, State.SECOND}:
            raise ActionRefused(_("確認できる段階ではありません。"))
        _require_seen(locked, seen)
        if missing := missing_in_stage(locked):
            raise ActionRefused(_("まだ書かれていない欄があるため、確認できません。"), missing)
        _confirm(locked, STAGES[STAGES.index(State(locked.state)) + 1], by=by, verb="confirm_stage")
    sheet.refresh_from_db()


def _require_seen(locked: PlanSheet, seen: str | None) -> None:
    """Raise ActionRefused when the stage was handed in, taken back or moved since it was looked at."""
    if seen is not None and seen != locked.stage_key:
        raise ActionRefused(
            _(
                "画面を開いたあとで、シートが提出・取下げ・確認されました。今の内容を確かめてから、もう一度押してください。"
            )
        )


def _confirm(locked: PlanSheet, state: State, *, by: User | None, verb: str, **fields: Any) -> None:
    """Move on to the next state, close what was handed in, and tell the department."""
    submission = SheetSubmission.objects.filter(sheet=locked).current().select_related("submitted_by").first()
    record = _move_on(locked, state, by=by, verb=verb, **fields)
    if submission:
        submission.close(SheetSubmission.State.CONFIRMED, by=by, reason=submission.reason)
    tell_confirmed(locked, record, also=submission.submitted_by if submission else None, by=by)


def _move_on(locked: PlanSheet, state: State, *, by: User | None, verb: str, **fields: Any) -> StageRecord:
    """Record the confirmation of the present stage and store the next one, with these further columns."""
    before = locked.state
    record = locked.stage_records.create(stage=before, confirmed_by=by)
    locked.state = state
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=["state", "updated_at", *fields])
    AuditEntry.record(verb, locked, by=by, before=before, after=state)
    return record


def set_outlook(*, sheet: PlanSheet, outlook: ProgressMark | None, by: User | None) -> None:
    """Store 進捗見込, while 前期 is open; None clears it."""
    with transaction.atomic():
        locked = sheet.get_for_update()
        if locked.state != State.FIRST:
            raise ActionRefused(_("進捗見込は、前期の段階で記入します。"))
        require_not_handed_in(locked, by=by)
        before, locked.outlook = locked.outlook, outlook
        locked.save(update_fields=["outlook", "updated_at"])
        AuditEntry.record("set_outlook", locked, by=by, before=str(before or ""), after=str(outlook or ""))
    sheet.refresh_from_db()


def give_grade(
    *,
    sheet: PlanSheet,
    grade: Grade | None,
    reason: str,
    next_action: str,
    evidence: Evidence | None = None,
    by: User | None,
) -> None:
    """Store 年次評価 while 総括 is open, together with one more piece of evidence where one is given: both or neither.

    Raises ActionRefused with everything that is missing until the grade stands on something.
    """
    with transaction.atomic():
        if evidence:
            add_evidence(sheet=sheet, evidence=evidence, by=by)
        locked = sheet.get_for_update()
        if locked.state != State.SUMMARY:
            raise ActionRefused(_("年次評価は、総括の段階で記入します。"))
        require_not_handed_in(locked, by=by)
        missing = missing_for_grade(locked, grade=grade, reason=reason, next_action=next_action)
        if missing:
            raise ActionRefused(_("評価に必要なものがそろっていません。"), missing)
        before = str(locked.grade or "")
        locked.grade, locked.grade_reason, locked.next_action = grade, reason.strip(), next_action.strip()
        locked.save(update_fields=["grade", "grade_reason", "next_action", "updated_at"])
        AuditEntry.record("give_grade", locked, by=by, before=before, after=str(grade))
    sheet.refresh_from_db()


def confirm_sheet(*, sheet: PlanSheet, by: User | None, seen: str | None = None) -> None:
    """Confirm a sheet (確定): close 総括; the whole sheet becomes read-only. Raises ActionRefused with all that is missing.

    seen: as in `confirm_stage`.
    """
    with transaction.atomic():
        locked = sheet.get_for_update()
        if locked.state != State.SUMMARY:
            raise ActionRefused(_("総括の段階になってから確定できます。"))
        _require_seen(locked, seen)
        if missing := missing_for_submission(locked):
            raise ActionRefused(_("確定に必要なものがそろっていません。"), missing)
        _confirm(locked, State.CONFIRMED, by=by, verb="confirm_sheet", confirmed_at=timezone.now())
    sheet.refresh_from_db()


def reopen_sheet(*, sheet: PlanSheet, stage: str, reason: str, by: User | None) -> None:
    """Reopen an earlier stage, with a reason, which the department is told; the text as it was is kept. Not after 公表."""
    with transaction.atomic():
        locked = sheet.get_for_update()
        if locked.is_published:
            raise ActionRefused(_("公表したシートは開き直せません。正誤の版を作ってください。"))
        order = list(State)
        if stage not in STAGES or order.index(State(stage)) >= order.index(State(locked.state)):
            raise ActionRefused(_("今の段階より前の段階を選んでください。"))
        if not reason.strip():
            raise ActionRefused(_("開き直す理由を書いてください。"))
        before = locked.state
        kept = locked.text_snapshot()
        reopening = locked.reopenings.create(stage=stage, reason=reason.strip(), reopened_by=by, kept=kept)
        submission = SheetSubmission.objects.filter(sheet=locked).with_people().first()
        if submission and submission.is_current:
            submission.close(SheetSubmission.State.REOPENED, by=by, reason=submission.reason)
        locked.state, locked.confirmed_at = stage, None
        locked.save(update_fields=["state", "confirmed_at", "updated_at"])
        AuditEntry.record("reopen_sheet", locked, by=by, reason=reason.strip(), before=before, after=stage)
        tell_reopened(locked, reopening, also=submission.submitted_by if submission else None, by=by)
    sheet.refresh_from_db()


def publish_sheet(*, sheet: PlanSheet, by: User | None, seen: str | None = None) -> None:
    """Publish a sheet (公表): store titles and departments of today; from now on the database refuses every change.

    seen: `confirmation_key` of the sheet that was previewed (optimistic lock): one that was opened again and confirmed
    anew since holds other words, and is looked at first.
    Links of the edition that this one corrects move to it, and the wordings kept while it was written are deleted.
    """
    with transaction.atomic():
        locked = sheet.get_for_update()
        if locked.state != State.CONFIRMED:
            raise ActionRefused(_("確定したシートだけを公表できます。"))
        if seen is not None and seen != locked.confirmation_key:
            raise ActionRefused(
                _(
                    "確認のあとで、シートが開き直されました。公表していません。もう一度、公開ページと同じ形で確かめてください。"
                )
            )
        frozen = locked.facts_of_today()
        now, earlier_links = timezone.now(), SheetLink.objects.waiting_for(locked)
        _move_on(locked, State.PUBLISHED, by=by, verb="publish_sheet", published_at=now, frozen=frozen)
        earlier_links.move_to(locked)
        locked.wordings.all().delete()
    sheet.refresh_from_db()


def correct_sheet(*, sheet: PlanSheet, reason: str, by: User | None) -> PlanSheet:
    """Correct a sheet (正誤): return a new edition with the same words, to be edited beside the published one."""
    if not reason.strip():
        raise ActionRefused(_("正誤の理由を書いてください。"))
    with transaction.atomic():
        locked = sheet.get_for_update()
        editions = PlanSheet.objects.in_year(locked.year).numbered(locked.number)
        if not locked.is_published or editions.first() != locked:
            raise ActionRefused(_("最後に公表した版だけを正すことができます。"))
        new = PlanSheet(
            plan=locked.plan, year=locked.year, number=locked.number, edition=locked.edition + 1,
            correction_reason=reason.strip(), state=State.SUMMARY, outlook=locked.outlook, grade=locked.grade,
            grade_reason=locked.grade_reason, next_action=locked.next_action, source=locked.source,
        )  # fmt: skip
        new.save()
        _copy_parts(locked, new)
        AuditEntry.record("correct_sheet", new, by=by, reason=reason.strip(), edition=new.edition)
    return new


def _copy_parts(old: PlanSheet, new: PlanSheet) -> None:
    """Copy lines, answers, evidence and figures of a sheet to its next edition."""
    lines: dict[int, SheetLine] = {}
    for line in old.lines.all():
        lines[line.pk] = new.lines.create(block=line.block, order=line.order, mark=line.mark, text=line.text)
    for answer in old.answers.all():
        new.answers.create(
            plan_line=lines[answer.plan_line_id],
            result_line=lines[answer.result_line_id] if answer.result_line_id else None,
            outcome=answer.outcome,
        )
    for evidence in old.evidence.all():
        new.evidence.create(
            kind=evidence.kind, title=evidence.title, url=evidence.url, dated_on=evidence.dated_on, order=evidence.order
        )
    for value in old.values.all():
        new.values.create(
            metric=value.metric, year=value.year, value=value.value, as_of=value.as_of,
            line=lines[value.line_id] if value.line_id else None, source=value.source,
        )  # fmt: skip
