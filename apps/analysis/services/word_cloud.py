"""Count and lay out the word cloud. Page, picture and files of a filter come from the same cached result.

The cache key holds the stamp of the public set, which changes when a proposal is added, hidden or reread: what was hidden
is in nothing that is served afterwards. Nothing is written to the database.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.analysis.cloud_layout import PHONE, WIDE, Layout, lay_out
from apps.analysis.models import DictionaryVersion, StopWord, Synonym
from apps.analysis.services import count_cache
from apps.analysis.services.counting import (
    FEWEST,
    Extent,
    WordCount,
    count_negated,
    count_proposals,
    count_words,
    extent_of,
)
from apps.analysis.services.families import Family, families_of
from apps.analysis.services.scope import Scope, WordFilter
from apps.analysis.statistics import log_odds
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.date_formats import era_day
from apps.core.types import JsonObject

MAX_WORDS = 1000  # in CSV and JSON; the table shows the first TABLE_ROWS
TABLE_ROWS = 150
CACHE_SECONDS = 24 * 3600
MEASURES = {
    "uses": gettext_lazy("使われた回数"),
    "proposals": gettext_lazy("使った意見の数"),
    "distinct": gettext_lazy("特徴度"),
    "families": gettext_lazy("ことばのまとまり"),
}
DISCLAIMER = gettext_lazy("語の使われた回数であり、市民全体の意見を代表するものではありません。")


@dataclass(frozen=True)
class CloudResult:
    """Counted words with both layouts, and what explains the numbers."""

    title: str
    words: tuple[WordCount, ...]
    scores: dict[int, float]
    wide: Layout
    phone: Layout
    extent: Extent
    version: int
    as_of: date
    measure: str
    is_small: bool  # filtered by an attribute, and fewer than FEWEST people
    only_counts: bool  # filtered by an attribute: counts without links or quotes
    left_out: int = 0  # number of stop words
    joined: int = 0  # number of synonyms
    negated: tuple[tuple[int, str, int], ...] = ()  # as count_negated returns them
    families: tuple[Family, ...] = ()  # with the measure "families", of the same words
    copies: int = 0  # proposals whose text is nearly the same as another's
    copied_texts: int = 0  # and how many texts those are

    @property
    def table(self) -> list[JsonObject]:
        """Return the first TABLE_ROWS words with their share of the proposals in percent and their score."""
        n, negated = max(self.extent.proposals, 1), self.negated_by_word
        members = {family.head.term_id: family.members for family in self.families}
        return [
            {
                "word": word,
                "share": round(word.proposals * 100 / n, 1),
                "score": self.scores.get(word.term_id),
                "negation": negated.get(word.term_id, ("", 0)),
                "members": members.get(word.term_id, ()),
            }
            for word in self.words[:TABLE_ROWS]
        ]

    @property
    def family_heads(self) -> list[str]:
        """Return the words that stand for a family; in a snapshot, which does not keep members, for all of them."""
        if self.measure == "families" and not self.families:
            return [word.text for word in self.words]
        return [family.head.text for family in self.families]

    @property
    def negated_by_word(self) -> dict[int, tuple[str, int]]:
        """Return by term id the commonest negation of a word, and how many proposals negate it."""
        return {term: (text, n) for term, text, n in self.negated}

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """Return the first and last moment; None if filtered by an attribute, where it would reveal who wrote then."""
        first, last = self.extent.first, self.extent.last
        return None if self.only_counts or first is None or last is None else (first, last)

    @property
    def weights(self) -> list[tuple[str, str, float]]:
        """Return (text, kind, weight) of the words to draw."""
        return weights_of(self.words, self.scores, self.measure)

    @property
    def lines(self) -> list[str]:
        """Return the lines of text that explain the picture: numbers, period, date, dictionary version, disclaimer."""
        how_many = {"n": self.extent.proposals, "people": self.extent.people}
        parts = [_("5人に満たないため、表示しません") if self.is_small else _("意見%(n)d件（%(people)d人）") % how_many]
        if self.period:
            first, last = (day(moment) for moment in self.period)
            parts.append(first if first == last else f"{first}〜{last}")
        parts.append(_("%(day)s時点") % {"day": day(self.as_of)})
        parts.append(_("辞書 第%(n)d版") % {"n": self.version})
        rule = (
            _("大きさは、同じことばを含む語をまとめて数えた意見の数。1件の意見は、まとまりごとに1回数えています。")
            if self.measure == "families"
            else _("大きさは%(measure)s。同じ語は1件の意見で3回、1人で5回まで数えています。")
            % {"measure": MEASURES[self.measure]}
        )
        dictionary = _("市の辞書で%(out)d語を除き、%(joined)d語をほかの書き方とまとめています。") % {
            "out": self.left_out,
            "joined": self.joined,
        }
        return ["・".join(parts), rule, *([dictionary] if self.left_out or self.joined else []), str(DISCLAIMER)]

    def to_payload(self) -> dict[str, object]:
        """Return the counts as JSON for a snapshot, without layouts and quotes."""
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
            "negated": [list(row) for row in self.negated],
        }

    @classmethod
    def from_payload(cls, payload: JsonObject) -> "CloudResult":
        """Rebuild the result from a snapshot's payload; the layout is deterministic."""
        words = [WordCount(*row) for row in payload["words"]]
        scores = {int(term): score for term, score in payload["scores"].items()}
        weights = weights_of(words, scores, payload["measure"])
        moments = {
            name: parse_datetime(payload["extent"][name]) if payload["extent"][name] else None
            for name in ("first", "last")
        }
        return cls(
            title=payload["title"],
            words=tuple(words),
            scores=scores,
            wide=lay_out(weights, WIDE),
            phone=lay_out(weights, PHONE),
            extent=Extent(**{**payload["extent"], **moments}),
            version=payload["version"],
            as_of=date.fromisoformat(payload["as_of"]),
            measure=payload["measure"],
            is_small=False,
            only_counts=payload["only_counts"],
            left_out=payload.get("left_out", 0),
            joined=payload.get("joined", 0),
            negated=tuple((term, text, n) for term, text, n in payload.get("negated", ())),
        )

    @property
    def note(self) -> str:
        """Return a sentence about proposals that are not read yet; empty if there are none."""
        n = self.extent.unread
        return ngettext("いま%(n)d件を読み取っています。", "いま%(n)d件を読み取っています。", n) % {"n": n} if n else ""


