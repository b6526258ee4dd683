"""Actions of residents: post, edit and withdraw proposals and comments, like, follow."""

import uuid

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.actions.authors import AccountAuthor, Author, Posted
from apps.consultations.actions.moderation.screening import screen_text
from apps.consultations.models import (
    ActionRefused,
    Comment,
    Consultation,
    Follow,
    GuestKey,
    GuestLike,
    Like,
    Proposal,
    ProposalRevision,
    Question,
    State,
    Tag,
)
from apps.consultations.models.codes import next_codes
from apps.consultations.services.rate_limit import require_under_limit
from apps.core.submission import content_key
from apps.core.wake_tasks import wake
from apps.operations.models import Notification

COMMENTS_AN_HOUR = 30


@transaction.atomic
def post_proposal(
    *,
    question: Question,
    author: Author,
    body: str,
    title: str = "",
    public_name: str = "",
    tags: list[str] | None = None,
    age_band: str = "",
    district: str = "",
    relation: str = "",
    submit_key: uuid.UUID,
) -> Posted:
    """Answer a question of the city, with an account or as a guest; return the proposal and whether it is new.

    It stands at once, or waits (承認待ち) where the consultation or a rule says so. public_name: the name that stands
    beside it; empty for 匿名. Idempotent: the same form with the same content again gives the first proposal back, a
    guest's without its passphrase. Raises ActionRefused outside the period, where guests are not asked and above the
    rate limit, Restricted for an author who may not write now, ValidationError for a bad text.
    """
    author.begin_writing()
    key = content_key(
        submit_key, question=question, title=title, body=body, tags=tags or [],
        age_band=age_band, district=district, relation=relation, **author.name_in_key(public_name),
    )  # fmt: skip
    if repeated := author.find_posted(key):
        return repeated
    author.require_accepted_by(question.consultation)
    question.require_open()
    author.require_under_limit()
    verdict = screen_text(
        body,
        title=title,
        consultation=question.consultation,
        author=author.user,
        guest=author.handle,
        is_guest=author.is_guest,
    )
    proposal = Proposal(
        consultation=question.consultation,
        question=question,
        author=author.user,
        public_name=public_name,
        title=title,
        body=body,
        age_band=age_band,
        district=district,
        relation=relation,
        state=State.HELD if verdict.holds else State.PUBLISHED,
        published_at=None if verdict.holds else timezone.now(),
        code=next_codes()[0],
    )
    proposal.full_clean(validate_constraints=False, exclude=["question", "consultation", "author"])
    posted = author.save(proposal, key)
    if posted.is_new:
        set_tags(proposal=proposal, names=tags or [])
        verdict.open_case(proposal)
        wake("proposal-changed")
    return posted


def set_tags(*, proposal: Proposal, names: list[str]) -> None:
    """Set the tags of a proposal: known ones show at once, a new one waits for staff."""
    proposal.tags.set(Tag.objects.named_or_new(names))


@transaction.atomic
def edit_proposal(*, proposal: Proposal, by: User | GuestKey, body: str, title: str) -> Proposal:
    """Edit the wording within thirty minutes; the earlier wording is kept for the author and for staff.

    A new wording is looked at as a new text is: what was approved is approved again.
    """
    by.hold()
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not proposal.is_by(by):
        raise ActionRefused(_("ご自分の投稿だけ編集できます。"))
    if not proposal.is_editable:
        raise ActionRefused(
            _("編集できるのは投稿から30分以内です。内容を変えたいときは、取り下げてから投稿し直してください。")
        )
    if (proposal.title, proposal.body) == (title, body):
        return proposal
    by.require_may_write()
    ProposalRevision.objects.create(proposal=proposal, title=proposal.title, body=proposal.body)
    proposal.title, proposal.body, proposal.edited_at = title, body, timezone.now()
    proposal.full_clean(validate_constraints=False, exclude=["question", "consultation", "author"])
    verdict = screen_text(
        body,
        title=title,
        consultation=proposal.consultation,
        author=proposal.author,
        guest=by.handle if isinstance(by, GuestKey) else "",
        is_guest=isinstance(by, GuestKey),
        is_edit=True,
    )
    proposal.save(update_fields=["title", "body", "edited_at", "updated_at"])
    if verdict.holds and proposal.is_public:
        proposal.move_to(State.HELD)
    verdict.open_case(proposal)
    wake("proposal-changed")
    return proposal


@transaction.atomic
def set_like(*, user: User, proposal: Proposal, wanted: bool, guest: str = "") -> bool:
    """Like a proposal or remove the like. Return whether anything changed. Notify its author, never by whom.

    guest: the browser's hash. What it liked before its person signed in does not count beside the person's own like.
    """
    if wanted:
        user.begin_writing()
    if guest and wanted:
        GuestLike.objects.set(handle=guest, proposal=proposal, wanted=False)
    changed = Like.objects.set(user=user, proposal=proposal, wanted=wanted)
    if changed and wanted and proposal.author_id and not proposal.is_by(user):
        Notification.objects.notify(
            proposal.author_id,
            kind="liked",
            key=proposal.code,
            title=_("あなたの意見 %(code)s にイイネ！が届きました") % {"code": proposal.code},
            quotes=proposal,
            url=proposal.get_absolute_url(),
        )
    return changed


@transaction.atomic
def post_comment(
    *,
    proposal: Proposal,
    author: AccountAuthor,
    body: str,
    public_name: str = "",
    parent: Comment | None = None,
    submit_key: uuid.UUID,
) -> tuple[Comment, bool]:
    """Comment on a proposal or reply to a comment; notify the authors of both. Return the comment and whether it is new.

    public_name: the name that stands beside it; empty for 匿名. Idempotent: the same form with the same content again
    gives the first comment back. Raises ActionRefused for a text that is not public and above the rate limit, Restricted
    for an author who may not write now.
    """
    author.begin_writing()
    key = content_key(submit_key, proposal=proposal, parent=parent, body=body, **author.name_in_key(public_name))
    repeated = Comment.objects.filter(author=author.user, submit_key=key).first()
    if repeated:
        return repeated, False
    if not proposal.is_public:
        raise ActionRefused(_("この投稿は公開されていないため、コメントできません。"))
    if parent and not parent.is_public:
        raise ActionRefused(_("このコメントは取り下げられたため、返信できません。"))
    require_under_limit(by=author.user, rows=Comment.objects.by_author(author.user), most=COMMENTS_AN_HOUR)
    verdict = screen_text(body, consultation=proposal.consultation, author=author.user)
    comment = Comment(
        proposal=proposal,
        parent=parent,
        author=author.user,
        public_name=public_name,
        body=body,
        submit_key=key,
        state=State.HELD if verdict.holds else State.PUBLISHED,
        published_at=None if verdict.holds else timezone.now(),
    )
    comment.full_clean(validate_constraints=False, exclude=["proposal", "parent", "author"])
    comment.save(force_insert=True)
    verdict.open_case(comment)
    if comment.is_public:
        Proposal.objects.filter(pk=proposal.pk).update(comment_count=F("comment_count") + 1)
        notify_of_comment(comment)
    return comment, True


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


@transaction.atomic
def follow(*, user: User, consultation: Consultation, wanted: bool) -> None:
    """Follow a consultation, or stop."""
    user.hold()
    Follow.objects.set(user=user, consultation=consultation, wanted=wanted)
