"""Finding Japanese without a dictionary: a text is found by the pairs of letters that stand in it. Knows no Django.

Words of two letters are the commonest in Japanese, so trigrams miss them; a bigram index finds every word of two or
more letters, and the folded text then proves that the letters really stand in a row.
"""

import re
import unicodedata

from apps.core.text import FOLDED, UNSEEN, fold, fold_letter

# One letter with what is written onto it: half-width kana carry their ゛ as a letter of its own.
LETTER = re.compile(r".[\uff9e\uff9f\u3099\u309a\u0300-\u036f]*", re.DOTALL)
BLANK = re.compile(r"\s")


def bigrams(text: str) -> list[str]:
    """Every pair of neighbouring letters in the folded text, each once, sorted; single letters stand for themselves.

    Pairs never span a blank. The single letters make a search for one letter (「川」) possible too.
    """
    found: set[str] = set()
    for word in fold(text).split(" "):
        found.update(word)
        found.update(word[i : i + 2] for i in range(len(word) - 1))
    return sorted(found)


def query_words(query: str) -> list[str]:
    """The folded words of a search, at most 10; every one of them has to stand in a text that is found."""
    return list(dict.fromkeys(fold(query).split(" ")))[:10] if fold(query) else []


def query_bigrams(word: str) -> list[str]:
    """The pairs that a text must hold to hold this word; the letter itself for a word of one letter."""
    return [word[i : i + 2] for i in range(len(word) - 1)] or [word]


def similarity(a: set[str], b: set[str]) -> float:
    """How much two texts share, 0 to 1: the Dice coefficient of their pairs of letters."""
    a, b = {x for x in a if len(x) == 2}, {x for x in b if len(x) == 2}
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def is_telling(pair: str) -> bool:
    """Whether a pair of letters says what a text is about: one that holds a kanji, a long sound or a Latin letter.

    Pairs of hiragana alone (です, する) stand in nearly every text.
    """
    return any(not ("ぁ" <= letter <= "ゖ") and letter.isalnum() for letter in pair)


def folded_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters the place in the text as it was typed (blanks are kept)."""
    plain = text.casefold()
    if len(plain) == len(text) and unicodedata.is_normalized("NFKC", plain) and not UNSEEN.search(text):
        return BLANK.sub(" ", plain.translate(FOLDED)), list(range(len(text) + 1))
    letters: list[str] = []
    places: list[int] = []
    for found in LETTER.finditer(text):
        letter = fold_letter(found[0])
        letters.append(letter)
        places.extend([found.start()] * len(letter))
    return "".join(letters), [*places, len(text)]


def hits(text: str, variants: list[str]) -> list[tuple[int, int]]:
    """Where one of these folded spellings stands in a text, longest first, none inside another; in the text's order."""
    folded, places = folded_places(text)
    found: list[tuple[int, int]] = []
    for variant in sorted({v for v in variants if v}, key=lambda v: (-len(v), v)):
        at = folded.find(variant)
        while at >= 0 and len(found) < 50:
            end = at + len(variant)
            if not any(at < other_end and begin < end for begin, other_end in found):
                found.append((at, end))
            at = folded.find(variant, end)
    return [(places[begin], places[end]) for begin, end in sorted(found)]


def excerpt(text: str, variants: list[str], *, length: int = 110) -> list[tuple[str, bool]]:
    """A part of a text round its first hit, in pieces: (words, whether they are a hit)."""
    plain = " ".join(text.split())
    found = hits(plain, variants)
    is_far = bool(found) and found[0][0] > length // 2 and len(plain) > length
    begin = found[0][0] - length // 4 if is_far else 0
    end = min(len(plain), begin + length)
    pieces: list[tuple[str, bool]] = [("…", False)] if begin else []
    at = begin
    for first, last in found:
        if first >= at and last <= end:
            pieces += [(plain[at:first], False), (plain[first:last], True)]
            at = last
    pieces += [(plain[at:end], False), ("…" if end < len(plain) else "", False)]
    return [piece for piece in pieces if piece[0]]
