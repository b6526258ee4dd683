"""Proposals as rows of an export: read in chunks, with a fingerprint that changes whenever the file would."""

from collections.abc import Iterator

from django.db import models
from django.db.models import QuerySet

from apps.consultations.models import Proposal
from apps.consultations.models.tag import ProposalTag

WORDS = (
    "pk", "code", "state", "title", "body", "public_name", "question_id", "channel", "batch_id", "group_label",
    "published_at", "edited_at", "external_id", "imported_like_count", "imported_likes_on", "updated_at",
)  # fmt: skip
COUNTS = ("pk", "like_count", "guest_like_count", "comment_count")


class RowHash(models.Func):
    """Some columns of a row as one number."""

    template = "hashtextextended(jsonb_build_array(%(expressions)s)::text, 0)::numeric"
    output_field = models.DecimalField(max_digits=40, decimal_places=0)


def content_fingerprint(proposals: QuerySet[Proposal]) -> str:
    """Return a string that is another whenever a row comes, goes or changes its words, state or approved tags."""
    tags = ProposalTag.objects.approved().filter(content_object__in=proposals.order_by().values("pk"))
    return "-".join([_fingerprint(proposals, *WORDS), _fingerprint(tags, "content_object_id", "tag__name")])


def count_fingerprint(proposals: QuerySet[Proposal]) -> str:
    """Return a string that is another whenever a count of likes or comments changes."""
    return _fingerprint(proposals, *COUNTS)


def _fingerprint(rows: QuerySet[Proposal] | QuerySet[ProposalTag], *columns: str) -> str:
    total = rows.order_by().aggregate(rows=models.Count("pk"), sum=models.Sum(RowHash(*columns)))
    return f"{total['rows']}-{total['sum']}"


def iter_chunks(proposals: QuerySet[Proposal], size: int) -> Iterator[Proposal]:
    """Yield row by row, read in chunks by id: no query lasts long, no chunk stays in memory, no cursor is held open."""
    last = 0
    while chunk := list(proposals.filter(pk__gt=last)[:size]):
        yield from chunk
        last = chunk[-1].pk
