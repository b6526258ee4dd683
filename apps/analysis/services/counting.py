"""Count words in SQL over what was read (ProposalTerm), for any QuerySet of public proposals.

A word counts at most three times per proposal and five times per author, so that nobody dominates a cloud. A proposal
without an author's account (paper, 窓口, imported) counts as a person of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from apps.analysis.models import Term
from apps.analysis.negation import negations
from apps.consultations.models.proposal import Proposal
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.sql import subquery

PER_PERSON = 5
ROOM = "SET LOCAL work_mem = '64MB'"  # to sum a million counts in memory instead of on disk
FEWEST = 5  # people; smaller groups are shown in no breakdown


@dataclass(frozen=True)
class WordCount:
    """A word with its number of uses (capped), proposals and people."""

    term_id: int
    text: str
    kind: str
    uses: int
    proposals: int
    people: int


@dataclass(frozen=True)
class Extent:
    """The size of a set of proposals, its period, how many are read, and its stamp (changes whenever the set does)."""

    proposals: int
    people: int
    first: datetime | None
    last: datetime | None
    read: int
    stamp: str

    @property
    def unread(self) -> int:
        """Return how many are not counted yet."""
        return self.proposals - self.read


CHOSEN = """chosen AS MATERIALIZED (
  SELECT p.id, coalesce(p.author_id, -p.id) AS person, p.published_at FROM ({sql}) p(id, author_id, published_at)
)"""
COUNT = """
WITH {chosen}, per_person AS (
  SELECT pt.term_id, c.person, least(sum(pt.n), {cap})::int AS uses, count(*)::int AS proposals
  FROM analysis_proposalterm pt JOIN chosen c ON c.id = pt.proposal_id {only} GROUP BY 1, 2
), counted AS (
  SELECT term_id, sum(uses)::int AS uses, sum(proposals)::int AS proposals, count(*)::int AS people
  FROM per_person GROUP BY 1 HAVING count(*) >= %s
)
SELECT t.id, t.text, t.kind, n.uses, n.proposals, n.people FROM counted n JOIN analysis_term t ON t.id = n.term_id
ORDER BY {order} DESC, n.proposals DESC, t.text COLLATE "C" LIMIT %s
"""
USED = """
WITH {chosen}, counted AS (
  SELECT pt.term_id, count(*)::int AS proposals
  FROM analysis_proposalterm pt JOIN chosen c ON c.id = pt.proposal_id {only} GROUP BY 1
)
SELECT t.id, t.text, n.proposals FROM counted n JOIN analysis_term t ON t.id = n.term_id
ORDER BY n.proposals DESC, t.text COLLATE "C" LIMIT %s
"""
EXTENT = """
WITH {chosen}, counted AS NOT MATERIALIZED (
  SELECT * FROM chosen WHERE %s::timestamptz IS NULL OR published_at <= %s
)
SELECT count(*), (SELECT count(*) FROM (SELECT FROM counted GROUP BY person) people), min(c.published_at), max(c.published_at),
  count(r.read_at) FILTER (WHERE d.proposal_id IS NULL),
  coalesce(bit_xor(hashint8extended(c.id, 7)), 0), max(r.read_at)