def day(value: date | datetime) -> str:
    """Return a date or datetime as 令和8年7月1日, in local time."""
    return era_day(value)


def weights_of(words: Iterable[WordCount], scores: dict[int, float], measure: str) -> list[tuple[str, str, float]]:
    """Return (text, kind, weight) by the measure; with "distinct" only words with a positive score."""
    if measure == "distinct":
        return [(w.text, w.kind, scores[w.term_id]) for w in words if scores.get(w.term_id, 0) > 0]
    by_proposals = measure in {"proposals", "families"}
    return [(w.text, w.kind, float(w.proposals if by_proposals else w.uses)) for w in words]


def cloud_for(scope: Scope, word_filter: WordFilter) -> CloudResult:
    """Return the cloud of a scope and filter, from the cache while the public set is the same."""
    rows = word_filter.apply(scope.proposals())
    extent, version, today = extent_of(rows), DictionaryVersion.objects.current(), timezone.localdate()
    key_parts = [
        scope.key,
        sorted((k, str(v)) for k, v in word_filter.query.items()),
        extent.stamp,
        version,
        str(today),
    ]
    if word_filter.measure == "distinct":
        key_parts.append(extent_of(scope.others(word_filter)).stamp)
    key = "word-cloud:" + hashlib.sha256(json.dumps(key_parts).encode()).hexdigest()
    cached = cache.get(key)
    if isinstance(cached, CloudResult):
        return cached
    result = _build(scope, word_filter, rows, extent, version, today)
    cache.set(key, result, CACHE_SECONDS)
    if extent.proposals >= count_cache.MIN_PROPOSALS:
        cache.set(_last_key(scope, word_filter), result, CACHE_SECONDS)
    return result


