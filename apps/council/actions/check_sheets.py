"""Open, answer and agree on check sheets (協働事業チェックシート); both sides are notified."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Department, User
from apps.consultations.models import ActionRefused
from apps.council.models import CheckSheet, CheckSide, Domain, Organization, Project, SheetKind, Side, Stage
from apps.operations.models import AuditEntry, Notification


def _tell_sides(sheet: CheckSheet, event: str, title: str) -> None:
    """Notify everybody who speaks for a side; never quotes an answer."""
    Notification.objects.notify_once(
        sheet.people(),
        kind="check",
        key=f"{sheet.pk}:{event}",
        title=title % {"title": sheet.project.title},
        url=sheet.get_absolute_url(),
    )


def _side_a(project: Project) -> tuple[Department | None, Organization | None]:
    """Return department or organization of side A: the city's department, in 領域A the leading organization.

    Raises ActionRefused when it is not registered yet.
    """
    if project.domain == Domain.A:
        leaders = project.leaders
        if not leaders:
            raise ActionRefused(_("領域Aの取組では代表団体がAになります。事務局が代表団体を登録すると始められます。"))
        return None, leaders[0].organization
    if not project.department:
        raise ActionRefused(_("市の担当課が登録されていません。事務局が登録すると始められます。"))
    return project.department, None


def open_sheet(*, project: Project, kind: str, partner: Organization, by: User) -> CheckSheet:
    """Open the first sheet of a pair of partners. Idempotent: the same arguments return the same sheet."""
    department, leader = _side_a(project)
    if leader == partner:
        raise ActionRefused(_("Bには、代表団体とは別の団体を選んでください。"))
    if kind == SheetKind.REVIEW and project.stage in (Stage.UNKNOWN, Stage.IDEA):
        raise ActionRefused(
            _("事業後の評価は、実証・実装の段階になってから始められます。終了にする前に、双方が答えてください。")
        )
    return _get_or_create(
        project=project, kind=kind, department=department, organization_a=leader, organization_b=partner, round=1, by=by
    )


@transaction.atomic
def _get_or_create(*, by: User, **values: Any) -> CheckSheet:
    """Return the sheet with these values; create it with its two sides, audited and notified, if there is none."""
    if by is not None:
        by.require_may_write()
    sheet, is_new = CheckSheet.objects.get_or_create(**values)
    if is_new:
        CheckSide.objects.bulk_create([CheckSide(sheet=sheet, side=side) for side in Side.values])
        AuditEntry.record("open_check_sheet", sheet, by=by, kind=sheet.kind, round=sheet.round)
        _tell_sides(sheet, "opened", _("「%(title)s」のチェックシートに記入をお願いします"))
    return sheet


@transaction.atomic
def answer_sheet(*, check_side: CheckSide, answers: dict[str, str], note: str, by: User, submit: bool) -> None:
    """Save a side's answers, with `submit` for good; notify both sides when both have submitted."""
    by.require_may_write()
    check_side.write(answers=answers, note=note, by=by, submit=submit)
    sheet = CheckSheet.objects.for_lists().get(pk=check_side.sheet_id)
    if submit and sheet.is_complete:
        _tell_sides(sheet, "complete", _("「%(title)s」のチェックシートを双方が提出しました"))


def agree_to_publish(*, sheet: CheckSheet, by: User) -> None:
    """Record that the person's side agrees to publication."""
    side = sheet.side_of(by)
    if not side:
        raise ActionRefused(_("同意できるのは、AまたはBの一方の担当者だけです。"))
    by.require_may_write()
    sheet.side(side).agree(by=by)


def open_next_round(*, sheet: CheckSheet, by: User) -> CheckSheet:
    """Open the next round of a sheet that both sides submitted; earlier rounds are kept. Idempotent."""
    if not sheet.side_of(by):
        raise ActionRefused(_("次の回を始められるのは、AまたはBの一方の担当者だけです。"))
    if not sheet.is_complete:
        raise ActionRefused(_("次の回は、双方が提出した後に始められます。"))
    return _get_or_create(
        project=sheet.project,
        kind=sheet.kind,
        department=sheet.department,
        organization_a=sheet.organization_a,
        organization_b=sheet.organization_b,
        round=sheet.round + 1,
        by=by,
    )
