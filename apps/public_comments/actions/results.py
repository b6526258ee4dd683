"""Hand in the result of a case, and publish it: two people."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry, Notification
from apps.public_comments.models import ActionRefused, Case, CityView, Opinion, ResultEdition, ResultRow
from apps.public_comments.services.result_check import missing_for_result
from apps.public_comments.services.result_figures import next_edition


@transaction.atomic
def hand_in_result(*, case: Case, by: User | None) -> None:
    """Say that the result is complete; somebody else publishes it. Raise ActionRefused with what is missing."""
    locked = case.get_for_update()
    locked.require_closed()
    if missing := missing_for_result(locked):
        raise ActionRefused(_("結果に必要なものがそろっていません。"), missing)
    locked.handed_in_at, locked.handed_in_by = timezone.now(), by
    locked.save(update_fields=["handed_in_at", "handed_in_by", "updated_at"])
    AuditEntry.record("hand_in_result", locked, by=by)


@transaction.atomic
def publish_result(*, case: Case, by: User | None, seen: str = "", note: str = "") -> ResultEdition:
    """Publish the result as the next edition, frozen, and notify those who asked for it.

    by: not who handed it in. seen: the digest that was previewed (optimistic lock); note: what a later edition corrects.
    Raise ActionRefused with the reason.
    """
    locked = case.get_for_update()
    locked.require_closed()
    if missing := missing_for_result(locked):
        raise ActionRefused(_("結果に必要なものがそろっていません。"), missing)
    if locked.handed_in_at is None:
        raise ActionRefused(_("結果の案が、まだ提出されていません。"))
    if by is not None and locked.handed_in_by_id == by.pk:
        raise ActionRefused(_("結果の案を提出した人は、公表できません。別の職員が確かめて公表してください。"))
    edition = next_edition(locked)
    if seen and seen != edition.digest:
        raise ActionRefused(_("確かめているあいだに内容が変わりました。もう一度確かめてから公表してください。"))
    if edition.edition > 1 and not note.strip():
        raise ActionRefused(_("結果を直すときは、何を直したかを書いてください。"))
    edition.note = note.strip() if edition.edition > 1 else ""
    edition.save(force_insert=True)
    ResultRow.objects.keep(edition, CityView.objects.filter(case=locked).in_order())
    locked.answered_at = locked.answered_at or edition.published_at
    locked.handed_in_at, locked.handed_in_by = None, None
    locked.save(update_fields=["answered_at", "handed_in_at", "handed_in_by", "updated_at"])
    AuditEntry.record("publish_public_comment", locked, by=by, edition=edition.edition)
    Notification.objects.notify_once(
        Opinion.objects.to_be_told(locked),
        kind="public-comment-result",
        key=f"{locked.pk}:{edition.edition}",
        title=_("「%(title)s」への意見と市の考え方が公表されました") % {"title": locked.title},
        url=edition.get_absolute_url(),
    )
    case.refresh_from_db()
    return edition
