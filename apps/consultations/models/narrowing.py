"""Proposals narrowed down by what is known of them: for figures and comparisons over many."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from apps.consultations.models.base import ContributionQuerySet
from apps.core.text import fold

QUIET_LIKES = 2  # as many at most has a voice that is not heard yet


def first_moment(day: date) -> datetime:
    """When a day begins in Chofu."""
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


class FilteredProposalQuerySet(ContributionQuerySet):
    """Questions that narrow a set of proposals down; an empty answer narrows nothing."""

    def published_between(self, since: date | None, until: date | None) -> Self:
        """Those that became public on one of these days, both included."""
        rows = self
        if since:
            rows = rows.filter(published_at__gte=first_moment(since))
        if until:
            rows = rows.filter(published_at__lt=first_moment(until + timedelta(days=1)))
        return rows

    def that_are(self, **attributes: Any) -> Self:
        """Those with these values (channel, age_band, district, relation, question__number …)."""
        return self.filter(**{name: value for name, value in attributes.items() if value})

    def of_viewpoint(self, viewpoint: Any) -> Self:
        """Those of the consultations that belong to a viewpoint."""
        return self.filter(consultation__viewpoints=viewpoint)

    def of_consultations(self, consultations: Any) -> Self:
        """Those of these consultations."""
        return self.filter(consultation__in=consultations)

    def among(self, ids: Any) -> Self:
        """Those with these ids."""
        return self.filter(pk__in=ids)

    def outside(self, others: Any) -> Self:
        """Those that are not among the others."""
        return self.exclude(pk__in=others.order_by().values("pk"))

    def changed_since(self, moment: datetime) -> Self:
        """Those whose text or state has changed after a moment."""
        return self.filter(updated_at__gt=moment)

    def mentioning(self, words: Iterable[str]) -> Self:
        """Those in whose title or body one of these words stands, in whatever width, case or kana."""
        return self.filter(reduce(or_, (Q(search_text__contains=fold(word)) for word in words)))

    def once_said(self, word: str) -> Self:
        """Those of which an earlier wording has this word."""
        old = Q(revisions__title__icontains=word) | Q(revisions__body__icontains=word)
        return self.filter(old).order_by()

    def little_heard(self) -> Self:
        """Those with at most two likes and no comment, whether or not their consultation is open."""
        return self.filter(like_total__lte=QUIET_LIKES, comment_count=0)

    def from_place(self, place: int) -> Self:
        """The part of the ring from this place on, in its order."""
        return self.filter(shuffle__gte=place).order_by("shuffle", "pk")

    def before_place(self, place: int) -> Self:
        """The part of the ring before this place, in its order."""
        return self.filter(shuffle__lt=place).order_by("shuffle", "pk")

    def spread_out(self, *, limit: int) -> list[Any]:
        """Some proposals from as many different channels and questions as there are: one of each in turn, the
        longest-standing first. Attributes of persons have no part in it: who is quoted would tell them."""
        group = ("question", "channel")
        number = Window(RowNumber(), partition_by=[F(name) for name in group], order_by=F("pk").asc())
        ids = self.annotate(turn=number).order_by("turn", "shuffle", "pk").values_list("pk", flat=True)[:limit]
        rows = {row.pk: row for row in self.filter(pk__in=list(ids)).select_related("consultation")}
        return [rows[pk] for pk in ids if pk in rows]

    def either(self, one: Any, other: Any) -> Self:
        """Those that are in one set or in the other."""
        return self.filter(Q(pk__in=one.order_by().values("pk")) | Q(pk__in=other.order_by().values("pk"))).order_by()