FROM counted c LEFT JOIN analysis_reading r ON r.proposal_id = c.id LEFT JOIN analysis_due d ON d.proposal_id = c.id
"""
WEEKS = """
WITH {chosen}
SELECT pt.term_id, date_trunc('week', c.published_at AT TIME ZONE 'Asia/Tokyo')::date AS week, count(*)::int
FROM analysis_proposalterm pt JOIN chosen c ON c.id = pt.proposal_id WHERE pt.term_id = ANY(%s) GROUP BY 1, 2
"""
ALL_WEEKS = """
WITH {chosen}
SELECT date_trunc('week', published_at AT TIME ZONE 'Asia/Tokyo')::date AS week, count(*)::int FROM chosen GROUP BY 1
"""
# Proposal by proposal, without a join of the words with themselves: while a bulk load is read the database knows nothing
# yet of how many words there are, and would compare every one with every other.
TOGETHER = """
WITH {chosen}, used AS (
  SELECT pt.proposal_id, pt.term_id FROM analysis_proposalterm pt JOIN chosen c ON c.id = pt.proposal_id
  WHERE pt.term_id = ANY(%s)
)
SELECT a.term, b.term, count(*)::int
FROM (SELECT array_agg(term_id) AS terms FROM used GROUP BY proposal_id) one
CROSS JOIN LATERAL unnest(one.terms) a(term)
JOIN LATERAL unnest(one.terms) b(term) ON b.term > a.term
GROUP BY 1, 2 HAVING count(*) >= %s
"""
GROUP_SIZES = """
WITH {chosen}
SELECT p.{column}, count(*)::int, count(DISTINCT c.person)::int
FROM chosen c JOIN consultations_proposal p ON p.id = c.id GROUP BY 1
"""
GROUP_WORDS = """
WITH {chosen}, per_person AS (
  SELECT p.{column} AS value, pt.term_id, c.person, count(*) AS proposals
  FROM chosen c JOIN consultations_proposal p ON p.id = c.id
  JOIN analysis_proposalterm pt ON pt.proposal_id = c.id GROUP BY 1, 2, 3
)
SELECT value, term_id, sum(proposals)::int, count(*)::int FROM per_person GROUP BY 1, 2
"""
GROUP_COLUMNS = ("age_band", "district", "relation", "channel")
JOINED = """
WITH {chosen}
SELECT count(DISTINCT pt.proposal_id)::int
FROM analysis_proposalterm pt JOIN chosen c ON c.id = pt.proposal_id WHERE pt.term_id = ANY(%s)
"""
FAMILIES = """
WITH {chosen}, member(head, term_id) AS (SELECT * FROM unnest(%s::int[], %s::int[])), said AS (
  SELECT DISTINCT m.head, pt.proposal_id FROM member m JOIN analysis_proposalterm pt USING (term_id)
)
SELECT s.head, count(*)::int, count(DISTINCT c.person)::int FROM said s JOIN chosen c ON c.id = s.proposal_id GROUP BY 1
"""
SINCE = """
WITH {chosen}
SELECT DISTINCT pt.term_id FROM chosen c JOIN analysis_proposalterm pt ON pt.proposal_id = c.id WHERE c.published_at > %s
"""
ALIKE = """
WITH {chosen}, rare AS (
  SELECT mine.term_id, ln(1 + %s::float / count(*)) AS weight
  FROM analysis_proposalterm mine JOIN analysis_proposalterm pt ON pt.term_id = mine.term_id
  JOIN chosen c ON c.id = pt.proposal_id WHERE mine.proposal_id = %s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12
), scored AS (
  SELECT pt.proposal_id, sum(rare.weight) AS weight, count(*) AS shared
  FROM rare JOIN analysis_proposalterm pt ON pt.term_id = rare.term_id JOIN chosen c ON c.id = pt.proposal_id
  WHERE pt.proposal_id <> %s GROUP BY 1 ORDER BY 2 DESC LIMIT 200
)
SELECT s.proposal_id, ARRAY(
  SELECT t.text FROM rare JOIN analysis_proposalterm pt ON pt.term_id = rare.term_id JOIN analysis_term t ON t.id = pt.term_id
  WHERE pt.proposal_id = s.proposal_id ORDER BY rare.weight DESC, t.text COLLATE "C"
) FROM scored s
CROSS JOIN LATERAL (SELECT count(*) AS n FROM analysis_proposalterm a WHERE a.proposal_id = s.proposal_id) size
WHERE s.weight / sqrt(greatest(size.n, 4)) >= %s * (SELECT sum(weight) FROM rare) / sqrt(greatest((SELECT count(*) FROM rare), 4))
ORDER BY s.weight / sqrt(greatest(size.n, 4)) DESC, s.proposal_id DESC LIMIT %s
"""
LEAST_ALIKE = 0.2


NEGATED = """
WITH {chosen}, pairs(positive, negative) AS (SELECT * FROM unnest(%s::int[], %s::int[]))
SELECT pairs.positive, mode() WITHIN GROUP (ORDER BY t.text), count(DISTINCT pt.proposal_id)::int
FROM pairs JOIN analysis_proposalterm pt ON pt.term_id = pairs.negative JOIN chosen c ON c.id = pt.proposal_id
JOIN analysis_term t ON t.id = pairs.negative
GROUP BY 1 HAVING count(DISTINCT c.person) >= %s ORDER BY 1
"""


def _chosen(proposals: ProposalQuerySet) -> tuple[str, list[Any]]:
    """Return a QuerySet of proposals as a common table expression, with its parameters."""
    rows = proposals.order_by().select_related(None).values("id", "author_id", "published_at")
    sql, params = subquery(rows)
    return CHOSEN.format(sql=sql), list(params)


def _ask(template: str, proposals: ProposalQuerySet, params: list[Any], **parts: Any) -> list[tuple[Any, ...]]:
    chosen, first = _chosen(proposals)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(template.format(chosen=chosen, **parts), [*first, *params])
        return list(cursor.fetchall())


def count_words(
    proposals: ProposalQuerySet,
    *,
    limit: int = 150,
    by: str = "uses",
    fewest: int = 1,
    terms: Iterable[int] | None = None,
) -> list[WordCount]:
    """Return the words of these proposals, most used first (`by`: uses, proposals or people), ties by text.

    fewest: people who must have used a word; terms: only these.
    """
    order = {"uses": "n.uses", "proposals": "n.proposals", "people": "n.people"}[by]
    only, params = _only(terms)
    rows = _ask(COUNT, proposals, [*params, fewest, limit], cap=PER_PERSON, only=only, order=order)
    return [WordCount(*row) for row in rows]


def count_proposals(
    proposals: ProposalQuerySet, *, limit: int | None = None, terms: Iterable[int] | None = None
) -> list[tuple[int, str, int]]:
    """Return (id, word, proposals), most used first. A fourth of the work of `count_words`, which counts people too.

    terms: only these.
    """
    only, params = _only(terms)
    return [(term, text, n) for term, text, n in _ask(USED, proposals, [*params, limit], only=only)]


def _only(terms: Iterable[int] | None) -> tuple[str, list[Any]]:
    return ("", []) if terms is None else ("WHERE pt.term_id = ANY(%s)", [list(terms)])


def extent_of(proposals: ProposalQuerySet, *, until: datetime | None = None) -> Extent:
    """Return the extent of a set; its stamp changes whenever a proposal is added, removed or reread.

    until: only what was public by this moment.
    """
    n, people, first, last, read, mixed, newest = _ask(EXTENT, proposals, [until, until])[0]
    return Extent(n, people, first, last, read, f"{n}:{read}:{mixed}:{newest.timestamp() if newest else 0}")


def words_since(proposals: ProposalQuerySet, moment: datetime | None) -> set[int]:
    """Return the ids of the words in those of the proposals that were published after a moment."""
    return {term for (term,) in _ask(SINCE, proposals, [moment])}


def count_by_week(
    proposals: ProposalQuerySet, terms: Iterable[int]
) -> tuple[dict[date, int], dict[tuple[int, date], int]]:
    """Return the number of proposals by week (its Monday), and by (word id, week) how many use the word."""
    whole = dict(_ask(ALL_WEEKS, proposals, []))
    return whole, {(term, week): n for term, week, n in _ask(WEEKS, proposals, [list(terms)])}


def count_together(proposals: ProposalQuerySet, terms: Iterable[int], *, fewest: int = 2) -> list[tuple[int, int, int]]:
    """Return (word id, word id, proposals) for pairs that at least `fewest` proposals use together."""
    return [(a, b, n) for a, b, n in _ask(TOGETHER, proposals, [list(terms), fewest])]


def alike(proposals: ProposalQuerySet, proposal: Proposal, *, limit: int = 5) -> list[tuple[int, list[str]]]:
    """Return (id, shared words) of the proposals most similar to one, best first; rare words weigh more (TF-IDF like)."""
    n = proposals.count()
    params = [n, proposal.pk, proposal.pk, LEAST_ALIKE, limit]
    return [(pk, words) for pk, words in _ask(ALIKE, proposals, params)]


def count_joined(proposals: ProposalQuerySet, terms: Iterable[int]) -> int:
    """Return how many of these proposals use at least one of the words."""
    return int(_ask(JOINED, proposals, [list(terms)])[0][0])


def count_families(proposals: ProposalQuerySet, members: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Return by head (proposals, people) that use any of its members. members: (head, word id), the head one of them."""
    columns = [list(column) for column in zip(*members, strict=True)]
    return {head: (n, people) for head, n, people in _ask(FAMILIES, proposals, columns)} if columns else {}


