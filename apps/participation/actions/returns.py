"""A department's return: fill in what is known, hand in, send back with a remark, confirm."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.participation.models import ActionRefused, ParticipationAct, ParticipationReport, ProcedureKind
from apps.participation.services.known import known_acts
from apps.participation.services.return_check import missing_for_submission


@transaction.atomic
def fill_in_report(*, report: ParticipationReport, by: User | None) -> int:
    """Write what the portal knows into the return, as of now. Return how many lines it knows.

    成果 and 課題 that the department wrote stay; a line whose source is gone goes, unless something was written to it.
    """
    locked = report.get_for_update()
    if not locked.is_open:
        raise ActionRefused(_("提出した調査票は変えられません。差し戻してもらってから直してください。"))
    now, known = timezone.now(), known_acts(locked)
    kinds = {kind.code: kind for kind in ProcedureKind.objects.all()}
    for one in known:
        facts = {
            "title": one.title[:120], "kind": kinds.get(one.kind) or kinds["other"], "times": one.times,
            "starts_on": one.starts_on, "ends_on": one.ends_on, "figure": one.figure, "unit": one.unit,
            "how_counted": one.how_counted, "source_path": one.path, "known_at": now, "is_not_applicable": False,
        }  # fmt: skip
        ParticipationAct.objects.update_or_create(report=locked, source=one.source, source_key=one.key, defaults=facts)
    keys = {(one.source, one.key) for one in known}
    for act in locked.acts.exclude(source=""):
        if (act.source, act.source_key) not in keys and not act.outcome and not act.issue:
            act.delete()
    locked.filled_at = now
    locked.save(update_fields=["filled_at", "updated_at"])
    AuditEntry.record("fill_in_report", locked, by=by, count=len(known))
    report.refresh_from_db()
    return len(known)


@transaction.atomic
def require_open(*, report: ParticipationReport) -> None:
    """Hold a return while it is written. Raise ActionRefused when it was handed in meanwhile."""
    if not report.get_for_update().is_open:
        raise ActionRefused(_("提出した調査票は変えられません。差し戻してもらってから直してください。"))


@transaction.atomic
def submit_report(*, report: ParticipationReport, by: User | None) -> None:
    """Hand a return in. Raise ActionRefused with what is missing."""
    locked = report.get_for_update()
    if not locked.is_open:
        return
    if missing := missing_for_submission(locked):
        raise ActionRefused(_("提出に必要なものがそろっていません。"), missing)
    _move(locked, ParticipationReport.State.SUBMITTED, by=by, verb="submit_report")
    report.refresh_from_db()


@transaction.atomic
def send_back_report(*, report: ParticipationReport, remark: str, by: User | None) -> None:
    """Send a return back to its department with a remark; a confirmed one too, for a correction."""
    locked = report.get_for_update()
    if locked.is_open:
        raise ActionRefused(_("まだ提出されていない調査票です。"))
    if not remark.strip():
        raise ActionRefused(_("差戻しの理由を書いてください。"))
    locked.remark = remark.strip()
    _move(locked, ParticipationReport.State.RETURNED, by=by, verb="send_back_report")
    report.refresh_from_db()


@transaction.atomic
def confirm_report(*, report: ParticipationReport, by: User | None) -> None:
    """Confirm a return that was handed in."""
    locked = report.get_for_update()
    if locked.state == ParticipationReport.State.CONFIRMED:
        return
    if locked.is_open:
        raise ActionRefused(_("まだ提出されていない調査票です。"))
    _move(locked, ParticipationReport.State.CONFIRMED, by=by, verb="confirm_report")
    report.refresh_from_db()


@transaction.atomic
def _move(report: ParticipationReport, state: str, *, by: User | None, verb: str) -> None:
    """Move a return to a state, with its audit entry."""
    report.state = state
    if state == ParticipationReport.State.SUBMITTED:
        report.submitted_at, report.remark = timezone.now(), ""
    report.save()
    AuditEntry.record(verb, report, by=by)
