"""More than a cloud, from the same rows: two groups side by side, words used together, weeks, groups that are seldom heard.

Each is a plain dictionary of counts that a page draws and a snapshot keeps. Kept in the cache like a run: under the stamp
of the public sets it was made from.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from apps.accounts.models import AgeBand, District, Relation
from apps.analysis import network
from apps.analysis.models import DictionaryVersion, Term
from apps.analysis.models.counting import (
    FEWEST,
    WordCount,
    count_by_group,
    count_by_week,
    count_together,
    count_words,
    extent_of,
)
from apps.analysis.runs import KEPT, day
from apps.analysis.scope import Choice, Scope
from apps.analysis.statistics import TELLING, log_odds
from apps.consultations.models import Channel

MOST = 2000  # words that are compared
SHOWN = 15
NET_WORDS = 60
WEEK_WORDS = 6
RECENT = timedelta(weeks=4)
GROUPINGS = (("age_band", AgeBand), ("district", District), ("relation", Relation))


def kept(kind: str, scope: Scope, sets: list[Any], make: Callable[[], dict[str, Any]], **asked: Any) -> dict[str, Any]:
    """What was made of these public sets, or made now."""
    stamp = [kind, scope.key, [extent_of(rows).stamp for rows in sets], DictionaryVersion.objects.current()]
    stamp += [str(timezone.localdate()), sorted((name, str(value)) for name, value in asked.items())]
    key = f"words:{hashlib.sha256(json.dumps(stamp).encode()).hexdigest()}"
    found = cache.get(key)
    if not isinstance(found, dict):
        found = make()
        cache.set(key, found, KEPT)
    return found


def facts(scope: Scope, rows: Any) -> dict[str, Any]:
    """What explains the numbers of every page."""
    extent = extent_of(rows)
    return {
        "title": scope.title,
        "proposals": extent.proposals,
        "people": extent.people,
        "first": day(extent.first) if extent.first else "",
        "last": day(extent.last) if extent.last else "",
        "as_of": day(timezone.localdate()),
        "version": DictionaryVersion.objects.current(),
    }


# --- two groups side by side ------------------------------------------------------------------------------------------
def sides(scope: Scope, a: Choice, b: Choice) -> tuple[Any, Any]:
    """Both sets; a side that asks for nothing is everything but the other side."""
    whole = scope.proposals()
    rows_a, rows_b = a.apply(whole), b.apply(whole)
    if a.narrows and not b.narrows:
        rows_b = whole.outside(rows_a)
    if b.narrows and not a.narrows:
        rows_a = whole.outside(rows_b)
    return rows_a, rows_b


def compare(scope: Scope, a: Choice, b: Choice) -> dict[str, Any]:
    """Two groups: their words, and what is distinctive of each (log-odds with a prior, words of five people or more)."""
    rows = sides(scope, a, b)
    only_counts = bool(a.attribute or b.attribute)

    def make() -> dict[str, Any]:
        extents = [extent_of(side) for side in rows]
        made = {"only_counts": only_counts, **facts(scope, scope.proposals())}
        made["sides"] = [{"proposals": e.proposals, "people": e.people} for e in extents]
        if min(extent.people for extent in extents) < FEWEST:
            hidden = [
                {"proposals": None, "people": None} if e.people < FEWEST else side
                for e, side in zip(extents, made["sides"], strict=True)
            ]
            return {**made, "sides": hidden, "too_small": True, "words": [[], []], "contrasts": [[], []]}
        counts = [count_words(side, limit=MOST, fewest=FEWEST if only_counts else 1) for side in rows]
        made["words"] = [[_plain(word) for word in words[:100]] for words in counts]
        made["contrasts"] = _contrasts(counts[0], counts[1], extents[0].proposals, extents[1].proposals)
        return {**made, "too_small": False}

    return kept("compare", scope, list(rows), make, a=a.query, b=b.query)


def _plain(word: WordCount) -> dict[str, Any]:
    return {"word": word.text, "kind": word.kind, "uses": word.uses, "proposals": word.proposals, "people": word.people}


def _contrasts(a: list[WordCount], b: list[WordCount], n_a: int, n_b: int) -> list[list[dict[str, Any]]]:
    """The words that are distinctive of each side; a word must have been used by five people of that side."""
    by_id = {w.term_id: w for w in (*a, *b)}
    people = [{w.term_id: w.people for w in side} for side in (a, b)]
    found = log_odds({w.term_id: w.proposals for w in a}, {w.term_id: w.proposals for w in b}, n_a, n_b)
    left = [c for c in found if c.z >= TELLING and people[0].get(c.word, 0) >= FEWEST]
    right = [c for c in reversed(found) if c.z <= -TELLING and people[1].get(c.word, 0) >= FEWEST]

    def row(c: Any) -> dict[str, Any]:
        return {"word": by_id[c.word].text, "here": c.here, "there": c.there, "z": round(c.z, 1)}

    return [[row(c) for c in left[:SHOWN]], [row(c) for c in right[:SHOWN]]]


# --- words used together ----------------------------------------------------------------------------------------------
def together(scope: Scope, choice: Choice) -> dict[str, Any]:
    """The net of the words that are used most, with groups."""
    rows = choice.apply(scope.proposals())

    def make() -> dict[str, Any]:
        words = count_words(rows, limit=NET_WORDS, by="proposals")
        name = {word.term_id: word.text for word in words}
        made = facts(scope, rows)
        fewest = max(2, min(5, made["proposals"] // 40))
        pairs = [(name[a], name[b], n) for a, b, n in count_together(rows, list(name), fewest=fewest)]
        return {**made, "fewest": fewest, **network.draw(pairs, {word.text: word.proposals for word in words})}

    return kept("together", scope, [rows], make, **choice.query)


# --- weeks ------------------------------------------------------------------------------------------------------------
def weeks(scope: Scope, choice: Choice) -> dict[str, Any]:
    """Proposals of each week with the words that are used most, and the words that rose in the last four weeks."""
    rows = choice.apply(scope.proposals())

    def make() -> dict[str, Any]:
        words = count_words(rows, limit=WEEK_WORDS, by="proposals")
        whole, found = count_by_week(rows, [word.term_id for word in words])
        mondays = _mondays(whole)
        table = [{"word": w.text, "counts": [found.get((w.term_id, monday), 0) for monday in mondays]} for w in words]
        last = extent_of(rows).last
        return {
            **facts(scope, rows),
            "weeks": [f"{monday:%-m/%-d}" for monday in mondays],
            "first_week": day(mondays[0]) if mondays else "",
            "totals": [whole.get(monday, 0) for monday in mondays],
            "table": table,
            "rising": _rising(rows, timezone.localtime(last).date()) if last else [],
        }

    return kept("weeks", scope, [rows], make, **choice.query)


def _mondays(whole: dict[Any, int]) -> list[Any]:
    """Every week from the first to the last, at most the last 26."""
    if not whole:
        return []
    first, last = min(whole), max(whole)
    return [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)][-26:]


def _rising(rows: Any, last: Any) -> list[dict[str, Any]]:
    """Words of the last four weeks against those of the time before."""
    since = last - RECENT + timedelta(days=1)
    late, early = rows.published_between(since, None), rows.published_between(None, since - timedelta(days=1))
    counts = [count_words(side, limit=MOST) for side in (late, early)]
    return _contrasts(counts[0], counts[1], extent_of(late).proposals, extent_of(early).proposals)[0]


# --- groups that are seldom heard -------------------------------------------------------------------------------------
def groups(scope: Scope) -> dict[str, Any]:
    """For each group what is distinctive of it, the smallest groups first; words of voices that few reacted to."""
    whole = scope.proposals()

    def make() -> dict[str, Any]:
        quiet = whole.little_heard()
        return {
            **facts(scope, whole),
            "groupings": [grouping for name, kinds in GROUPINGS if (grouping := _grouping(whole, name, kinds))],
            "channels": _grouping(whole, "channel", Channel),
            "quiet": _distinctive(quiet, whole.outside(quiet)),
            "quiet_count": quiet.count(),
            "quotes": [row.pk for row in whole.spread_out(limit=6)],
        }

    return kept("groups", scope, [whole], make)


def _grouping(whole: Any, name: str, kinds: Any) -> dict[str, Any] | None:
    """The groups of one column with at least five people each; None when fewer than two are large enough."""
    sizes, words = count_by_group(whole, name)
    everyone = sum(n for n, _people in sizes.values())
    all_words: Counter[int] = Counter()
    for counts in words.values():
        all_words.update({term: n for term, (n, _people) in counts.items()})
    found = []
    for value, label in kinds.choices:
        n, people = sizes.get(value, (0, 0))
        if people >= FEWEST:
            rows = _telling(words[value], all_words, n, everyone - n)
            found.append({"label": str(label), "value": value, "proposals": n, "people": people, "words": rows})
    found.sort(key=lambda group: (group["people"], group["label"]))
    return {"name": name, "groups": found} if len(found) > 1 else None


def _telling(here: dict[int, tuple[int, int]], everywhere: Counter[int], n: int, others: int) -> list[dict[str, Any]]:
    """The words that are distinctive of a group and that five of its people used."""
    counts = {term: count for term, (count, _people) in here.items()}
    rest = {term: count - counts.get(term, 0) for term, count in everywhere.items()}
    found = [c for c in log_odds(counts, rest, n, others) if c.z >= TELLING and here.get(c.word, (0, 0))[1] >= FEWEST][
        :8
    ]
    names = Term.objects.in_bulk([c.word for c in found])
    return [{"word": names[c.word].text, "here": c.here, "there": c.there, "z": round(c.z, 1)} for c in found]


def _distinctive(rows: Any, others: Any) -> list[dict[str, Any]]:
    counts = [count_words(side, limit=MOST) for side in (rows, others)]
    return _contrasts(counts[0], counts[1], extent_of(rows).proposals, extent_of(others).proposals)[0][:8]
