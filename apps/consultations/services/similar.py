"""Find proposals like a text that is being written: by the words that both use, near-copies as one entry.

What words a text shares is known to an app above; `settings.WORDS_SHARED` names its function, as JOB_RUNNERS names runners.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import itemgetter

from django.conf import settings
from django.utils.module_loading import import_string

from apps.consultations.models import Proposal, Topic, TopicProposal
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.search import is_distinctive, similarity

ENTRIES, COMPARED = 5, 60
NEAREST = 10
NEAR_COPY = 0.5  # Dice coefficient from which on a text is shown for its letters alone
LIKE_AT_ALL, LIKE_A_TOPIC = (
    0.12,
    0.2,
)  # Dice coefficients from which on staff are shown a voice, or a topic, beside another
SAMPLES = 200  # voices that are already in topics, with which others are compared
SAME = 0.8  # Dice coefficient from which on two texts are one entry

WordsShared = Callable[..., list[tuple[int, list[str]]]]


@dataclass
class SimilarProposal:
    """A proposal like a draft, the words that it shares with the draft, and how many say nearly the same, with itself."""

    proposal: Proposal
    words: list[str]
    copies: int = 1


def similar_to(proposals: ProposalQuerySet, text: str) -> list[SimilarProposal]:
    """Return the proposals that are most like a text: near-copies first, then by the words that they share."""
    words_shared: WordsShared = import_string(settings.WORDS_SHARED)
    shared = dict(words_shared(proposals, text, limit=COMPARED))
    near = {row.pk: row for row in proposals.resembling(text, limit=NEAREST, least=NEAR_COPY)}
    found = near | proposals.in_bulk([pk for pk in shared if pk not in near])
    entries: list[SimilarProposal] = []
    for pk in [*near, *(pk for pk in shared if pk in found and pk not in near)]:
        same = next((entry for entry in entries if _says_the_same(entry.proposal, found[pk])), None)
        if same:
            same.copies += 1
        elif len(entries) < ENTRIES:
            entries.append(SimilarProposal(found[pk], shared.get(pk, [])))
    return entries


def most_like(proposals: ProposalQuerySet, text: str, *, limit: int) -> list[Proposal]:
    """Return up to `limit` proposals, those that share most with a text first: near-copies, then by the words shared."""
    words_shared: WordsShared = import_string(settings.WORDS_SHARED)
    near = {row.pk: row for row in proposals.resembling(text, limit=limit, least=NEAR_COPY)}
    shared = [pk for pk, _words in words_shared(proposals, text, limit=limit)]
    letters = {row.pk: row for row in proposals.resembling(text, limit=limit, least=LIKE_AT_ALL)}
    keys = list(dict.fromkeys([*near, *shared, *letters]))[:limit]
    found = near | letters | proposals.in_bulk([pk for pk in keys if pk not in near and pk not in letters])
    return [found[pk] for pk in keys if pk in found]


def suggest_topics(proposals: list[Proposal], topics: Iterable[Topic]) -> dict[int, Topic]:
    """Return for proposals, by pk, the topic with the voice or title that is most like each; none below LIKE_A_TOPIC."""
    by_key = {topic.pk: topic for topic in topics}
    items = TopicProposal.objects.filter(topic__in=by_key).order_by("-pk")
    samples = [
        (by_key[pk], set(pairs)) for pk, pairs in items.values_list("topic", "proposal__search_bigrams")[:SAMPLES]
    ]
    samples += [(topic, _telling(topic.search_bigrams)) for topic in by_key.values()]
    found: dict[int, Topic] = {}
    for proposal in proposals:
        pairs = _telling(proposal.search_bigrams)
        score, topic = max(
            ((similarity(pairs, other), topic) for topic, other in samples), key=itemgetter(0), default=(0, None)
        )
        if topic is not None and score >= LIKE_A_TOPIC:
            found[proposal.pk] = topic
    return found


def _telling(pairs: Iterable[str]) -> set[str]:
    """Return the bigrams that say what a text is about: endings and particles are in every text."""
    return {pair for pair in pairs if is_distinctive(pair)}


def _says_the_same(one: Proposal, other: Proposal) -> bool:
    return similarity(set(one.search_bigrams), set(other.search_bigrams)) >= SAME
