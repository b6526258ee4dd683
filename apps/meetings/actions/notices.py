"""Announce a meeting (公告), list what is changed afterwards, call it off (延期・中止)."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.meetings.models import ActionRefused, Meeting, NoticeChange
from apps.meetings.services.notice import WHEN, lead_days, missing_for_notice, noticed_facts
from apps.operations.models import AuditEntry


@transaction.atomic
def announce_meeting(*, meeting: Meeting, by: User | None) -> None:
    """Make a meeting public, with the rule of its body as it is today. Raise ActionRefused with what is missing."""
    locked = meeting.get_for_update()
    if locked.announced_at is not None:
        return
    if missing := missing_for_notice(locked):
        raise ActionRefused(_("公告に必要なものがそろっていません。"), missing)
    rule = locked.organ.rule
    locked.announced_at, locked.lead_days = timezone.now(), lead_days(locked)
    if rule is not None:
        locked.rule_name, locked.notice_days, locked.minutes_days = rule.name, rule.notice_days, rule.minutes_days
    if not locked.is_notice_late:
        locked.late_reason = ""
    locked.save()
    AuditEntry.record("announce_meeting", locked, by=by, lead_days=locked.lead_days, late=locked.is_notice_late)
    meeting.refresh_from_db()


@transaction.atomic
def record_changes(
    *, meeting: Meeting, before: Mapping[str, str], day_before: date | None = None, reason: str, by: User | None
) -> int:
    """List what differs from the announced facts `before`, with the reason. Return how many facts changed.

    A new day ends a postponement, and its notice is given today: how many days before is counted anew (`day_before`: the
    announced day). Raise ActionRefused without a reason, or with an agenda of nothing.
    """
    locked = meeting.get_for_update()
    after = noticed_facts(locked)
    changed = {what: words for what, words in after.items() if words != before[what]}
    if locked.announced_at is None or not changed:
        return 0
    if not reason.strip():
        raise ActionRefused(
            _("公告したことを変えるときは、「変更の理由」を書いてください（%(what)s）。理由は公開されます。")
            % {"what": "、".join(changed)}
        )
    if not locked.items.exists():
        raise ActionRefused(_("公告した会議には、議題が1つ以上必要です。"))
    for what, words in changed.items():
        NoticeChange.objects.create(meeting=locked, what=what, before=before[what], after=words, reason=reason.strip())
    if locked.outcome == Meeting.Outcome.POSTPONED and WHEN in changed:
        locked.outcome = ""
    if day_before not in {None, locked.day} and lead_days(locked) >= 0:  # else the day that was is written down
        locked.note_lead(lead_days(locked), reason)
    locked.save(update_fields=["outcome", "lead_days", "late_reason", "updated_at"])
    AuditEntry.record("change_notice", locked, by=by, what=list(changed))
    meeting.refresh_from_db()
    return len(changed)


@transaction.atomic
def call_off_meeting(*, meeting: Meeting, outcome: str, reason: str, by: User | None) -> None:
    """Postpone or cancel an announced meeting, with a public reason. Raise ActionRefused when it is over or off already."""
    locked = meeting.get_for_update()
    if locked.announced_at is None:
        raise ActionRefused(_("公告していない会議です。"))
    if locked.outcome == outcome:
        return
    if locked.minutes_at is not None:
        raise ActionRefused(_("会議録を公表した会議は、延期や中止にできません。"))
    with translation.override("ja"):  # a record speaks one language, whoever made it
        words = str(Meeting.Outcome(outcome).label)
    before = noticed_facts(locked)[WHEN]
    NoticeChange.objects.create(meeting=locked, what=words, before=before, after=words, reason=reason.strip())
    locked.outcome = outcome
    locked.save(update_fields=["outcome", "updated_at"])
    AuditEntry.record("call_off_meeting", locked, by=by, outcome=outcome)
    meeting.refresh_from_db()
