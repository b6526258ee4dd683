"""Suggest which view answers a passage, and which other letters say something alike, by the pairs of letters they share.

Suggestions only: nothing is placed by them. What words texts share is known to an app above, which reads voices and not opinions.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from apps.core.search import bigrams, is_distinctive, similarity
from apps.public_comments.models import Case, CityView, OpinionPart, OpinionPoint, State

LIKE_A_VIEW = 0.2  # Dice coefficient from which on a view is suggested, as a topic is for a voice
LIKE_AT_ALL = 0.3  # and from which on another letter is shown
SAMPLES = 5  # passages of each view with which others are compared, the newest
LOOKED_THROUGH = 1000  # letters without a point that are compared with one
SHOWN = 5


def telling(text: str) -> frozenset[str]:
    """Return the pairs of letters that say what a text is about: endings and particles are in every text."""
    return frozenset(pair for pair in bigrams(text) if len(pair) == 2 and is_distinctive(pair))


class ViewSuggester:
    """The views of a case with their 概要 and some of their passages, found by pairs of letters."""

    def __init__(self, case: Case) -> None:
        views = {view.pk: view for view in CityView.objects.filter(case=case).order_by("number")}
        self.samples: list[tuple[CityView, int]] = []  # view, number of pairs
        self.index = defaultdict[str, list[int]](list)
        for view in views.values():
            self._add(view, view.summary)
        taken = Counter[int]()
        placed = OpinionPoint.objects.of_case(case).filter(view__isnull=False).order_by("-pk")
        for pk, quote in placed.values_list("view", "quote")[: SAMPLES * 200]:
            taken[pk] += 1
            if taken[pk] <= SAMPLES:
                self._add(views[pk], quote)

    def _add(self, view: CityView, text: str) -> None:
        """Keep the pairs of a text of a view."""
        pairs = telling(text)
        for pair in pairs:
            self.index[pair].append(len(self.samples))
        self.samples.append((view, len(pairs)))

    def suggest(self, text: str) -> CityView | None:
        """Return the view that is most like a text; None below LIKE_A_VIEW."""
        pairs = telling(text)
        shared = Counter[int]()
        for pair in pairs:
            shared.update(self.index.get(pair, ()))
        scores = ((2 * n / (len(pairs) + self.samples[at][1]), -at) for at, n in shared.items())
        score, at = max(scores, default=(0.0, 0))
        return self.samples[-at][0] if score >= LIKE_A_VIEW else None


def alike(parts: Iterable[OpinionPart], case: Case) -> dict[int, list[OpinionPart]]:
    """Return for parts of one letter, by pk, other letters without a point that say something like each, the most alike first."""
    own = {part.pk: set(telling(part.body)) for part in parts}
    letters = {part.opinion_id for part in parts}
    rows = OpinionPart.objects.current().filter(opinion__case=case, opinion__state=State.ACCEPTED, points=None)
    others = rows.exclude(opinion__in=letters).select_related("opinion").order_by("-pk")[:LOOKED_THROUGH]
    pairs = [(other, set(telling(other.body))) for other in others]
    found: dict[int, list[OpinionPart]] = {}
    for pk, words in own.items():
        scored = [(similarity(words, theirs), -other.pk, other) for other, theirs in pairs]
        near = sorted((row for row in scored if row[0] >= LIKE_AT_ALL), key=lambda row: row[:2], reverse=True)
        found[pk] = [other for _score, _pk, other in near[:SHOWN]]
    return found
