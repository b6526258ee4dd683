"""Publish the minutes of a meeting, and begin a correction of them."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.date_formats import wareki
from apps.meetings.models import ActionRefused, Confirmation, Meeting, Minutes
from apps.meetings.models.confirmation import settled
from apps.operations.models import AuditEntry


@transaction.atomic
def publish_minutes(*, minutes: Minutes, by: User | None) -> None:
    """Publish an edition for good. Raise ActionRefused before the meeting has begun, or without what was corrected."""
    meeting = minutes.meeting.get_for_update()
    draft = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if draft.published_at is not None:
        return
    if meeting.announced_at is None or meeting.outcome or timezone.now() < meeting.starts_at:
        raise ActionRefused(_("会議録は、公告した会議が始まってから公表できます。"))
    if draft.edition > 1 and not draft.note:
        raise ActionRefused(_("「前の版から直したところ」を書いてください。"))
    _require_confirmed(draft)
    draft.published_at = timezone.now()
    draft.save(update_fields=["published_at", "members_asked", "members_confirmed", "updated_at"])
    meeting.minutes_at = meeting.minutes_at or draft.published_at
    meeting.save(update_fields=["minutes_at", "updated_at"])
    due = meeting.minutes_due_on
    late = due is not None and timezone.localdate() > due
    AuditEntry.record("publish_minutes", meeting, by=by, edition=draft.edition, late=late)
    minutes.refresh_from_db()


def _require_confirmed(draft: Minutes) -> None:
    """Note on a draft how many members were asked and have confirmed; raise ActionRefused while one may still answer."""
    rows = list(Confirmation.objects.of_minutes(draft))
    if not rows:
        return
    for row in rows:
        row.minutes = draft
    draft.members_asked, draft.members_confirmed = len(rows), settled(rows)
    is_open = draft.confirm_by is not None and timezone.localdate() <= draft.confirm_by
    if is_open and draft.members_confirmed < draft.members_asked:
        raise ActionRefused(
            _(
                "いまの文を確認していない委員が%(n)d人います。全員が確認するか、期限（%(day)s）が過ぎてから公表できます。"
            )
            % {"n": draft.members_asked - draft.members_confirmed, "day": wareki(draft.confirm_by)}
        )


@transaction.atomic
def begin_correction(*, meeting: Meeting, by: User | None) -> Minutes:
    """Return the draft of the next edition, with the words of the last one; the one that is there already, if any."""
    locked = meeting.get_for_update()
    draft = locked.minutes.filter(published_at=None).first()
    last = locked.minutes.published().first()
    if draft is not None:
        return draft
    if last is None:
        raise ActionRefused(_("公表した会議録がまだありません。"))
    draft = Minutes.objects.create(
        meeting=locked, edition=last.edition + 1, kind=last.kind, attendance=last.attendance, body=last.body
    )
    AuditEntry.record("correct_minutes", locked, by=by, edition=draft.edition)
    return draft
