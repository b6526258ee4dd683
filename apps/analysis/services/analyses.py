"""Define the analyses beside the word cloud: comparison of two groups, co-occurrence network, weekly trend, groups.

Each returns an `Analysis` whose data is a JSON-like dictionary that a page draws and a snapshot stores. It is cached under
a key made from the public sets that it counts.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import AgeBand, District, Relation
from apps.analysis import network
from apps.analysis.models import DictionaryVersion, Term
from apps.analysis.services.background_analyses import Analysis, Progress
from apps.analysis.services.counting import (
    FEWEST,
    WordCount,
    count_by_group,
    count_by_week,
    count_proposals,
    count_together,
    count_words,
    extent_of,
)
from apps.analysis.services.question_words import untelling_words
from apps.analysis.services.scope import Scope, WordFilter, without
from apps.analysis.statistics import SIGNIFICANT, Contrast, log_odds
from apps.consultations.models import Channel
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.types import JsonObject

MOST = 2000  # words that are compared
SHOWN = 15
NET_WORDS = 60
SMALLEST_NET = 6  # words; with fewer left the common ones stay in
WEEK_WORDS = 6
RECENT = timedelta(weeks=4)
GROUPINGS: tuple[tuple[str, type[TextChoices]], ...] = (
    ("age_band", AgeBand),
    ("district", District),
    ("relation", Relation),
)
CHANNELS: tuple[str, type[TextChoices]] = ("channel", Channel)


def facts(scope: Scope, rows: ProposalQuerySet) -> JsonObject:
    """Return what explains the numbers of a page. Dates are ISO strings: each reader sees them in their own language."""
    extent = extent_of(rows)
    return {
        "title": scope.title,
        "proposals": extent.proposals,
        "people": extent.people,
        "first": timezone.localtime(extent.first).date().isoformat() if extent.first else "",
        "last": timezone.localtime(extent.last).date().isoformat() if extent.last else "",
        "as_of": timezone.localdate().isoformat(),
        "version": DictionaryVersion.objects.current(),
    }


# --- two groups side by side ------------------------------------------------------------------------------------------
def sides(scope: Scope, a: WordFilter, b: WordFilter) -> tuple[ProposalQuerySet, ProposalQuerySet]:
    """Return both sets of proposals; a side without conditions is everything but the other side."""
    whole = scope.proposals()
    rows_a, rows_b = a.apply(whole), b.apply(whole)
    if a.narrows and not b.narrows:
        rows_b = without(whole, rows_a)
    if b.narrows and not a.narrows:
        rows_a = without(whole, rows_b)
    return rows_a, rows_b


def compare(scope: Scope, a: WordFilter, b: WordFilter) -> Analysis:
    """Compare two groups: their words, and those distinctive of each (log-odds with a prior, used by FEWEST people)."""
    rows = sides(scope, a, b)
    only_counts = bool(a.attribute or b.attribute)

    def make(progress: Progress) -> JsonObject:
        progress(0, 3, _("意見の数を調べています。"))
        extents = [extent_of(side) for side in rows]
        result = {"only_counts": only_counts, **facts(scope, scope.proposals())}
        result["sides"] = [{"proposals": e.proposals, "people": e.people} for e in extents]
        if min(extent.people for extent in extents) < FEWEST:
            hidden = [
                {"proposals": None, "people": None} if e.people < FEWEST else side
                for e, side in zip(extents, result["sides"], strict=True)
            ]
            return {**result, "sides": hidden, "too_small": True, "words": [[], []], "contrasts": [[], []]}
        counts = []
        for number, side in enumerate(rows, start=1):
            progress(number, 3, _("%(n)dつめのグループのことばを数えています。") % {"n": number})
            counted = count_words(side, limit=MOST, fewest=FEWEST if only_counts else 1)
            counts.append([word for word in counted if word.text not in scope.left_out])
        result["words"] = [[_plain(word) for word in words[:100]] for words in counts]
        result["contrasts"] = _contrasts(counts[0], counts[1], extents[0].proposals, extents[1].proposals)
        return {**result, "too_small": False}

    return Analysis("compare", scope, (a, b), rows, make)


def _plain(word: WordCount) -> JsonObject:
    return {"word": word.text, "kind": word.kind, "uses": word.uses, "proposals": word.proposals, "people": word.people}


def _contrasts(a: list[WordCount], b: list[WordCount], n_a: int, n_b: int) -> list[list[JsonObject]]:
    """Return the distinctive words of each side; FEWEST people of that side must have used a word."""
    by_id = {w.term_id: w for w in (*a, *b)}
    people = [{w.term_id: w.people for w in side} for side in (a, b)]
    contrasts = log_odds({w.term_id: w.proposals for w in a}, {w.term_id: w.proposals for w in b}, n_a, n_b)
    left = [c for c in contrasts if c.z >= SIGNIFICANT and people[0].get(c.word, 0) >= FEWEST]
    right = [c for c in reversed(contrasts) if c.z <= -SIGNIFICANT and people[1].get(c.word, 0) >= FEWEST]

    def row(c: Contrast) -> JsonObject:
        return {"word": by_id[c.word].text, "here": c.here, "there": c.there, "z": round(c.z, 1)}

    return [[row(c) for c in left[:SHOWN]], [row(c) for c in right[:SHOWN]]]


# --- words used together ----------------------------------------------------------------------------------------------
def together(scope: Scope, word_filter: WordFilter) -> Analysis:
    """Return the co-occurrence network of the most used words, with communities."""
    rows = word_filter.apply(scope.proposals())

    def make(progress: Progress) -> JsonObject:
        progress(0, 3, _("よく使われたことばを数えています。"))
        result = facts(scope, rows)
        words, left_out = _telling(scope, count_proposals(rows, limit=2 * NET_WORDS), result["proposals"])
        name = {term: word for term, word, _n in words}
        progress(1, 3, _("いっしょに使われたことばの組を数えています。"))
        fewest = max(2, min(5, result["proposals"] // 40))
        pairs = [(name[a], name[b], n) for a, b, n in count_together(rows, list(name), fewest=fewest)]
        progress(2, 3, _("図を描いています。"))
        drawing = network.draw(pairs, {word: n for _term, word, n in words})
        return {**result, "fewest": fewest, "left_out": left_out, **drawing}

    return Analysis("network", scope, (word_filter,), (rows,), make)


def _telling(
    scope: Scope, counts: list[tuple[int, str, int]], proposals: int
) -> tuple[list[tuple[int, str, int]], list[str]]:
    """Return the first NET_WORDS that tell voices apart, and the words left out for that: of the theme and too common ones.

    counts: (id, word, proposals), most used first.
    """
    asked = untelling_words(scope, [(word, n) for _term, word, n in counts], proposals)
    shown = [row for row in counts if row[1] not in scope.left_out]
    kept = [row for row in shown if row[1] not in asked][:NET_WORDS]
    if len(kept) < SMALLEST_NET:
        return shown[:NET_WORDS], []
    return kept, [word for _term, word, _n in shown[:NET_WORDS] if word in asked]


# --- weeks ------------------------------------------------------------------------------------------------------------
def weeks(scope: Scope, word_filter: WordFilter) -> Analysis:
    """Count proposals and the most used words per week, and find the words that rose in the last RECENT."""
    rows = word_filter.apply(scope.proposals())

    def make(progress: Progress) -> JsonObject:
        progress(0, 3, _("よく使われたことばを数えています。"))
        counted = count_proposals(rows, limit=WEEK_WORDS + len(scope.left_out))
        words = [row for row in counted if row[1] not in scope.left_out][:WEEK_WORDS]
        progress(1, 3, _("週ごとに数えています。"))
        whole, counts_by_week = count_by_week(rows, [term for term, _word, _n in words])
        mondays = _mondays(whole)
        table = [
            {"word": word, "counts": [counts_by_week.get((term, monday), 0) for monday in mondays]}
            for term, word, _n in words
        ]
        last = extent_of(rows).last
        progress(2, 3, _("増えたことばを調べています。"))
        return {
            **facts(scope, rows),
            "weeks": [f"{monday:%-m/%-d}" for monday in mondays],
            "first_week": mondays[0].isoformat() if mondays else "",
            "totals": [whole.get(monday, 0) for monday in mondays],
            "table": table,
            "rising": _without(scope, _rising(rows, timezone.localtime(last).date())) if last else [],
        }

    return Analysis("weeks", scope, (word_filter,), (rows,), make)


def _without(scope: Scope, rows: list[JsonObject]) -> list[JsonObject]:
    """Return the rows without the stop words of the theme."""
    return [row for row in rows if row["word"] not in scope.left_out]


def _mondays(whole: dict[date, int]) -> list[date]:
    """Return the Mondays from the first week to the last, at most the last 26."""
    if not whole:
        return []
    first, last = min(whole), max(whole)
    return [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)][-26:]


def _rising(rows: ProposalQuerySet, last: date) -> list[JsonObject]:
    """Return the words distinctive of the last RECENT, against the time before."""
    since = last - RECENT + timedelta(days=1)
    late, early = rows.published_between(since, None), rows.published_between(None, since - timedelta(days=1))
    counts = [count_words(side, limit=MOST) for side in (late, early)]
    return _contrasts(counts[0], counts[1], extent_of(late).proposals, extent_of(early).proposals)[0]


# --- groups that are seldom heard -------------------------------------------------------------------------------------
def groups(scope: Scope) -> Analysis:
    """Find the distinctive words of each group, smallest groups first, and of proposals with few reactions."""
    whole = scope.proposals()

    def make(progress: Progress) -> JsonObject:
        groupings = []
        for number, (name, kinds) in enumerate((*GROUPINGS, CHANNELS)):
            progress(number, 5, _("グループごとのことばを数えています。"))
            groupings.append(_grouping(scope, whole, name, kinds))
        progress(4, 5, _("反応の少ない意見のことばを数えています。"))
        quiet = whole.little_heard()
        return {
            **facts(scope, whole),
            "groupings": [grouping for grouping in groupings[:-1] if grouping],
            "channels": groupings[-1],
            "quiet": _without(scope, _distinctive(quiet, without(whole, quiet))),
            "quiet_count": quiet.count(),
            "quotes": [row.pk for row in whole.spread_out(limit=6)],
        }

    return Analysis("groups", scope, (), (whole,), make)


def _grouping(scope: Scope, whole: ProposalQuerySet, name: str, kinds: type[TextChoices]) -> JsonObject | None:
    """Return the groups of one column with at least FEWEST people each; None if fewer than two are large enough."""
    sizes, words = count_by_group(whole, name)
    everyone = sum(n for n, _people in sizes.values())
    all_words: Counter[int] = Counter()
    for counts in words.values():
        all_words.update({term: n for term, (n, _people) in counts.items()})
    groups = []
    for value in kinds.values:
        n, people = sizes.get(value, (0, 0))
        if people >= FEWEST:
            rows = _without(scope, _distinctive_words(words[value], all_words, n, everyone - n))
            groups.append({"value": value, "proposals": n, "people": people, "words": rows})
    groups.sort(key=lambda group: (group["people"], group["value"]))
    return {"name": name, "groups": groups} if len(groups) > 1 else None


def _distinctive_words(
    here: dict[int, tuple[int, int]], everywhere: Counter[int], n: int, others: int
) -> list[JsonObject]:
    """Return at most eight words that are distinctive of a group and that FEWEST of its people used."""
    counts = {term: count for term, (count, _people) in here.items()}
    rest = {term: count - counts.get(term, 0) for term, count in everywhere.items()}
    contrasts = [
        c for c in log_odds(counts, rest, n, others) if c.z >= SIGNIFICANT and here.get(c.word, (0, 0))[1] >= FEWEST
    ][:8]
    names = Term.objects.in_bulk([c.word for c in contrasts])
    return [{"word": names[c.word].text, "here": c.here, "there": c.there, "z": round(c.z, 1)} for c in contrasts]


def _distinctive(rows: ProposalQuerySet, others: ProposalQuerySet) -> list[JsonObject]:
    counts = [count_words(side, limit=MOST) for side in (rows, others)]
    return _contrasts(counts[0], counts[1], extent_of(rows).proposals, extent_of(others).proposals)[0][:8]


ANALYSES: dict[str, Callable[..., Analysis]] = {
    "compare": compare,
    "network": together,
    "weeks": weeks,
    "groups": groups,
}  # by the URL names of their pages
