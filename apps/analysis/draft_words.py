"""Find known words in a text that is being written, without a tokenizer. Knows no Django.

Web processes load no dictionary of Japanese. What a draft shares with voices can only be words that voices use, and their
written forms are kept; so the longest known form at each place is enough.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from apps.analysis.segmentation import SMALL_WORDS
from apps.analysis.spelling import is_word, spell
from apps.core.text import fold

LONGEST_DRAFT, LONGEST_FORM = 500, 10
RUN = re.compile(r"[^\W_]+(?:[・\-][^\W_]+)*")
HIRAGANA, KANJI = re.compile("[ぁ-ゖー]+"), re.compile("[一-鿿々]")
LETTERS_OF_A_WORD = re.compile("[一-鿿々]+|[ァ-ヺー]+")  # one kind of letters, of which compounds are made
PARTICLES = frozenset("のがをにへとやはもで")
ROWS = ("わいうえおっ", "かきくけこい", "がぎぐげごい", "さしすせそ", "たちつてとっ", "なにぬねの", "ばびぶべぼん",
        "まみむめもん", "らりるれろっ")  # fmt: skip
ENDS = dict(zip(ROWS, "うくぐすつぬぶむる", strict=True))


def written_forms(text: str) -> dict[str, list[str]]:
    """Return every part of a draft that may be a word, with the dictionary forms that it may be a form of."""
    return {part: [part, *_dictionary_forms(part)] for _at, part in _parts(text)}


def found_words(text: str, known: Collection[str]) -> list[tuple[str, bool]]:
    """Return the parts of a draft that are known, the longest at each place, and the known parts of compounds.

    With each: whether it stands for itself (住民 in 住民税 does not).
    """
    places: dict[int, list[str]] = {}
    for at, part in _parts(text):
        if part in known:
            places.setdefault(at, []).append(part)
    found, end = dict[str, bool](), 0
    for at in sorted(places):
        if at < end:
            continue
        longest = max(places[at], key=len)
        if HIRAGANA.fullmatch(longest) and not _begins_a_word(text, at, end):
            continue
        end = at + len(longest)
        found |= {inner: False for inner in _inner(longest) if inner in known and inner not in found}
        found[longest] = found.get(longest, False) or not _is_within(text, at, end)
    return list(found.items())


def _is_within(text: str, at: int, end: int) -> bool:
    """Return True between kanji that belong to the same word."""
    before, after = text[at - 1 : at] if at else "", text[end : end + 1]
    return any(KANJI.match(left) and KANJI.match(right) for left, right in ((before, text[at]), (text[end - 1], after)))


@lru_cache(maxsize=4)
def _parts(text: str) -> tuple[tuple[int, str], ...]:
    """Return every part of a draft that may be a word, with its place."""
    runs = ((run.start(), run[0]) for run in RUN.finditer(text[:LONGEST_DRAFT]))
    return tuple(
        (begin + at, run[at:end])
        for begin, run in runs
        for at in range(len(run))
        for end in range(at + 1, min(at + LONGEST_FORM, len(run)) + 1)
        if _may_be_word(run, at, end)
    )


def _may_be_word(run: str, at: int, end: int) -> bool:
    """Return False for parts of a word in one kind of letters (バス in バスケ), single kana and grammar."""
    part, before, after = run[at:end], run[at - 1 : at], run[end : end + 1]
    if not is_word(part) or part in SMALL_WORDS or part[0] in "ーっゃゅょッャュョ":
        return False
    if _goes_on(before, part[0]) or _goes_on(part[-1], after):
        return False
    return len(part) > 1 or (not KANJI.match(before) and not KANJI.match(after))


def _goes_on(left: str, right: str) -> bool:
    """Return True between two letters of one word in katakana or Latin letters."""
    return any(re.fullmatch(pattern, left) and re.fullmatch(pattern, right) for pattern in ("[ァ-ヺー]", "[A-Za-z0-9]"))


def _begins_a_word(text: str, at: int, end: int) -> bool:
    """Return True where a word in kana may begin: after other letters, a known word or a particle."""
    return at == end or not HIRAGANA.match(text[at - 1 : at]) or text[at - 1] in PARTICLES


def _inner(word: str) -> Iterator[str]:
    """Yield the parts of a compound, of two letters and more: 防災, 放送 of 防災放送."""
    if len(word) < 4 or not all(LETTERS_OF_A_WORD.match(letter) for letter in word):
        return
    for run in LETTERS_OF_A_WORD.finditer(word):
        if KANJI.match(run[0]):
            yield from (run[0][at:end] for at in range(len(run[0])) for end in range(at + 2, len(run[0]) + 1))
        else:
            yield run[0]


def _dictionary_forms(part: str) -> list[str]:
    """Return the verbs and adjectives that a part may be a form of: 走ら → 走る, 増やし → 増やす, 暗く → 暗い."""
    spelled = [other for other in (spell(part), fold(part)) if other != part]
    if not KANJI.match(part) or not HIRAGANA.fullmatch(part[-1]):
        return spelled
    stem, last = part[:-1], part[-1]
    verbs = [stem + end for row, end in ENDS.items() if last in row]
    return [*spelled, *verbs, part + "る", *([stem + "い"] if last in "くかけさ" else [])]
