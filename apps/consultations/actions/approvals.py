"""Actions of approval (決裁): hand a draft in, agree, send it back, take it back, publish it, comment on it."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.emails import approvals as emails
from apps.consultations.models import ActionRefused, Approval, DraftComment, Reply
from apps.consultations.models.answers.approval import begin_approval
from apps.operations.models import AuditEntry


@transaction.atomic
def ask_approval(*, reply: Reply, by: User) -> Approval:
    """Begin a round of approval for the saved draft and tell the first approver. Raise ActionRefused for an unfinished draft."""
    locked = _locked(reply)
    if not locked.draft_status or not locked.draft_body.strip():
        raise ActionRefused(_("決裁に回すには、状況と市の考え方の両方が必要です。"))
    if locked.says_the_same(locked.draft_status, locked.draft_body):
        raise ActionRefused(_("公開中の内容と同じです。状況か文を変えてから決裁に回してください。"))
    approval = begin_approval(locked, by=by)
    emails.tell_next_approver(approval)
    return approval


@transaction.atomic
def approve_draft(*, reply: Reply, by: User, comment: str = "", publishes: bool = False) -> Approval:
    """Agree as the next approver and tell the one after; after the last, who asked for it.

    publishes: the last approver publishes it at once. Raise ActionRefused for anybody else, and for another draft.
    """
    approval = _waiting_for(_locked(reply), by)
    step = approval.next_step
    if publishes and not approval.is_at_last_step:
        raise ActionRefused(_("まだ次の決裁者がいます。「承認する」を選んでください。"))
    if step is not None:
        step.decide(by=by, agrees=True, comment=comment)
    AuditEntry.record("approve_draft", approval.reply, by=by, code=approval.reply.target.code)
    if approval.next_step is not None:
        approval.move_to(Approval.State.WAITING)
        emails.tell_next_approver(approval)
        return approval
    approval.move_to(Approval.State.APPROVED)
    if publishes:
        approval.reply.publish(by=by)
        emails.tell_writers(approval, "released", _("決裁が終わり、公開されました"), by=by, comment=comment)
    else:
        emails.tell_writers(approval, "approved", _("決裁が終わりました。公開できます"), by=by, comment=comment)
    return approval


@transaction.atomic
def return_draft(*, reply: Reply, by: User, comment: str) -> Approval:
    """Send the draft back with a reason (差し戻し) as the next approver, and tell who wrote it."""
    if not comment.strip():
        raise ActionRefused(_("差し戻すときは、直してほしいところを書いてください。"))
    approval = _waiting_for(_locked(reply), by)
    step = approval.next_step
    if step is not None:
        step.decide(by=by, agrees=False, comment=comment)
    approval.move_to(Approval.State.RETURNED)
    AuditEntry.record("return_draft", approval.reply, by=by, code=approval.reply.target.code)
    emails.tell_writers(approval, "returned", _("下書きが差し戻されました"), by=by, comment=comment)
    return approval


@transaction.atomic
def withdraw_approval(*, reply: Reply, by: User) -> Approval:
    """Take the draft back from approval (取り下げ), while it is not published."""
    locked = _locked(reply)
    approval = Approval.objects.of_reply(locked).open().first()
    if approval is None or not approval.may_be_withdrawn_by(by):
        raise ActionRefused(_("取り下げられる決裁がありません。すでに終わったか、ほかの職員が取り下げました。"))
    approval.move_to(Approval.State.WITHDRAWN)
    AuditEntry.record("withdraw_approval", locked, by=by, code=locked.target.code)
    return approval


@transaction.atomic
def release_draft(*, reply: Reply, by: User) -> None:
    """Publish the approved draft; never by who wrote it. Tell who wrote it."""
    locked = _locked(reply)
    approval = Approval.objects.of_reply(locked).in_state(Approval.State.APPROVED).first()
    locked.publish(by=by)
    if approval:
        emails.tell_writers(approval, "released", _("公開されました"), by=by)


@transaction.atomic
def comment_on_draft(*, reply: Reply, by: User, body: str) -> DraftComment:
    """Write to the others about the draft, and tell those concerned."""
    if not body.strip():
        raise ActionRefused(_("ひとことを書いてください。"))
    by.hold()
    comment = DraftComment.objects.create(reply=reply, author=by, body=body.strip())
    AuditEntry.record("comment_on_draft", reply, by=by, code=reply.target.code)
    emails.tell_of_comment(comment, Approval.objects.of_reply(reply).open().first())
    return comment


def _locked(reply: Reply) -> Reply:
    """Return the reply under a row lock. Raise ActionRefused if it is gone."""
    locked = Reply.objects.get_for_update(reply.pk)
    if locked is None:
        raise ActionRefused(_("この下書きは、すでに削除されています。"))
    return locked


def _waiting_for(reply: Reply, user: User) -> Approval:
    """Return the round that waits for the user, for exactly the draft as it is. Raise ActionRefused without one."""
    approval = Approval.objects.of_reply(reply).in_state(Approval.State.WAITING).first()
    if approval is None or approval.content_key != reply.content_key:
        raise ActionRefused(_("この決裁は、もうありません。取り下げられたか、下書きが書きかえられました。"))
    approval.reply = reply
    if not approval.may_be_decided_by(user):
        raise ActionRefused(_("いま決裁できるのは、次の順番の人（または代理の人）だけです。"))
    return approval
