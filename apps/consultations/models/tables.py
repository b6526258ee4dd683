"""Proposals as rows of files: what an export reads, and how an import finds a voice again."""

from collections.abc import Iterator
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.consultations.models.base import ERASED, State
from apps.consultations.models.batch import Batch
from apps.consultations.models.narrowing import FilteredProposalQuerySet
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


class TableQuerySet(FilteredProposalQuerySet):
    """Questions that files ask of proposals."""

    def for_staff(self) -> Self:
        """What staff may take out: all but what its author took back."""
        return self.exclude(state=State.WITHDRAWN)

    def for_tables(self) -> Self:
        """With its tags, in the order of posting; what rows have in common is for the caller to share."""
        return (
            self.defer("search_text", "search_bigrams")
            .prefetch_related(models.Prefetch("tag_items", ProposalTag.objects.approved(), to_attr="public_tag_items"))
            .order_by("pk")
        )

    def state_of_words(self) -> str:
        """What these rows say, as a number that is another whenever one comes, goes or changes."""
        return "-".join(str(part) for part in [*self._sums(WORDS), *self._tags()])

    def state_of_counts(self) -> str:
        """The same of how often they were liked and commented."""
        return "-".join(str(part) for part in self._sums(COUNTS))

    def _sums(self, columns: tuple[str, ...]) -> list[Any]:
        found = self.order_by().aggregate(rows=models.Count("pk"), sum=models.Sum(RowHash(*columns)))
        return [found["rows"], found["sum"]]

    def _tags(self) -> list[Any]:
        tags = ProposalTag.objects.approved().filter(content_object__in=self.order_by().values("pk"))
        found = tags.order_by().aggregate(
            rows=models.Count("pk"), sum=models.Sum(RowHash("content_object_id", "tag__name"))
        )
        return [found["rows"], found["sum"]]

    def piece_by_piece(self, size: int) -> Iterator[Any]:
        """Row by row, read in pieces by number: no piece lasts long, none stays in memory, no cursor is held open."""
        last = 0
        while piece := list(self.filter(pk__gt=last)[:size]):
            yield from piece
            last = piece[-1].pk

    def known_as(self, *, codes: set[str], keys: set[str]) -> dict[str, Any]:
        """Proposals by their code, and by the key of the list they came with."""
        # «not empty» is said for the index, which leaves out the many rows that came with no file
        found = self.filter(Q(code__in=codes) | Q(Q(import_key__in=keys), ~Q(import_key="")))
        # What staff took back as an error is not known any more: the right file may have the same numbers.
        found = found.exclude(state=State.WITHDRAWN, batch__taken_back_at__isnull=False)
        wanted = found.select_related("question", "batch").defer("search_text", "search_bigrams")
        rows = list(wanted.prefetch_related("tags").order_by("pk"))
        return {row.import_key: row for row in rows if row.import_key} | {row.code: row for row in rows}

    def in_batch(self, batch: Batch) -> Self:
        """Those that came in by a batch; by a file also those of the events it names."""
        return self.filter(batch__in=Batch.objects.making_up(batch))

    def added_by(self, batch: Batch) -> Self:
        """Those that a batch brought in, without those of other batches that it changed."""
        return self.in_batch(batch).exclude(revisions__batch=batch)

    def not_brought_in_by(self, batch: Batch) -> Self:
        """Those that did not come in by it."""
        return self.exclude(batch__in=Batch.objects.making_up(batch))

    def in_force(self, stands: bool) -> Self:
        """Those of a batch that are public, or those that were taken back with it and whose words are still there."""
        return self.filter(state=State.PUBLISHED) if stands else self.taken_back().exclude(body=ERASED)

    def taken_back(self) -> Self:
        """Those of a batch that were taken back with it."""
        return self.filter(state=State.WITHDRAWN)

    def what_goes(self) -> dict[str, int]:
        """How many there are, and how many of them somebody liked or commented; in one query."""
        liked = Q(like_count__gt=0) | Q(guest_like_count__gt=0)
        counts = {
            "liked": models.Count("pk", filter=liked),
            "commented": models.Count("pk", filter=Q(comment_count__gt=0)),
        }
        return self.order_by().aggregate(voices=models.Count("pk"), **counts)

    def numbers_came_again(self) -> int:
        """How many of them a later file has brought in again under the same number of the same list."""
        same = type(self)(self.model).filter(
            consultation=models.OuterRef("consultation"), import_key=models.OuterRef("import_key")
        )
        same = same.exclude(import_key="").exclude(state=State.WITHDRAWN)
        return self.exclude(import_key="").filter(models.Exists(same)).count()

    def move_piece(self, state: str, *, size: int) -> int:
        """Let the first so many stand as this from now on; how many there were."""
        now = timezone.now()
        piece = list(self.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)[:size])
        return type(self)(self.model).filter(pk__in=piece).update(state=state, state_changed_at=now, updated_at=now)

    def bodies_among(self, bodies: list[str]) -> dict[str, str]:
        """Which of these texts are there already, word for word, each with the code of the first one that says it."""
        return dict(self.filter(body__in=bodies).order_by("-pk").values_list("body", "code"))
