"""Actions of authors on their own texts: withdraw them (取り下げ), and undo that within ten minutes."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused, Comment, Decision, GuestKey, Proposal, State
from apps.core.wake_tasks import wake
from apps.operations.models import AuditEntry


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, by: User | GuestKey) -> Proposal:
    """Withdraw a proposal (soft delete), at any time; a placeholder stays at its URL."""
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not proposal.is_by(by):
        raise ActionRefused(_("ご自分の投稿だけ取り下げられます。"))
    if proposal.state in {State.PUBLISHED, State.HELD}:
        proposal.move_to(State.WITHDRAWN)
        wake("proposal-changed")
    return proposal


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: User | GuestKey) -> Comment:
    """Withdraw a comment (soft delete); a placeholder stays in the thread."""
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not comment.is_by(by):
        raise ActionRefused(_("ご自分のコメントだけ取り下げられます。"))
    if comment.state in {State.PUBLISHED, State.HELD}:
        comment.move_to(State.WITHDRAWN)
    return comment


@transaction.atomic
def undo_withdrawal(*, text: Proposal | Comment, by: User | GuestKey) -> Proposal | Comment:
    """Restore a text that its author withdrew less than ten minutes ago: published, or held as it was. Nobody is notified.

    Idempotent: a text that stands again already stays as it is. Raises ActionRefused for others, when the time is over,
    and when moderation decided about the text since; Restricted for an author who may not write now.
    """
    by.begin_writing()
    text = text.locked()
    if not text.is_by(by):
        raise ActionRefused(_("ご自分の投稿だけ元に戻せます。"))
    if text.state in {State.PUBLISHED, State.HELD}:
        return text
    if text.withdrawal_undoable_until is None or text.state_changed_at is None:
        raise ActionRefused(_("元に戻せるのは、取り下げてから10分以内です。もう一度投稿してください。"))
    if Decision.objects.for_target(text).since(text.state_changed_at).exists():
        raise ActionRefused(_("取り下げたあとに市が判断したため、元に戻せません。"))
    text.move_to(text.withdrawn_from)
    AuditEntry.record("undo_withdrawal", text, by=by, after=text.state)
    if isinstance(text, Proposal):
        wake("proposal-changed")
    return text
