"""What a voice was before a file changed it, as plain values, and the way back: the two change places."""

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


def facts_of(row: Proposal) -> dict[str, Any]:
    """All that a file may change but title and body, which are words and stand in columns of their own."""
    return {
        **{name: getattr(row, name) for name in PLAIN},
        "published_at": row.published_at and row.published_at.isoformat(),
        "imported_likes_on": row.imported_likes_on and row.imported_likes_on.isoformat(),
        "tags": sorted(tag.name for tag in row.tags.all()),
    }


@transaction.atomic
def swap(revision: ProposalRevision) -> None:
    """Let a file's change go, or come again; what it said and what it replaced change places.

    Where a later file changed the same voice, its former wording is exchanged instead of the present one.
    """
    row = Proposal.objects.select_for_update(of=("self",)).select_related("batch").get(pk=revision.proposal_id)
    later = ProposalRevision.objects.in_force_after(revision)
    if later:
        revision.title, later.title = later.title, revision.title
        revision.body, later.body = later.body, revision.body
        revision.facts, later.facts = later.facts, revision.facts
        later.save(update_fields=["title", "body", "facts"])
    else:
        held = row.title, row.body, facts_of(row)
        _put(row, revision)
        revision.title, revision.body, revision.facts = held
    revision.is_restored = not revision.is_restored
    revision.save(update_fields=["title", "body", "facts", "is_restored"])


def _put(row: Proposal, revision: ProposalRevision) -> None:
    """Make a voice say what the revision holds; with a batch that was taken back it is not public any more."""
    facts = dict(revision.facts)
    row.title, row.body = revision.title, revision.body
    for name in PLAIN:
        is_struck = isinstance(facts[name], str) and MARK in facts[name]  # redacted since: the mark is no name
        setattr(row, name, "" if is_struck else facts[name])
    row.published_at = datetime.fromisoformat(facts["published_at"]) if facts["published_at"] else None
    row.imported_likes_on = date.fromisoformat(facts["imported_likes_on"]) if facts["imported_likes_on"] else None
    row.updated_at = timezone.now()
    if row.state == State.PUBLISHED and row.batch and row.batch.taken_back_at:
        row.state, row.state_changed_at = State.WITHDRAWN, row.updated_at
    row.save()
    ProposalTag.objects.on_proposals([row]).delete()
    ProposalTag.objects.bulk_create(
        [ProposalTag(tag=tag, content_object=row) for tag in Tag.objects.named_or_new(facts["tags"])]
    )
