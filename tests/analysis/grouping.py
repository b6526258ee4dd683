"""Quality of groups of voices, measured on the voices of points.tsv, which were labelled by hand before anything ran."""

import csv
from collections import Counter
from pathlib import Path

from apps.analysis.compound_parts import parts_of
from apps.analysis.text import Lexicon, reader_for
from apps.analysis.voice_groups import PART, PREDICATE, Word, propose
from tests.analysis.quality import first_lexicon

QUESTION = {"seen": "公園", "unseen": "駅前"}


def labelled(half: str) -> list[tuple[str, str]]:
    """Return (point, text) of the labelled voices of one half."""
    with (Path(__file__).parent / "points.tsv").open(encoding="utf-8") as file:
        return [(row["point"], row["text"]) for row in csv.DictReader(file, delimiter="\t") if row["half"] == half]


def words_of(text: str, question: str, known: Lexicon) -> list[Word]:
    """Return the words of a text as the page weighs them."""
    found = []
    for use in reader_for(known.own_words).read(text):
        word = known.joins.get(use.term, use.term)
        if word not in known.left_out | {question}:
            found.append(Word(word, 1.0 if use.kind == "noun" else PREDICATE))
            found += [Word(part, PART) for part in parts_of(word) if use.kind == "noun"]
    return found


def adjusted_rand(a: list[str], b: list[int]) -> float:
    """Return the adjusted Rand index of two partitions (Hubert and Arabie 1985): 1 the same, 0 by chance."""

    def pairs(counts: Counter[object]) -> float:
        return sum(n * (n - 1) / 2 for n in counts.values())

    both, whole = pairs(Counter(zip(a, b, strict=True))), len(a) * (len(a) - 1) / 2
    first, second = pairs(Counter(a)), pairs(Counter(b))
    chance = first * second / whole
    return (both - chance) / ((first + second) / 2 - chance)


def quality(half: str) -> tuple[float, float]:
    """Return (adjusted Rand index, share of the placed voices that the group's own point has)."""
    rows, known = labelled(half), first_lexicon()
    groups, rest = propose({at: words_of(text, QUESTION[half], known) for at, (_p, text) in enumerate(rows)})
    place = {at: number for number, group in enumerate(groups) for at in group.voices}
    place |= {at: -1 - at for at in rest}
    kept = sum(max(Counter(rows[at][0] for at in group.voices).values()) for group in groups)
    return (
        adjusted_rand([point for point, _text in rows], [place[at] for at in range(len(rows))]),
        kept / sum(len(group.voices) for group in groups),
    )
