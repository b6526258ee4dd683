"""Save what a proposal said before an import changed it, and restore it by swapping both wordings."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.consultations.models.base import State
from apps.consultations.models.proposal import Proposal
from apps.consultations.models.revision import ProposalRevision
from apps.consultations.models.tag import ProposalTag, Tag
from apps.core.copies import MARK

PLAIN = (
    "question_id", "batch_id", "public_name", "channel", "imported_like_count", "group_label", "age_band", "district",
    "relation",
)  # fmt: skip


def facts_of(proposal: Proposal) -> dict[str, Any]:
    """Return as JSON values all that an import may change, except title and body, which have columns of their own."""
    return {
        **{name: getattr(proposal, name) for name in PLAIN},
        "published_at": proposal.published_at and proposal.published_at.isoformat(),
        "imported_likes_on": proposal.imported_likes_on and proposal.imported_likes_on.isoformat(),
        "tags": sorted(tag.name for tag in proposal.tags.all()),
    }


@transaction.atomic
def swap(revision: ProposalRevision) -> None:
    """Undo an import's change of a proposal, or redo it: swap the proposal's wording with that of the revision.

    If a later import changed the same proposal, swap with the former wording of that later revision instead.
    """
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("batch").get(pk=revision.proposal_id)
    later = ProposalRevision.objects.in_force_after(revision)
    if later:
        revision.title, later.title = later.title, revision.title
        revision.body, later.body = later.body, revision.body
        revision.facts, later.facts = later.facts, revision.facts
        later.save(update_fields=["title", "body", "facts"])
    else:
        former = proposal.title, proposal.body, facts_of(proposal)
        _apply_revision(proposal, revision)
        revision.title, revision.body, revision.facts = former
    revision.is_restored = not revision.is_restored
    revision.save(update_fields=["title", "body", "facts", "is_restored"])


def _apply_revision(proposal: Proposal, revision: ProposalRevision) -> None:
    """Write the revision's wording into the proposal; if that belongs to a withdrawn batch, withdraw the proposal."""
    facts = dict(revision.facts)
    proposal.title, proposal.body = revision.title, revision.body
    for name in PLAIN:
        is_struck = isinstance(facts[name], str) and MARK in facts[name]  # redacted meanwhile: the mark is not a name
        setattr(proposal, name, "" if is_struck else facts[name])
    proposal.published_at = datetime.fromisoformat(facts["published_at"]) if facts["published_at"] else None
    proposal.imported_likes_on = date.fromisoformat(facts["imported_likes_on"]) if facts["imported_likes_on"] else None
    proposal.updated_at = timezone.now()
    if proposal.state == State.PUBLISHED and proposal.batch and proposal.batch.taken_back_at:
        proposal.state, proposal.state_changed_at = State.WITHDRAWN, proposal.updated_at
    proposal.save()
    ProposalTag.objects.on_proposals([proposal]).delete()
    ProposalTag.objects.bulk_create(
        [ProposalTag(tag=tag, content_object=proposal) for tag in Tag.objects.named_or_new(facts["tags"])]
    )
