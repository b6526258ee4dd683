"""Find the proposals that share most words with a text that is being written; rare words weigh more.

Bounded, however many proposals there are: of a common word only the newest uses are looked at.
"""

from collections import defaultdict

from django.db import connection

from apps.analysis.draft_words import found_words, written_forms
from apps.analysis.models import Synonym, Term
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.sql import subquery

MOST_USES = 5000  # so many uses of a word are looked at, the newest; a word with more is no rarer for it
MOST_READ = 20_000  # so many texts are counted to tell how rare a word is
MOST_WORDS = 12
PART = 0.5  # what a word weighs that a draft and a voice share as a part of a longer one (自転車 in 自転車置き場)
NEAR_WORD = 0.65  # and one that is only near in meaning (スマホ, スマートフォン)
PREDICATE = 0.25  # and a verb or adjective: 困る, 増やす are said of everything
LEAST_WEIGHT = 0.5  # of the weight of a word that one text alone uses
LEAST_SHARE = 0.25  # of the weight of all words of the draft
SHORTEST = 4  # words; shorter voices are not preferred for their shortness
SCORED = """
WITH given(word, term_id, factor) AS (SELECT * FROM unnest(%s::text[], %s::int[], %s::float[])),
texts AS (SELECT count(*)::float AS n FROM (SELECT FROM analysis_reading LIMIT {most_read}) r),
uses AS MATERIALIZED (
  SELECT given.word, given.term_id, given.factor, newest.proposal_id FROM given CROSS JOIN LATERAL (
    SELECT proposal_id FROM analysis_proposalterm WHERE term_id = given.term_id ORDER BY proposal_id DESC LIMIT {most_uses}
  ) newest
), rare AS (
  SELECT word, ln(1 + max(texts.n) / count(DISTINCT proposal_id)) AS weight, max(factor) AS factor
  FROM uses CROSS JOIN texts GROUP BY word ORDER BY 2 DESC, word LIMIT {most_words}
), shared AS (
  SELECT proposal_id, word, max(factor) AS factor FROM uses GROUP BY 1, 2
), scored AS (
  SELECT shared.proposal_id, sum(rare.weight * shared.factor) AS weight,
    array_agg(shared.word ORDER BY rare.weight * rare.factor DESC, shared.word COLLATE "C") AS words
  FROM shared JOIN rare USING (word) GROUP BY 1
), likely AS (
  SELECT scored.* FROM scored CROSS JOIN texts
  WHERE scored.weight >= {least_weight} * ln(1 + texts.n)
    AND scored.weight >= {least_share} * (SELECT sum(weight * factor) FROM rare)
    AND scored.proposal_id IN ({public})
  ORDER BY scored.weight DESC, scored.proposal_id DESC LIMIT 200
)
SELECT likely.proposal_id, likely.words FROM likely CROSS JOIN LATERAL (
  SELECT count(*) AS n FROM analysis_proposalterm pt WHERE pt.proposal_id = likely.proposal_id
) size
ORDER BY likely.weight / sqrt(greatest(size.n, {shortest})) DESC, likely.proposal_id DESC LIMIT %s
"""


def share_words(proposals: ProposalQuerySet, text: str, *, limit: int) -> list[tuple[int, list[str]]]:
    """Return (id, shared words) of the proposals that share most with a draft, best first."""
    given = _terms_of(text)
    if not given:
        return []
    sql, params = subquery(proposals.order_by().values("pk"))
    limits = {"most_read": MOST_READ, "most_uses": MOST_USES, "most_words": MOST_WORDS, "shortest": SHORTEST}
    template = SCORED.format(public=sql, least_weight=LEAST_WEIGHT, least_share=LEAST_SHARE, **limits)
    columns = [list(column) for column in zip(*given, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(template, [*columns, *params, limit])
        return [(pk, words) for pk, words in cursor.fetchall()]


def _terms_of(text: str) -> list[tuple[str, int, float]]:
    """Return (word, id of a word as counted, factor) of the words of a draft and of those near them."""
    written = written_forms(text)
    bases = {base for forms in written.values() for base in forms}
    shown = Synonym.objects.with_relatives(sorted(bases))
    shown |= {name: name for name in shown.values()}
    by_form = defaultdict[str, list[Term]](list)
    for term in Term.objects.written_as([*bases, *shown]):
        for form in {term.text, *term.forms} & (bases | set(shown)):
            by_form[form].append(term)
    known = {part for part, forms in written.items() if any(form in by_form or form in shown for form in forms)}
    given: dict[int, tuple[str, float]] = {}
    nouns = set[str]()
    for part, is_whole in found_words(text, known):
        whole = 1.0 if is_whole else PART
        own = {term.pk: term for form in written[part] for term in by_form.get(form, ())}
        given |= {pk: (term.text, whole * _factor_of(term)) for pk, term in own.items()}
        nouns |= {term.text for term in own.values() if is_whole and term.kind == Term.Kind.NOUN}
        groups = {shown[form] for form in written[part] if form in shown}
        label = next((term.text for term in own.values()), next(iter(groups), part))
        near = (term for name, group in shown.items() if group in groups for term in by_form.get(name, ()))
        given = {term.pk: (label, whole * NEAR_WORD * _factor_of(term)) for term in near} | given
    for term in Term.objects.holding(nouns):
        word = max((word for word in nouns if word in term.text), key=len)
        given.setdefault(term.pk, (word, PART))
    return [(word, pk, factor) for pk, (word, factor) in given.items()]


def _factor_of(term: Term) -> float:
    return 1.0 if term.kind == Term.Kind.NOUN else PREDICATE
