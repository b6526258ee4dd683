"""Proposals as rows of files: what an export reads, and how an import finds a voice again."""

from collections.abc import Iterator
from typing import Any, Self

from django.db import models
from django.db.models import Q

from apps.consultations.models.narrowing import NarrowedVoices
from apps.consultations.models.shared import State
from apps.consultations.models.tag import ProposalTag


class TableQuerySet(NarrowedVoices):
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

    def piece_by_piece(self, size: int) -> Iterator[Any]:
        """Row by row, read in pieces by number: no piece lasts long, none stays in memory, no cursor is held open."""
        last = 0
        while piece := list(self.filter(pk__gt=last)[:size]):
            yield from piece
            last = piece[-1].pk

    def known_as(self, numbers: list[str]) -> dict[str, Any]:
        """Proposals by the number that a file has for them: their code, or the number of the file they came with."""
        found = self.filter(Q(code__in=numbers) | Q(external_id__in=[n for n in numbers if n]))
        wanted = found.select_related("question", "batch").defer("search_text", "search_bigrams")
        rows = list(wanted.prefetch_related("tags").order_by("pk"))
        return {row.external_id: row for row in rows if row.external_id} | {row.code: row for row in rows}

    def bodies_among(self, bodies: list[str]) -> set[str]:
        """Which of these texts are there already, word for word."""
        return set(self.filter(body__in=bodies).order_by().values_list("body", flat=True))