def count_negated(
    proposals: ProposalQuerySet, words: Iterable[WordCount], *, fewest: int = 1
) -> list[tuple[int, str, int]]:
    """Return (word id, its commonest negation, proposals that use any negation) for those of the words that have one.

    fewest: people who must have used a negation.
    """
    opposites = [(word.term_id, text) for word in words for text in negations(word.text, word.kind)]
    numbers = Term.objects.numbers_of(text for _term, text in opposites)
    pairs = [(term, numbers[text]) for term, text in opposites if text in numbers]
    if not pairs:
        return []
    columns = [list(column) for column in zip(*pairs, strict=True)]
    return [(term, text, n) for term, text, n in _ask(NEGATED, proposals, [*columns, fewest])]


def count_by_group(
    proposals: ProposalQuerySet, column: str
) -> tuple[dict[str, tuple[int, int]], dict[str, dict[int, tuple[int, int]]]]:
    """Return by value of a column (proposals, people), and by value and word id (proposals, people)."""
    if column not in GROUP_COLUMNS:
        raise ValueError(column)
    sizes = {value: (n, people) for value, n, people in _ask(GROUP_SIZES, proposals, [], column=column)}
    words: dict[str, dict[int, tuple[int, int]]] = {value: {} for value in sizes}
    for value, term, n, people in _ask(GROUP_WORDS, proposals, [], column=column):
        words[value][term] = (n, people)
    return sizes, words