def last_cloud(scope: Scope, word_filter: WordFilter) -> CloudResult | None:
    """Return the last cloud of a large set, as a fallback after a statement timeout, or None.

    Newer proposals may be missing. It is invalid once a proposal that it counted was hidden, withdrawn or changed.
    """
    last = cache.get(_last_key(scope, word_filter))
    if not isinstance(last, CloudResult) or last.version != DictionaryVersion.objects.current():
        return None
    then = extent_of(word_filter.apply(scope.proposals()), until=last.extent.last)
    return last if then.stamp == last.extent.stamp else None


def _last_key(scope: Scope, word_filter: WordFilter) -> str:
    return (
        "word-cloud-last:"
        + hashlib.sha256(f"{_question_key(scope, word_filter)}{word_filter.measure}".encode()).hexdigest()
    )


def _build(
    scope: Scope, word_filter: WordFilter, rows: ProposalQuerySet, extent: Extent, version: int, today: date
) -> CloudResult:
    only_counts = bool(word_filter.attribute)
    is_small = only_counts and extent.people < FEWEST
    words, scores = list[WordCount](), dict[int, float]()
    if not is_small:
        by = "proposals" if word_filter.measure in {"proposals", "families"} else "uses"
        words = (
            count_words(rows, limit=MAX_WORDS, by=by, fewest=FEWEST)
            if only_counts
            else count_cache.words_of(_question_key(scope, word_filter), rows, extent, version, by=by, limit=MAX_WORDS)
        )
    words = [word for word in words if word.text not in scope.left_out]
    if words and word_filter.measure == "distinct":
        words, scores = _by_distinction(words, scope.others(word_filter), extent)
    families = families_of(rows, words, but=scope.left_out) if words and word_filter.measure == "families" else []
    words = [family.head for family in families] or words
    weights = weights_of(words, scores, word_filter.measure)
    copies, copied_texts = (0, 0) if only_counts else rows.count_copies()
    return CloudResult(
        title=scope.title,
        words=tuple(words),
        scores=scores,
        wide=lay_out(weights, WIDE),
        phone=lay_out(weights, PHONE),
        extent=extent,
        version=version,
        as_of=today,
        measure=word_filter.measure,
        is_small=is_small,
        only_counts=only_counts,
        left_out=StopWord.objects.count() + len(scope.left_out),
        joined=Synonym.objects.counted().count(),
        families=tuple(family for family in families if family.members),
        copies=copies,
        copied_texts=copied_texts,
        negated=tuple(count_negated(rows, words, fewest=FEWEST if only_counts else 1)) if words else (),
    )


def _question_key(scope: Scope, word_filter: WordFilter) -> str:
    """Return the key of scope and filter, without the measure."""
    return json.dumps([scope.key, sorted((k, str(v)) for k, v in word_filter.query.items() if k != "measure")])


def _by_distinction(
    words: list[WordCount], others: ProposalQuerySet, extent: Extent
) -> tuple[list[WordCount], dict[int, float]]:
    """Return the words that at least two people used, most distinctive first, and their scores by term id."""
    there = {term: n for term, _text, n in count_proposals(others, terms=[w.term_id for w in words])}
    here = {w.term_id: w.proposals for w in words if w.people > 1}
    contrasts = log_odds(here, there, extent.proposals, extent_of(others).proposals)
    by_id = {w.term_id: w for w in words}
    order = [c for c in contrasts if c.word in here and c.z > 0]
    return [by_id[c.word] for c in order], {c.word: round(c.z, 2) for c in order}
