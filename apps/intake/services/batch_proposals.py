"""Proposals of a batch: which ones it brought in, and by which number a file knows them."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from apps.consultations.models import Batch, Proposal, State
from apps.consultations.models.base import ERASED
from apps.consultations.models.proposal_queryset import ProposalQuerySet


def brought_in_by(batch: Batch) -> ProposalQuerySet:
    """Return the proposals that came in by a batch; for a file also those of the events it names."""
    return Proposal.objects.filter(batch__in=Batch.objects.with_parts(batch))


def added_by(batch: Batch) -> ProposalQuerySet:
    """Return the proposals that a batch brought in, without those of other batches that it changed."""
    return brought_in_by(batch).exclude(revisions__batch=batch)


def published(proposals: ProposalQuerySet) -> ProposalQuerySet:
    """Return those that are public: what withdrawing the batch would withdraw."""
    return proposals.filter(state=State.PUBLISHED)


def restorable(proposals: ProposalQuerySet) -> ProposalQuerySet:
    """Return those that were withdrawn with the batch and whose words are still there."""
    return proposals.filter(state=State.WITHDRAWN).exclude(body=ERASED)


def impact_counts(proposals: ProposalQuerySet) -> dict[str, int]:
    """Return how many there are (`total`), and how many somebody `liked` or `commented`; in one query."""
    liked = Q(like_count__gt=0) | Q(guest_like_count__gt=0)
    counts = {"liked": Count("pk", filter=liked), "commented": Count("pk", filter=Q(comment_count__gt=0))}
    return proposals.order_by().aggregate(total=Count("pk"), **counts)


def count_reimported(proposals: ProposalQuerySet) -> int:
    """Return how many of them a later file has brought in again under the same number of the same list."""
    same = Proposal.objects.filter(consultation=OuterRef("consultation"), import_key=OuterRef("import_key"))
    same = same.exclude(import_key="").exclude(state=State.WITHDRAWN)
    return proposals.exclude(import_key="").filter(Exists(same)).count()


def by_external_number(proposals: ProposalQuerySet, *, codes: set[str], keys: set[str]) -> dict[str, Proposal]:
    """Return proposals by their code and by the import key of the list they came with, to match rows of a file."""
    # «not empty» is said for the index, which leaves out the many rows that came with no file
    matches = proposals.filter(Q(code__in=codes) | Q(Q(import_key__in=keys), ~Q(import_key="")))
    # What staff took back as an error is not known any more: the right file may have the same numbers.
    matches = matches.exclude(state=State.WITHDRAWN, batch__taken_back_at__isnull=False)
    loaded: QuerySet[Any] = matches.select_related("question", "batch").defer("search_text", "search_bigrams")
    rows: list[Proposal] = list(loaded.prefetch_related("tags").order_by("pk"))
    return {row.import_key: row for row in rows if row.import_key} | {row.code: row for row in rows}


def existing_bodies(proposals: ProposalQuerySet, bodies: list[str]) -> dict[str, str]:
    """Return those of the texts that are there already, word for word, each with the code of the first that says it."""
    return dict(proposals.filter(body__in=bodies).order_by("-pk").values_list("body", "code"))
