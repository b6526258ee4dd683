"""Comment on a proposal and reply to a comment; notify whom it concerns."""

import uuid

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.actions.authors import Author, PostedComment
from apps.consultations.actions.moderation.screening import screen_text
from apps.consultations.models import ActionRefused, Comment, Proposal, State
from apps.core.submission import content_key
from apps.operations.models import Notification


@transaction.atomic
def post_comment(
    *,
    proposal: Proposal,
    author: Author,
    body: str,
    public_name: str = "",
    parent: Comment | None = None,
    submit_key: uuid.UUID,
) -> PostedComment:
    """Comment on a proposal or reply to a comment, with an account or as a guest; notify the authors of both.

    Return the comment and whether it is new. public_name: the name that stands beside it; empty for 匿名. Idempotent: the
    same form with the same content again gives the first comment back, a guest's without its passphrase. Raises
    ActionRefused for a text that is not public, where guests do not comment and above the rate limit, Restricted for an
    author who may not write now.
    """
    author.begin_writing()
    key = content_key(submit_key, proposal=proposal, parent=parent, body=body, **author.name_in_key(public_name))
    if repeated := author.find_comment(key):
        return PostedComment(repeated, is_new=False)
    if not proposal.is_public:
        raise ActionRefused(_("この投稿は公開されていないため、コメントできません。"))
    if parent and not parent.is_public:
        raise ActionRefused(_("このコメントは取り下げられたため、返信できません。"))
    author.require_may_comment(proposal.consultation)
    verdict = screen_text(
        body,
        consultation=proposal.consultation,
        author=author.user,
        guest=author.handle,
        is_guest=author.is_guest,
    )
    comment = Comment(
        proposal=proposal,
        parent=parent,
        author=author.user,
        public_name=public_name,
        body=body,
        state=State.HELD if verdict.holds else State.PUBLISHED,
        published_at=None if verdict.holds else timezone.now(),
    )
    comment.full_clean(validate_constraints=False, exclude=["proposal", "parent", "author"])
    posted = author.save_comment(comment, key)
    if not posted.is_new:
        return posted
    verdict.open_case(comment)
    if comment.is_public:
        Proposal.objects.filter(pk=proposal.pk).update(comment_count=F("comment_count") + 1)
        notify_of_comment(comment)
    return posted


@transaction.atomic
def notify_of_comment(comment: Comment) -> None:
    """Notify the author of the proposal, and the one who is replied to; nobody of their own words."""
    told = {comment.author_id}
    listeners = [(comment.proposal.author_id, _("あなたの意見 %(code)s にコメントが届きました"))]
    if comment.parent:
        listeners.insert(0, (comment.parent.author_id, _("意見 %(code)s へのあなたのコメントに返信が届きました")))
    for person, title in listeners:
        if person and person not in told:
            told.add(person)
            Notification.objects.notify(
                person,
                kind="comment",
                key=str(comment.pk),
                title=title % {"code": comment.proposal.code},
                quotes=comment,
                url=comment.get_absolute_url(),
            )
