"""Cache analyses and leave those of large sets to a worker (background job).

A small set is computed in the request. Web requests have a statement timeout of seconds, so for a large set the page shows
the cached result of exactly this public set, or the last one that is still valid, and the progress of the job. Requesting
a job is a POST.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.core.cache import cache
from django.db.utils import OperationalError
from django.utils import timezone
from psycopg.errors import QueryCanceled

from apps.analysis.models import DictionaryVersion
from apps.analysis.services.counting import Extent, extent_of
from apps.analysis.services.scope import Scope, WordFilter
from apps.analysis.services.word_cloud import CACHE_SECONDS
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.types import JsonObject, StrOrPromise
from apps.operations.models import Job

DRAWING = "draw-words"  # the kind of operations.Job
LARGE = 20_000  # proposals; larger sets are left to a worker
FRESH = timedelta(minutes=5)  # how long a result stays valid when proposals are added; a hidden one ends it at once
PAUSE = timedelta(minutes=1)  # between a finished job without a result in the cache and the next automatic request
SLOW_SECONDS = 900  # how long an analysis that hit the statement timeout is left to a worker
FAILURE_SHOWN = timedelta(days=1)  # how long a page says that its job failed
Progress = Callable[[int, int, StrOrPromise], None]


def no_progress(_done: int, _total: int, _sentence: StrOrPromise) -> None:
    """Ignore the progress, where the result is computed in the request."""


@dataclass(frozen=True)
class Analysis:
    """One analysis: its kind (page), scope and filters, the sets of public proposals that it counts, and its function."""

    kind: str
    scope: Scope
    filters: tuple[WordFilter, ...]
    sets: tuple[ProposalQuerySet, ...]
    make: Callable[[Progress], JsonObject]

    @cached_property
    def extents(self) -> list[Extent]:
        """Return the size and state of each set."""
        return [extent_of(rows) for rows in self.sets]

    @property
    def is_large(self) -> bool:
        """Return True if a worker has to compute it: because of its size, or after a statement timeout."""
        return sum(extent.proposals for extent in self.extents) > LARGE or bool(cache.get(f"words-slow:{self.key}"))

    def mark_slow(self) -> None:
        """Leave it to a worker for SLOW_SECONDS."""
        cache.set(f"words-slow:{self.key}", True, SLOW_SECONDS)

    @property
    def queries(self) -> list[JsonObject]:
        """Return its filters as JSON values."""
        return [{name: str(value) for name, value in word_filter.query.items()} for word_filter in self.filters]

    @property
    def key(self) -> str:
        """Return the hash of kind, scope and filters: identifies the analysis, whatever the data."""
        return _digest([self.kind, self.scope.key, [sorted(query.items()) for query in self.queries]])

    @cached_property
    def version(self) -> int:
        """Return the number of the dictionary version in force."""
        return DictionaryVersion.objects.current()

    @property
    def cache_key(self) -> str:
        """Return the cache key of the result: changes with the public sets, the dictionary version and the date."""
        return _digest([self.key, [e.stamp for e in self.extents], self.version, str(timezone.localdate())])

    def current(self) -> JsonObject | None:
        """Return the cached result of exactly these public sets, or None."""
        data = cache.get(f"words:{self.cache_key}")
        return data if isinstance(data, dict) else None

    def draw(self, progress: Progress = no_progress) -> dict[str, object]:
        """Compute the result and cache it."""
        key, marks = self.cache_key, [(extent.last, extent.stamp) for extent in self.extents]
        data = self.make(progress)
        cache.set(f"words:{key}", data, CACHE_SECONDS)
        if self.is_large:
            last = {"data": data, "marks": marks, "version": self.version, "made_at": timezone.now()}
            cache.set(f"words-last:{self.key}", last, CACHE_SECONDS)
        return data

    def last(self) -> JsonObject | None:
        """Return the last result of a large analysis ("data", "made_at" …), or None if it may not be shown any more.

        Newer proposals may be missing in it. It is invalid once a proposal that it counted was hidden, withdrawn or changed.
        """
        last = cache.get(f"words-last:{self.key}")
        if not isinstance(last, dict) or last["version"] != self.version or len(last["marks"]) != len(self.sets):
            return None
        marks = zip(self.sets, last["marks"], strict=True)
        return last if all(extent_of(rows, until=until).stamp == stamp for rows, (until, stamp) in marks) else None

    def job(self) -> Job | None:
        """Return the newest job for it, or None."""
        return Job.objects.for_target(self.scope.subject).filter(kind=DRAWING, key=self.key).first()


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What a page shows of an analysis.

    data: the result, None while there is none; job: the job for a newer one, None if none is needed; made_at: when the older
    result was made, if that is shown; is_wanted: no job is open; starts_itself: the page requests a job without a press.
    """

    data: JsonObject | None
    job: Job | None = None
    made_at: datetime | None = None
    is_wanted: bool = False
    starts_itself: bool = False

    @property
    def failed(self) -> bool:
        """Return True if the last job failed."""
        return self.is_wanted and self.job is not None and self.job.state != Job.State.DONE


def answer(analysis: Analysis) -> Answer:
    """Return the result; for a large set what is cached, with the state of the job for what is missing."""
    data = analysis.current()
    if data is not None:
        return Answer(data)
    if not analysis.is_large:
        try:
            return Answer(analysis.draw())
        except OperationalError as error:  # while a bulk load is read even a small set may take too long
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            analysis.mark_slow()
    last, now = analysis.last(), timezone.now()
    if last and last["made_at"] > now - FRESH:
        return Answer(last["data"])
    data, made_at = (last["data"], last["made_at"]) if last else (None, None)
    job = analysis.job()
    if job and job.is_open:
        return Answer(data, job, made_at)
    ended = job.finished_at if job and job.finished_at else None
    if job and ended and job.state != Job.State.DONE and ended > now - FAILURE_SHOWN:
        return Answer(data, job, made_at, is_wanted=True)
    return Answer(data, None, made_at, is_wanted=True, starts_itself=not ended or ended < now - PAUSE)
