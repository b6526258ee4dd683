"""Kana spellings of common words: こうえん is 公園, あそぶ is 遊ぶ. Knows no Django.

The readings are those of the dictionary (IPADIC). kana_words.tsv has a line for each: reading, word, part of speech or class
of inflection, and how common it is: 1 words of daily life, 2 others that only one word is read as, 0 verbs and adjectives.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

NOUN_ID = 1285  # of 名詞,一般 in IPADIC
KANA_COSTS = {"1": 4500, "2": 7500}  # of common words, and of all others that only one word is read as
E_TO_U = dict(zip("えけげせてねべめれ", "うくぐすつぬぶむる", strict=True))  # of potential forms

Entry = tuple[int, str, int, int, int]  # as janome has them: number, surface, left id, right id, cost
Table = dict[str, dict[str, Entry]]  # by first letter


@dataclass(frozen=True)
class KanaWords:
    """The kana spellings: nouns with the word that each is (reading → word), verbs and adjectives by class of inflection."""

    nouns: Table
    words: tuple[tuple[str, str], ...]  # parts of speech and word, by number
    inflected: dict[tuple[str, str], str]


@lru_cache(maxsize=1)
def kana_words() -> KanaWords:
    """Return the kana spellings of kana_words.tsv."""
    nouns: Table = {}
    words, inflected = [("名詞,一般,*,*", "")], dict[tuple[str, str], str]()
    for line in (Path(__file__).resolve().parent / "kana_words.tsv").read_text(encoding="utf-8").splitlines():
        reading, word, minor, rank = line.split("\t")
        if rank == "0":
            inflected[reading, minor] = word
            continue
        nouns.setdefault(reading[0], {})[reading] = (len(words), reading, NOUN_ID, NOUN_ID, KANA_COSTS[rank])
        words.append((f"名詞,{minor},かな,*", word))
    return KanaWords(nouns, tuple(words), inflected)


@lru_cache(maxsize=4096)
def in_kanji(base: str, inflection: str) -> str:
    """Return a verb or adjective of kana in its usual letters: あそぶ → 遊ぶ, よめる → 読める."""
    known = kana_words().inflected
    found = known.get((base, inflection.partition("・")[0]))
    if found is None and inflection == "一段" and base[-2:-1] in E_TO_U:
        verb = known.get((base[:-2] + E_TO_U[base[-2]], "五段"))
        found = verb[:-1] + base[-2:] if verb else None
    return found or base


@lru_cache(maxsize=1)
def spellings() -> dict[str, tuple[str, ...]]:
    """Return for every word with a known reading, and every reading, what else it is written as."""
    found: dict[str, list[str]] = {}
    readings = kana_words()
    pairs = [
        (reading, readings.words[entry[0]][1])
        for entries in readings.nouns.values()
        for reading, entry in entries.items()
    ]
    pairs += [(reading, word) for (reading, _class), word in readings.inflected.items()]
    for reading, word in pairs:
        if reading != word:
            found.setdefault(reading, []).append(word)
            found.setdefault(word, []).append(reading)
    return {word: tuple(dict.fromkeys(others)) for word, others in found.items()}
