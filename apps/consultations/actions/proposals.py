"""Post and edit a proposal (意見), with an account or as a guest; set its tags."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.actions.authors import Author, Posted
from apps.consultations.actions.moderation.screening import screen_text
from apps.consultations.models import (
    ActionRefused,
    GuestKey,
    Proposal,
    ProposalRevision,
    Question,
    State,
    Tag,
)
from apps.consultations.models.codes import next_codes
from apps.core.submission import content_key
from apps.core.wake_tasks import wake


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
