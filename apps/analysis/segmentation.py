"""A search typed without blanks as words: 「公園で遊べる場所」 asks for 公園, 遊べる and 場所. Knows no Django.

The words are those that texts and the city's dictionary are known to use, so no tokenizer is needed in a web process.
"""

import re

from apps.core.text import fold

LONGEST_QUERY, LONGEST_PIECE = 40, 10
HIRAGANA, ALL_HIRAGANA = re.compile("[ぁ-ゖ]"), re.compile("[ぁ-ゖー]*")
KANJI = re.compile("[一-鿿]")


def is_phrase(query: str) -> bool:
    """Whether kana stand among other letters, so that it may be several words."""
    return 3 < len(query) <= LONGEST_QUERY and bool(HIRAGANA.search(query)) and not ALL_HIRAGANA.fullmatch(query)


def pieces_of(query: str) -> list[str]:
    """What may be a word in it: every part of two letters or more, and kanji that stand alone."""
    if not is_phrase(query):
        return []
    places = ((at, at + n) for n in range(LONGEST_PIECE, 0, -1) for at in range(len(query) - n + 1))
    return list(dict.fromkeys(query[at:end] for at, end in places if _may_be_word(query, at, end)))


def cut(query: str, known: set[str]) -> list[str]:
    """Its words: the longest known ones (folded) from the left, and what lies between them unless that is kana alone.

    Words that touch without kana (防災公園) stay whole, as they were typed.
    """
    if not is_phrase(query):
        return [query]
    found, at, rest = list[tuple[int, int]](), 0, 0
    while at < len(query):
        end = _longest(query, at, known)
        if end > at:
            found += [(rest, at), (at, end)] if rest < at else [(at, end)]
            rest = end
        at = max(end, at + 1)
    found += [(rest, len(query))] if rest < len(query) else []
    words = [query[begin:end] for begin, end in _whole(query, found)]
    return [word for word in words if not ALL_HIRAGANA.fullmatch(word)] or [query]


def _longest(query: str, at: int, known: set[str]) -> int:
    """Where the longest known word ends that begins here; here itself when there is none."""
    ends = range(min(at + LONGEST_PIECE, len(query)), at, -1)
    return next((end for end in ends if _may_be_word(query, at, end) and fold(query[at:end]) in known), at)


def _may_be_word(query: str, at: int, end: int) -> bool:
    """One letter is a word only as a kanji that no other touches."""
    beside = query[max(at - 1, 0) : at] + query[end : end + 1]
    return end - at > 1 or bool(KANJI.match(query[at]) and not KANJI.search(beside))


def _whole(query: str, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbours that hold no kana as one."""
    joined: list[tuple[int, int]] = []
    for begin, end in places:
        if joined and not HIRAGANA.search(query[joined[-1][0] : end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined
