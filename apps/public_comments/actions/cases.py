"""Announce a case (予告); move the last day of its period."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry, Notification
from apps.public_comments.models import ActionRefused, Case, Opinion, PeriodMove
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
    locked.closes_on, locked.result_due_on, locked.delete_senders_on = closes_on, result_due_on, delete_senders_on
    try:
        locked.validate_constraints()
        move.full_clean(exclude=["case"], validate_constraints=False)
    except ValidationError as error:
        raise ActionRefused(" ".join(error.messages)) from error
    move.save()
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
