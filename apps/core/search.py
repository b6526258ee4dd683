"""Finding Japanese without a dictionary: a text is found by the pairs of letters that stand in it. Knows no Django.

Words of two letters are the commonest in Japanese, so trigrams miss them; a bigram index finds every word of two or
more letters, and the folded text then proves that the letters really stand in a row.
"""

from apps.core.text import fold


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
