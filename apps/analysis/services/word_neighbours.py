"""Find what stands directly before and after a word, and on which days the voices that use it were given."""

import itertools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import Coalesce, TruncDate

from apps.analysis.models import ProposalTerm, Reading, Term, lexicon
from apps.analysis.text import Lexicon
from apps.consultations.models.proposal_queryset import ProposalQuerySet

READ = 2000  # voices that are looked at, the newest
SHOWN = 8  # neighbours on each side
BETWEEN = re.compile("[ぁ-ゖー]{0,3}")  # particles and endings; a comma or full stop parts two words
MOST_WEEKS = 26  # of more weeks months are shown


@dataclass
class Side:
    """The words on one side: in which voices each stands there."""

    voices: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def most_used(self) -> list[tuple[str, int]]:
        """Return (word, voices), the most first."""
        counts = Counter({word: len(ids) for word, ids in self.voices.items()})
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]


@dataclass
class Neighbours:
    """The words directly before and after a word, in the newest voices that use it."""

    before: Side = field(default_factory=Side)
    after: Side = field(default_factory=Side)

    def side(self, name: str) -> Side:
        """Return one side by its name, `before` or `after`."""
        return self.before if name == "before" else self.after

    @property
    def words(self) -> list[str]:
        """Return the words that are shown."""
        return [word for side in (self.before, self.after) for word, _n in side.most_used()]


def neighbours_of(term: Term, proposals: ProposalQuerySet) -> Neighbours:
    """Return what stands beside a word in the newest READ of these proposals that use it."""
    using = proposals.filter(pk__in=ProposalTerm.objects.proposals_using(term)).order_by("-pk")[:READ]
    texts = {pk: f"{title}\n{body}" for pk, title, body in using.values_list("pk", "title", "body")}
    found, known = Neighbours(), lexicon()
    for reading in Reading.objects.filter(proposal__in=list(texts)):
        if reading.is_of(texts[reading.proposal_id]):
            _add(found, reading, texts[reading.proposal_id], term.text, known)
    return found


def _add(found: Neighbours, reading: Reading, text: str, word: str, known: Lexicon) -> None:
    """Add the neighbours of a word in one voice."""
    uses = [(known.joins.get(use[0], use[0]), use[2], use[3]) for use in reading.uses]
    for (left, _start, end), (right, start, _end) in itertools.pairwise(uses):
        if left == right or not BETWEEN.fullmatch(text[end:start]):
            continue
        if right == word and left not in known.left_out:
            found.before.voices[left].add(reading.proposal_id)
        if left == word and right not in known.left_out:
            found.after.voices[right].add(reading.proposal_id)


@dataclass(frozen=True)
class Stretch:
    """A week or month: its first day, how many voices were given in it, and how many of them use the word."""

    first: date
    all: int
    using: int
    is_month: bool


def days_of(term: Term, proposals: ProposalQuerySet) -> list[Stretch]:
    """Return weeks (of many: months) by the day a voice was given: on paper the day it was collected."""
    whole = _by_day(proposals)
    using = _by_day(proposals.filter(pk__in=ProposalTerm.objects.proposals_using(term)))
    by_month = len({_monday(day) for day in whole}) > MOST_WEEKS
    stretches: dict[date, list[int]] = {}
    for place, days in enumerate((whole, using)):
        for day, n in days.items():
            first = day.replace(day=1) if by_month else _monday(day)
            stretches.setdefault(first, [0, 0])[place] += n
    return [Stretch(first, all_, n, by_month) for first, (all_, n) in sorted(stretches.items())]


def _by_day(proposals: ProposalQuerySet) -> dict[date, int]:
    given = proposals.order_by().annotate(given=Coalesce("batch__held_on", TruncDate("published_at")))
    return dict(given.values_list("given").annotate(n=Count("pk")))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
