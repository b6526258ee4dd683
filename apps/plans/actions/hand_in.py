"""Hand a stage of a sheet in (提出), take that back, send it back with a reason (差戻し)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.plans.actions.editing import require_writer
from apps.plans.emails.hand_overs import tell_sent_back, tell_submitted, tell_withdrawn
from apps.plans.models import ActionRefused, PlanSheet, SheetSubmission
from apps.plans.services.stage_requirements import missing_for_submission


@transaction.atomic
def submit_stage(*, sheet: PlanSheet, by: User) -> SheetSubmission:
    """Hand the present stage in to the secretariat, which is told. Idempotent while it waits.

    Raises ActionRefused with what is missing, and once the sheet is confirmed.
    """
    require_writer(by, sheet)
    locked = sheet.get_for_update()
    if not locked.is_in_stage:
        raise ActionRefused(_("確定したシートは提出できません。"))
    if waiting := locked.submissions.waiting().first():
        return waiting
    if missing := missing_for_submission(locked):
        raise ActionRefused(_("提出に必要なものがそろっていません。"), missing)
    submission = SheetSubmission.objects.hand_in(locked, by=by)
    AuditEntry.record("submit_stage", locked, by=by, stage=locked.state)
    tell_submitted(locked, submission, by=by)
    return submission


@transaction.atomic
def withdraw_submission(*, sheet: PlanSheet, by: User) -> None:
    """Take a 提出 back while nobody has confirmed it; the fields are open again."""
    require_writer(by, sheet)
    locked = sheet.get_for_update()
    submission = locked.submissions.waiting().first()
    if submission is None:
        raise ActionRefused(_("確認を待つ提出がありません。事務局が確認したか、差し戻したあとです。"))
    submission.close(SheetSubmission.State.WITHDRAWN, by=by)
    AuditEntry.record("withdraw_submission", locked, by=by, stage=locked.state)
    tell_withdrawn(locked, submission, by=by)


@transaction.atomic
def send_back_stage(*, sheet: PlanSheet, reason: str, by: User) -> None:
    """Send what was handed in back to its department (the secretariat), which is told the reason."""
    if not by.has_perm("plans.confirm_sheet"):
        raise PermissionDenied(_("差し戻すのは事務局（企画経営課）です。"))
    locked = sheet.get_for_update()
    submission = locked.submissions.waiting().first()
    if submission is None:
        raise ActionRefused(_("提出されていないシートは差し戻せません。"))
    if not reason.strip():
        raise ActionRefused(_("差し戻す理由を書いてください。"))
    submission.close(SheetSubmission.State.RETURNED, by=by, reason=reason.strip())
    AuditEntry.record("send_back_stage", locked, by=by, stage=locked.state, reason=reason.strip())
    tell_sent_back(locked, submission, by=by)
