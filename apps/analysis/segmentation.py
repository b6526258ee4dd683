"""Segment a search query without spaces: 「公園で遊べる場所」 → 公園, 遊べる, 場所. Knows no Django.

It uses the words known from texts and the city's dictionary, so that web processes need no tokenizer.
"""

import re

from apps.analysis.spelling import listed
from apps.core.text import fold

LONGEST_QUERY, LONGEST_PIECE = 40, 10
HIRAGANA, ALL_HIRAGANA = re.compile("[ぁ-ゖ]"), re.compile("[ぁ-ゖー]*")
KANJI = re.compile("[一-鿿]")
# Kana that part words, or say nothing by themselves.
PARTICLE = "の|が|を|に|へ|と|や|は|も|で|から|まで|より|など|について|に関する|のための|な"
FIRST_PARTICLES = re.compile(f"^(?:{PARTICLE})+(?=[^ぁ-ゖ])")
LAST_PARTICLES = re.compile(f"(?<=[^ぁ-ゖ])(?:{PARTICLE})+$")
SMALL_WORDS = listed(
    """
    する ある いる なる ない できる こと もの ため とき ところ よう そう これ それ あれ どこ いつ だれ なに みんな もっと から
    まで など ほど くらい だけ しか でも には とは では のは のが のを にも をする がある がない したい ほしい くる いく いう
    みる おく もつ てる ている です ます たい たち さん いい よい
    """
)


def is_phrase(query: str, *, apart: bool = False) -> bool:
    """Return True if hiragana stand among other characters, so that the query may be several words.

    apart: words that touch without kana are parted too (スマホ教室), for a second try when nothing was found.
    """
    if apart:
        return 3 < len(query) <= LONGEST_QUERY
    return 3 < len(query) <= LONGEST_QUERY and bool(HIRAGANA.search(query)) and not ALL_HIRAGANA.fullmatch(query)


def pieces_of(query: str, *, apart: bool = False) -> list[str]:
    """Return candidate words: every part of two characters or more, and kanji that stand alone."""
    if not is_phrase(query, apart=apart):
        return []
    places = ((at, at + n) for n in range(LONGEST_PIECE, 0, -1) for at in range(len(query) - n + 1))
    return list(dict.fromkeys(query[at:end] for at, end in places if _may_be_word(query, at, end)))


def cut(query: str, known: set[str], *, apart: bool = False) -> list[str]:
    """Return the query's words: longest known words (folded) from the left, and what lies between without its particles.

    A known word is never dropped, though it be of kana (いじめの相談); what is only kana and unknown is. Words that touch
    without kana (防災公園) stay one word, unless they are looked for `apart`.
    """
    if not is_phrase(query, apart=apart):
        return [query]
    found, at, rest = list[tuple[int, int]](), 0, 0
    while at < len(query):
        end = _longest(query, at, known)
        if end > at:
            found += [(rest, at), (at, end)] if rest < at else [(at, end)]
            rest = end
        at = max(end, at + 1)
    found += [(rest, len(query))] if rest < len(query) else []
    places = found if apart else _whole(query, found)
    words = [_without_particles(query[begin:end], known) for begin, end in places]
    return [word for word in words if word] or [query]


def _without_particles(word: str, known: set[str]) -> str:
    """Return a part of a query without the particles at its edges; empty if only unknown kana are left."""
    if fold(word) in known and word not in SMALL_WORDS:
        return word
    bare = LAST_PARTICLES.sub("", FIRST_PARTICLES.sub("", word))
    return "" if ALL_HIRAGANA.fullmatch(bare) else bare


def _longest(query: str, at: int, known: set[str]) -> int:
    """Return where the longest known word from `at` ends; `at` if there is none."""
    ends = range(min(at + LONGEST_PIECE, len(query)), at, -1)
    return next((end for end in ends if _may_be_word(query, at, end) and fold(query[at:end]) in known), at)


def _may_be_word(query: str, at: int, end: int) -> bool:
    """Return True for two characters or more, and for a kanji without kanji beside it."""
    beside = query[max(at - 1, 0) : at] + query[end : end + 1]
    return end - at > 1 or bool(KANJI.match(query[at]) and not KANJI.search(beside))


def _whole(query: str, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join neighbouring parts that hold no hiragana."""
    joined: list[tuple[int, int]] = []
    for begin, end in places:
        if joined and not HIRAGANA.search(query[joined[-1][0] : end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined
