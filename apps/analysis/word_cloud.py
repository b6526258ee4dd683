"""One run of a cloud: what was counted and drawn, with everything that explains it. Page, picture and files are the same run.

A run is kept in the cache under the stamp of the public set that it was made from. When a proposal comes, is hidden or is
read anew the stamp is another, so what was hidden is in no picture that is served. Nothing is written to the database.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.analysis import count_cache
from apps.analysis.cloud_layout import PHONE, WIDE, Layout, lay_out
from apps.analysis.models import DictionaryVersion, StopWord, Synonym
from apps.analysis.models.counting import FEWEST, Extent, WordCount, count_proposals, count_words, extent_of
from apps.analysis.scope import Choice, Scope
from apps.analysis.statistics import log_odds

WORDS = 1000  # in CSV and JSON; the table shows the first of them
TABLE = 150
KEPT = 24 * 3600
MEASURES = {
    "uses": gettext_lazy("使われた回数"),
    "proposals": gettext_lazy("使った意見の数"),
    "distinct": gettext_lazy("特徴度"),
}
DISCLAIMER = gettext_lazy("語の使われた回数であり、市民全体の意見を代表するものではありません。")


@dataclass(frozen=True)
class Run:
    """A counted and drawn set of words."""

    title: str
    words: tuple[WordCount, ...]
    scores: dict[int, float]
    wide: Layout
    phone: Layout
    extent: Extent
    version: int
    as_of: date
    measure: str
    is_small: bool  # a group of persons too small to be shown
    only_counts: bool  # a group of persons: counts without links, sentences or quotes
    left_out: int = 0  # words that the city leaves out
    joined: int = 0  # spellings that the city counts as another

    @property
    def table(self) -> list[dict[str, Any]]:
        """The first words with their share of the proposals."""
        n = max(self.extent.proposals, 1)
        return [
            {"word": word, "share": round(word.proposals * 100 / n, 1), "score": self.scores.get(word.term_id)}
            for word in self.words[:TABLE]
        ]

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """From when to when; of a group of persons it would tell who wrote on the first and on the last day."""
        first, last = self.extent.first, self.extent.last
        return None if self.only_counts or first is None or last is None else (first, last)

    @property
    def weights(self) -> list[tuple[str, str, float]]:
        """What is drawn."""
        return weights_of(self.words, self.scores, self.measure)

    @property
    def lines(self) -> list[str]:
        """What is printed on the picture: how many, from when to when, as of when, by which dictionary, what was left
        out or joined, and what it is not."""
        how_many = {"n": self.extent.proposals, "people": self.extent.people}
        parts = [_("5人に満たないため、表示しません") if self.is_small else _("意見%(n)d件（%(people)d人）") % how_many]
        if self.period:
            first, last = (day(moment) for moment in self.period)
            parts.append(first if first == last else f"{first}〜{last}")
        parts.append(_("%(day)s時点") % {"day": day(self.as_of)})
        parts.append(_("辞書 第%(n)d版") % {"n": self.version})
        rule = _("大きさは%(measure)s。同じ語は1件の意見で3回、1人で5回まで数えています。") % {
            "measure": MEASURES[self.measure]
        }
        decided = _("市の辞書で%(out)d語を除き、%(joined)d語をほかの書き方とまとめています。") % {
            "out": self.left_out,
            "joined": self.joined,
        }
        return ["・".join(parts), rule, *([decided] if self.left_out or self.joined else []), str(DISCLAIMER)]

    def to_payload(self) -> dict[str, Any]:
        """The counts as they are kept in a snapshot: no sentence, no layout."""
        extent = {
            name: str(value or "") if name in {"first", "last"} else value for name, value in vars(self.extent).items()
        }
        return {
            "title": self.title,
            "words": [list(vars(word).values()) for word in self.words],
            "scores": {str(term): score for term, score in self.scores.items()},
            "extent": extent,
            "version": self.version,
            "as_of": self.as_of.isoformat(),
            "measure": self.measure,
            "only_counts": self.only_counts,
            "left_out": self.left_out,
            "joined": self.joined,
        }

    @classmethod
    def from_payload(cls, kept: dict[str, Any]) -> "Run":
        """The run of a snapshot, drawn again from its counts: the same words give the same picture."""
        words = [WordCount(*row) for row in kept["words"]]
        scores = {int(term): score for term, score in kept["scores"].items()}
        weights = weights_of(words, scores, kept["measure"])
        moments = {
            name: parse_datetime(kept["extent"][name]) if kept["extent"][name] else None for name in ("first", "last")
        }
        return cls(
            title=kept["title"],
            words=tuple(words),
            scores=scores,
            wide=lay_out(weights, WIDE),
            phone=lay_out(weights, PHONE),
            extent=Extent(**{**kept["extent"], **moments}),
            version=kept["version"],
            as_of=date.fromisoformat(kept["as_of"]),
            measure=kept["measure"],
            is_small=False,
            only_counts=kept["only_counts"],
            left_out=kept.get("left_out", 0),
            joined=kept.get("joined", 0),
        )

    @property
    def note(self) -> str:
        """A sentence about what is not in it yet."""
        n = self.extent.unread
        return ngettext("いま%(n)d件を読み取っています。", "いま%(n)d件を読み取っています。", n) % {"n": n} if n else ""


def day(value: Any) -> str:
    """A day as it is printed beside figures."""
    local = timezone.localtime(value).date() if hasattr(value, "hour") else value
    return date_format(local, _("Y年n月j日"))


def weights_of(words: Any, scores: dict[int, float], measure: str) -> list[tuple[str, str, float]]:
    """Words with their kind and weight."""
    if measure == "distinct":
        return [(w.text, w.kind, scores[w.term_id]) for w in words if scores.get(w.term_id, 0) > 0]
    return [(w.text, w.kind, float(w.proposals if measure == "proposals" else w.uses)) for w in words]


def run_of(scope: Scope, choice: Choice) -> Run:
    """The run of a scope and choice: from the cache while the public set is the same, else counted and drawn now."""
    rows = choice.apply(scope.proposals())
    extent, version, today = extent_of(rows), DictionaryVersion.objects.current(), timezone.localdate()
    stamp = [scope.key, sorted((k, str(v)) for k, v in choice.query.items()), extent.stamp, version, str(today)]
    if choice.measure == "distinct":
        stamp.append(extent_of(scope.others(choice)).stamp)
    key = "cloud:" + hashlib.sha256(json.dumps(stamp).encode()).hexdigest()
    kept = cache.get(key)
    if isinstance(kept, Run):
        return kept
    made = _draw(scope, choice, rows, extent, version, today)
    cache.set(key, made, KEPT)
    if extent.proposals >= count_cache.FROM:
        cache.set(_last_key(scope, choice), made, KEPT)
    return made


def last_run(scope: Scope, choice: Choice) -> Run | None:
    """The last one of a large set, for a moment in which the database is too busy to count; None when there is none.

    Newer voices may be missing. When something that it counted was hidden, withdrawn or changed since, it is not shown.
    """
    kept = cache.get(_last_key(scope, choice))
    if not isinstance(kept, Run) or kept.version != DictionaryVersion.objects.current():
        return None
    then = extent_of(choice.apply(scope.proposals()), until=kept.extent.last)
    return kept if then.stamp == kept.extent.stamp else None


def _last_key(scope: Scope, choice: Choice) -> str:
    return "cloud-last:" + hashlib.sha256(f"{_question(scope, choice)}{choice.measure}".encode()).hexdigest()


def _draw(scope: Scope, choice: Choice, rows: Any, extent: Extent, version: int, today: date) -> Run:
    only_counts = bool(choice.attribute)
    is_small = only_counts and extent.people < FEWEST
    words, scores = list[WordCount](), dict[int, float]()
    if not is_small:
        by = "proposals" if choice.measure == "proposals" else "uses"
        words = (
            count_words(rows, limit=WORDS, by=by, fewest=FEWEST)
            if only_counts
            else count_cache.words_of(_question(scope, choice), rows, extent, version, by=by, limit=WORDS)
        )
    if words and choice.measure == "distinct":
        words, scores = _by_distinction(words, scope.others(choice), extent)
    weights = weights_of(words, scores, choice.measure)
    return Run(
        title=scope.title,
        words=tuple(words),
        scores=scores,
        wide=lay_out(weights, WIDE),
        phone=lay_out(weights, PHONE),
        extent=extent,
        version=version,
        as_of=today,
        measure=choice.measure,
        is_small=is_small,
        only_counts=only_counts,
        left_out=StopWord.objects.count(),
        joined=Synonym.objects.count(),
    )


def _question(scope: Scope, choice: Choice) -> str:
    """What is counted, whatever it is measured by."""
    return json.dumps([scope.key, sorted((k, str(v)) for k, v in choice.query.items() if k != "measure")])


def _by_distinction(words: list[WordCount], others: Any, extent: Extent) -> tuple[list[WordCount], dict[int, float]]:
    """The words that at least two people used here, most distinctive first, with their scores."""
    there = {term: n for term, _text, n in count_proposals(others, terms=[w.term_id for w in words])}
    here = {w.term_id: w.proposals for w in words if w.people > 1}
    contrasts = log_odds(here, there, extent.proposals, extent_of(others).proposals)
    by_id = {w.term_id: w for w in words}
    order = [c for c in contrasts if c.word in here and c.z > 0]
    return [by_id[c.word] for c in order], {c.word: round(c.z, 2) for c in order}
