"""Say why a section changed, and which voices moved it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models import Proposal, Topic
from apps.documents.models import ActionRefused, Change, ChangeCause
from apps.operations.models import AuditEntry

MOST_CAUSES = 50


@transaction.atomic
def explain_change(
    *, change: Change, kind: str, origin: str, reason: str, causes: Sequence[Proposal | Topic], by: User | None
) -> None:
    """Store the reason of a change and the voices behind it.

    In a draft all of it may change. After 公表 a missing reason may still be given, once, and voices may be added: the page
    then says on which day. Raise ActionRefused for what may no longer change.
    """
    version = change.version.get_for_update()
    stored = (
        Change.objects.select_for_update(of=("self",)).select_related("to_section", "from_section").get(pk=change.pk)
    )
    if kind != stored.kind and {kind, stored.kind} != {Change.Kind.EDITED, Change.Kind.WORDING}:
        raise ActionRefused(_("変更の種類は、修正と字句だけを選び分けられます。ほかは前の版との比較で決まります。"))
    if len(causes) > MOST_CAUSES:
        raise ActionRefused(
            _("きっかけの声は%(most)d件までです。論点にまとめて選んでください。") % {"most": MOST_CAUSES}
        )
    has_words = (stored.kind, stored.origin, stored.reason) != (kind, origin, reason)
    if version.is_published and has_words and (stored.reason or kind != stored.kind):
        raise ActionRefused(_("公表した変更の種類と理由は変えられません。誤りは、訂正版を作って直してください。"))
    if has_words:
        stored.kind, stored.origin, stored.reason = kind, origin, reason
        stored.explained_at = timezone.now() if reason else None
        stored.save()
    _set_causes(stored, causes, may_remove=not version.is_published)
    AuditEntry.record("explain_change", stored, by=by, key=stored.key, causes=[str(cause.code) for cause in causes])


def _set_causes(change: Change, causes: Sequence[Proposal | Topic], *, may_remove: bool) -> None:
    """Store these causes; raise ActionRefused when one that was published is missing among them."""
    wanted = {
        (cause.pk if isinstance(cause, Proposal) else None, cause.pk if isinstance(cause, Topic) else None)
        for cause in causes
    }
    stored = {(cause.proposal_id, cause.topic_id): cause for cause in change.causes.all()}
    gone = [cause.pk for ends, cause in stored.items() if ends not in wanted]
    if gone and not may_remove:
        raise ActionRefused(_("公表した変更のきっかけの声は外せません。足すことはできます。"))
    change.causes.filter(pk__in=gone).delete()
    for proposal_id, topic_id in sorted(wanted - set(stored), key=str):
        ChangeCause.objects.create(change=change, proposal_id=proposal_id, topic_id=topic_id)
