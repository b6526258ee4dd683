"""Incremental cache of the word counts of large sets: after a new proposal only the words that it uses are recounted.

A cached count is exact or not used: the dictionary version must be the same, and up to its last proposal the public set
must have the same stamp (nothing hidden, withdrawn, edited or reread); otherwise everything is counted.
"""

import hashlib
from datetime import datetime

from django.core.cache import cache

from apps.analysis.services.counting import Extent, WordCount, count_words, extent_of, words_since
from apps.consultations.models.proposal_queryset import ProposalQuerySet

MIN_PROPOSALS = 5_000  # smaller sets are counted faster than looked up
ALL_WORDS = 10**6
MAX_NEW_WORDS = 400  # more words of new proposals than this: count everything
CACHE_SECONDS = 24 * 3600


def words_of(key: str, rows: ProposalQuerySet, extent: Extent, version: int, *, by: str, limit: int) -> list[WordCount]:
    """Return the words of these proposals, most used first. key: identifies scope and filter, whatever the data."""
    if extent.proposals < MIN_PROPOSALS:
        return count_words(rows, limit=limit, by=by)
    name = f"word-counts:{hashlib.sha256(key.encode()).hexdigest()}:{version}"
    words = _updated(cache.get(name), rows)
    if words is None:
        words = count_words(rows, limit=ALL_WORDS)
    if not extent.unread:
        cache.set(name, (extent.last, extent.stamp, words), CACHE_SECONDS)
    return sorted(words, key=lambda word: (-getattr(word, by), -word.proposals, word.text))[:limit]


def _updated(
    cached: tuple[datetime | None, str, list[WordCount]] | None, rows: ProposalQuerySet
) -> list[WordCount] | None:
    """Return the cached counts with the words of newer proposals recounted; None if the cache is invalid."""
    if not cached:
        return None
    last, stamp, words = cached
    if extent_of(rows, until=last).stamp != stamp:
        return None
    new = words_since(rows, last)
    if len(new) > MAX_NEW_WORDS:
        return None
    counted = count_words(rows, limit=ALL_WORDS, terms=new) if new else []
    return [word for word in words if word.term_id not in new] + counted
