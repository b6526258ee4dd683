"""Announce a case (予告); move the last day of its period."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry, Notification
from apps.public_comments.models import ActionRefused, Case, DayChange, Opinion, PeriodMove
from apps.public_comments.services.opening_check import missing_for_announcement


@transaction.atomic
def announce_case(*, case: Case, by: User | None) -> None:
    """Make a case public; from its first day on it is open by the calendar. Raise ActionRefused with what is missing."""
    locked = case.get_for_update()
    if locked.announced_at is not None:
        return
    if missing := missing_for_announcement(locked):
        raise ActionRefused(_("予告に必要なものがそろっていません。"), missing)
    locked.announced_at = timezone.now()
    locked.save(update_fields=["announced_at", "updated_at"])
    AuditEntry.record(
        "announce_case", locked, by=by, opens=str(locked.opens_on), closes=str(locked.closes_on), days=locked.days
    )
    case.refresh_from_db()


@transaction.atomic
def move_period(
    *, case: Case, closes_on: date, result_due_on: date, delete_senders_on: date, reason: str, by: User | None
) -> PeriodMove:
    """Move the last day of an announced case to a later one, with the reason, and notify who asked to be told of the result.

    The result and the deletion of the senders may move with it. Raise ActionRefused once the period is over, for an earlier
    day, and for days that contradict each other.
    """
    locked = case.get_for_update()
    if locked.state not in {"upcoming", "open"}:
        raise ActionRefused(_("期間を延ばせるのは、予告してから募集が終わるまでです。"))
    if closes_on <= locked.closes_on:
        raise ActionRefused(_("新しい最終日は、いまの最終日より後の日にしてください。"))
    if result_due_on < (locked.result_due_on or result_due_on) or delete_senders_on < (
        locked.delete_senders_on or delete_senders_on
    ):
        raise ActionRefused(_("結果を公表する予定日と、氏名と住所を消す日は、早めることができません。"))
    move = PeriodMove(case=locked, closes_before=locked.closes_on, closes_on=closes_on, reason=reason)
    changes = _changes_of(locked, result_due_on, delete_senders_on, reason)
    locked.closes_on, locked.result_due_on, locked.delete_senders_on = closes_on, result_due_on, delete_senders_on
    _require_sound(locked, [move, *changes])
    move.save()
    DayChange.objects.bulk_create(changes)
    locked.save(update_fields=["closes_on", "result_due_on", "delete_senders_on", "updated_at"])
    AuditEntry.record(
        "move_period", locked, by=by, before=move.closes_before.isoformat(), after=closes_on.isoformat(), reason=reason
    )
    Notification.objects.notify_once(
        Opinion.objects.to_be_told(locked), kind="public-comment-period", key=f"{locked.pk}:{move.pk}",
        title=_("「%(title)s」への意見の募集期間が延びました") % {"title": locked.title}, url=locked.get_absolute_url(),
    )  # fmt: skip
    case.refresh_from_db()
    return move


@transaction.atomic
def change_days(
    *, case: Case, result_due_on: date, delete_senders_on: date, reason: str, by: User | None
) -> list[DayChange]:
    """Change the announced day of the result, or of the deletion of the senders, with the reason that everybody reads.

    Raise ActionRefused where nothing changes, once the result is public or the senders are deleted, and for days that have
    passed or contradict each other.
    """
    locked = case.get_for_update()
    changes = _changes_of(locked, result_due_on, delete_senders_on, reason)
    if locked.announced_at is None or not changes:
        raise ActionRefused(_("変わる日がありません。予告の前の案件は、案件のページで直します。"))
    _require_changeable(locked, changes)
    locked.result_due_on, locked.delete_senders_on = result_due_on, delete_senders_on
    _require_sound(locked, changes)
    locked.save(update_fields=["result_due_on", "delete_senders_on", "updated_at"])
    DayChange.objects.bulk_create(changes)
    days = {change.day: f"{change.before.isoformat()} → {change.after.isoformat()}" for change in changes}
    AuditEntry.record("change_days", locked, by=by, reason=reason, **days)
    Notification.objects.notify_once(
        Opinion.objects.to_be_told(locked), kind="public-comment-days", key=f"{locked.pk}:{changes[0].pk}",
        title=_("「%(title)s」の手続の予定の日が変わりました") % {"title": locked.title}, url=locked.get_absolute_url(),
    )  # fmt: skip
    case.refresh_from_db()
    return changes


def _changes_of(case: Case, result_due_on: date, delete_senders_on: date, reason: str) -> list[DayChange]:
    """Return the days that become others, unsaved; what had no day yet is no change."""
    days = (
        (DayChange.Day.RESULT, case.result_due_on, result_due_on),
        (DayChange.Day.DELETION, case.delete_senders_on, delete_senders_on),
    )
    return [
        DayChange(case=case, day=day, before=before, after=after, reason=reason)
        for day, before, after in days
        if before is not None and before != after
    ]


def _require_changeable(case: Case, changes: list[DayChange]) -> None:
    """Raise ActionRefused for the day of something that has happened, and for a day before today."""
    today = timezone.localdate()
    changed = {change.day for change in changes}
    if case.has_result and DayChange.Day.RESULT in changed:
        raise ActionRefused(_("結果を公表したため、結果を公表する予定日は変えられません。"))
    if DayChange.Day.DELETION in changed and case.delete_senders_on and case.delete_senders_on <= today:
        raise ActionRefused(_("氏名と住所を消す日が来たため、変えられません。"))
    if any(change.after < today for change in changes):
        raise ActionRefused(_("新しい日は、今日か、今日より後の日にしてください。"))


def _require_sound(case: Case, rows: Sequence[PeriodMove | DayChange]) -> None:
    """Raise ActionRefused where the days of a case contradict each other, or a row lacks its reason."""
    try:
        case.validate_constraints()
        for row in rows:
            row.full_clean(exclude=["case"], validate_constraints=False)
    except ValidationError as error:
        raise ActionRefused(" ".join(error.messages)) from error
