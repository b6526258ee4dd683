"""Name the negative forms of a word: 通る → 通らない, 通れない, 通りにくい. Knows no Django.

A reader counts a negated word as a word of its own; this finds the words that may be the opposite of one.
"""

from apps.analysis.predicates import A_ROW, negative_form, unable_form

NOUN, VERB, ADJECTIVE = "noun", "verb", "adjective"
I_ROW = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり", strict=True))
AFTER_NOUNS = ("できない", "しない", "しにくい", "しづらい", "したくない")
AFTER_STEMS = ("にくい", "づらい", "たくない")


def negations(word: str, kind: str) -> set[str]:
    """Return the words that negate a word of this kind, as they would be counted; most of them nobody uses."""
    if kind == NOUN:
        return {word + end for end in AFTER_NOUNS}
    if kind == ADJECTIVE:
        return {negative_form(word, "形容詞")} if word.endswith("い") else set()
    if word.endswith("する"):
        return {word[:-2] + end for end in AFTER_NOUNS}
    found = set[str]()
    if word[-1:] in A_ROW:
        stem, before = word[:-1] + I_ROW[word[-1]], word[:-1] + A_ROW[word[-1]]
        found |= {negative_form(word, "五段"), unable_form(word, "五段"), before + "せたくない", before + "れたくない"}
        found |= {stem + end for end in AFTER_STEMS}
    if word.endswith("る"):
        found |= {negative_form(word, "一段"), unable_form(word, "一段"), word[:-1] + "れない"}
        found |= {word[:-1] + end for end in AFTER_STEMS}
    return found - {word}
