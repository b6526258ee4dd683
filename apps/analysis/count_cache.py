"""The words of a large set, kept from one look to the next: after a new voice only the words that it uses are counted anew.

What is kept is exact or not used. Up to its own last voice the public set must have the stamp that it had (nothing was
hidden, withdrawn, edited or read anew since), and the dictionary must be the same; else everything is counted.
"""

import hashlib
from typing import Any

from django.core.cache import cache

from apps.analysis.models.counting import Extent, WordCount, count_words, extent_of, words_since

FROM = 5_000  # proposals; fewer are counted anew faster than what is kept of them is looked up
EVERY_WORD = 10**6
MOST_NEW = 400  # words of new voices; from so many on everything is counted
KEPT = 24 * 3600


def words_of(key: str, rows: Any, extent: Extent, version: int, *, by: str, limit: int) -> list[WordCount]:
    """The words of these proposals, the most used first. key: the name of the question, the same at every look."""
    if extent.proposals < FROM:
        return count_words(rows, limit=limit, by=by)
    name = f"totals:{hashlib.sha256(key.encode()).hexdigest()}:{version}"
    words = _brought_up_to_date(cache.get(name), rows)
    if words is None:
        words = count_words(rows, limit=EVERY_WORD)
    if not extent.unread:
        cache.set(name, (extent.last, extent.stamp, words), KEPT)
    return sorted(words, key=lambda word: (-getattr(word, by), -word.proposals, word.text))[:limit]


def _brought_up_to_date(kept: Any, rows: Any) -> list[WordCount] | None:
    """What was kept with the words of the voices that came since; None when it may not be used."""
    if not kept:
        return None
    last, stamp, words = kept
    if extent_of(rows, until=last).stamp != stamp:
        return None
    new = words_since(rows, last)
    if len(new) > MOST_NEW:
        return None
    counted = count_words(rows, limit=EVERY_WORD, terms=new) if new else []
    return [word for word in words if word.term_id not in new] + counted
