"""An analysis of a large set is drawn by a worker; the page shows how far it is, and the last finished one meanwhile.

A small set is answered at once. A web request may ask the database for seconds only, so for a large one it looks for what
was drawn of exactly this public set, and else for the last one that may still be shown. Asking a worker is a POST.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db.utils import OperationalError
from django.utils import timezone
from psycopg.errors import QueryCanceled

from apps.analysis.models import DictionaryVersion
from apps.analysis.models.counting import Extent, extent_of
from apps.analysis.scope import Choice, Scope
from apps.analysis.word_cloud import KEPT
from apps.operations.models import Job

DRAWING = "draw-words"  # the kind of operations.Job
LARGE = 20_000  # proposals; from here on a worker draws
FRESH = timedelta(minutes=5)  # so long new voices do not make a drawing old; a hidden one does at once
PAUSE = timedelta(minutes=1)  # between a drawing that is nowhere to be found and the next that starts by itself
LEFT_TO_WORKER = 900  # seconds, after an analysis took longer than a page may
REMEMBERED = timedelta(days=1)  # so long a page tells that its drawing failed
Tell = Callable[[int, int, Any], None]


def tell_nobody(_done: int, _total: int, _sentence: Any) -> None:
    """The progress of what is answered at once."""


@dataclass(frozen=True)
class Analysis:
    """A question to the rows: what kind of page, of what, over which sets of public proposals, and how it is answered."""

    kind: str
    scope: Scope
    choices: tuple[Choice, ...]
    sets: tuple[Any, ...]
    make: Callable[[Tell], dict[str, Any]]

    @cached_property
    def extents(self) -> list[Extent]:
        """How large its sets are."""
        return [extent_of(rows) for rows in self.sets]

    @property
    def is_large(self) -> bool:
        """Whether a worker has to draw it: for its size, or because it took longer than a page may take."""
        return sum(extent.proposals for extent in self.extents) > LARGE or bool(cache.get(f"words-slow:{self.key}"))

    def note_slow(self) -> None:
        """Leave it to a worker for a while."""
        cache.set(f"words-slow:{self.key}", True, LEFT_TO_WORKER)

    @property
    def queries(self) -> list[dict[str, Any]]:
        """Its choices as plain values."""
        return [{name: str(value) for name, value in choice.query.items()} for choice in self.choices]

    @property
    def key(self) -> str:
        """The same question always has the same name."""
        return _digest([self.kind, self.scope.key, [sorted(query.items()) for query in self.queries]])

    @cached_property
    def version(self) -> int:
        """The dictionary that is in force."""
        return DictionaryVersion.objects.current()

    @property
    def stamp(self) -> str:
        """The name of the answer: another as soon as the public sets, the dictionary or the day are others."""
        return _digest([self.key, [e.stamp for e in self.extents], self.version, str(timezone.localdate())])

    def current(self) -> dict[str, Any] | None:
        """What was made of exactly these public sets."""
        found = cache.get(f"words:{self.stamp}")
        return found if isinstance(found, dict) else None

    def draw(self, tell: Tell = tell_nobody) -> dict[str, Any]:
        """Make it now and keep it."""
        stamp, marks = self.stamp, [(extent.last, extent.stamp) for extent in self.extents]
        made = self.make(tell)
        cache.set(f"words:{stamp}", made, KEPT)
        if self.is_large:
            last = {"data": made, "marks": marks, "version": self.version, "made_at": timezone.now()}
            cache.set(f"words-last:{self.key}", last, KEPT)
        return made

    def last(self) -> dict[str, Any] | None:
        """The last finished one, unless something that it counted was hidden, withdrawn or changed since.

        Newer voices may be missing in it: up to its own last voice its sets must be what they were.
        """
        found = cache.get(f"words-last:{self.key}")
        if not isinstance(found, dict) or found["version"] != self.version or len(found["marks"]) != len(self.sets):
            return None
        marks = zip(self.sets, found["marks"], strict=True)
        return found if all(extent_of(rows, until=until).stamp == stamp for rows, (until, stamp) in marks) else None

    def job(self) -> Job | None:
        """The newest work on it."""
        return Job.objects.about(self.scope.subject).of_kind(DRAWING).keyed(self.key).first()


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What a page has to show of an analysis.

    data: the counts, None while there are none to show; job: the work on newer ones, None when nothing is needed;
    made_at: when the last finished one was made, if that is what is shown meanwhile; is_wanted: nobody works on it.
    """

    data: dict[str, Any] | None
    job: Job | None = None
    made_at: datetime | None = None
    is_wanted: bool = False
    starts_itself: bool = False

    @property
    def failed(self) -> bool:
        """Whether the last try came to nothing."""
        return self.is_wanted and self.job is not None and self.job.state != Job.State.DONE


def answer(analysis: Analysis) -> Answer:
    """The answer itself; of a large set what is there already, with the state of the work on what is missing."""
    data = analysis.current()
    if data is not None:
        return Answer(data)
    if not analysis.is_large:
        try:
            return Answer(analysis.draw())
        except OperationalError as error:  # while a bulk load is read even a small set may take too long
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            analysis.note_slow()
    last, now = analysis.last(), timezone.now()
    if last and last["made_at"] > now - FRESH:
        return Answer(last["data"])
    shown, made_at = (last["data"], last["made_at"]) if last else (None, None)
    job = analysis.job()
    if job and job.is_open:
        return Answer(shown, job, made_at)
    ended = job.finished_at if job and job.finished_at else None
    if job and ended and job.state != Job.State.DONE and ended > now - REMEMBERED:
        return Answer(shown, job, made_at, is_wanted=True)
    return Answer(shown, None, made_at, is_wanted=True, starts_itself=not ended or ended < now - PAUSE)
