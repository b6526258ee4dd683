"""Full-text search for Japanese by character bigrams, without a dictionary. Imports no Django.

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
    """Return all bigrams and single letters of the folded text, each once, sorted.

    Bigrams never span a blank. The single letters make a search for one letter (「川」) possible.
    """
    found: set[str] = set()
    for word in fold(text).split(" "):
        found.update(word)
        found.update(word[i : i + 2] for i in range(len(word) - 1))
    return sorted(found)


def query_words(query: str) -> list[str]:
    """Return the folded words of a search query, each once, at most 10; a text must contain all of them."""
    return list(dict.fromkeys(fold(query).split(" ")))[:10] if fold(query) else []


def query_bigrams(word: str) -> list[str]:
    """Return the bigrams that a text with this word must have; the letter itself for a word of one letter."""
    return [word[i : i + 2] for i in range(len(word) - 1)] or [word]


def similarity(a: set[str], b: set[str]) -> float:
    """Return the Dice coefficient (0 to 1) of the bigrams of two texts; single letters are ignored."""
    a, b = {x for x in a if len(x) == 2}, {x for x in b if len(x) == 2}
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def is_distinctive(pair: str) -> bool:
    """Return whether a bigram says what a text is about: it has a letter or digit other than hiragana.

    Bigrams of hiragana alone (です, する) are in nearly every text.
    """
    return any(not ("ぁ" <= letter <= "ゖ") and letter.isalnum() for letter in pair)


def folded_places(text: str) -> tuple[str, list[int]]:
    """Return the folded text with all blanks, and for each of its letters the index in the original, with the end last."""
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
    """Return the (start, end) ranges of the variants in the original text, in its order.

    Longer variants win over shorter ones that overlap; at most 50 ranges.
    """
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
    """Return an excerpt of a text around its first hit, in pieces: (text, whether it is a hit). length: in characters."""
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
