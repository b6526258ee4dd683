"""Propose groups of voices that speak of the same subject, each named by a word. Deterministic; knows no Django.

Cores are chosen greedily: the noun that most of the remaining voices use, as long as FEWEST do. A voice goes to the group
whose words it shares most (cosine of weights; rare words weigh more), so that one without the core's word may join it too.
Voices that are near none are left over. Measured on voices labelled by hand in tests/analysis/points.tsv.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEWEST = 3  # voices that share a word, to begin a group
COMMON = 0.4  # share of the voices from which on a word tells nothing
NEAR = 0.2  # cosine from which on a voice belongs to a group
PART, PREDICATE = 0.5, 0.5  # what a part of a compound, a verb and an adjective weigh
SHOWN = 5  # words that explain a group


@dataclass(frozen=True)
class Word:
    """A word of a voice: its text, and how much it weighs (1 for a noun that stands for itself)."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class VoiceGroup:
    """A proposed group: the words that its voices share, the core first, and its voices, nearest first."""

    words: tuple[str, ...]
    voices: tuple[int, ...]


def propose(voices: Mapping[int, Sequence[Word]]) -> tuple[list[VoiceGroup], list[int]]:
    """Return the groups, largest first, and the voices left over. voices: id → its words."""
    vectors = _vectors(voices)
    nouns = {word.text for words in voices.values() for word in words if word.weight == 1}
    placed = _place(vectors, _cores(vectors, nouns))
    groups = []
    for members in placed.values():
        ids = tuple(sorted(members, key=lambda pk: (-members[pk], pk)))
        if len(ids) >= FEWEST:
            groups.append(VoiceGroup(_explained(ids, vectors), ids))
    grouped = {pk for group in groups for pk in group.voices}
    groups.sort(key=lambda group: (-len(group.voices), group.words))
    return groups, [pk for pk in voices if pk not in grouped]


def _vectors(voices: Mapping[int, Sequence[Word]]) -> dict[int, dict[str, float]]:
    """Return id → word → weight, without words that a single voice or too many use; of length 1."""
    used = Counter(text for words in voices.values() for text in {word.text for word in words})
    kept = {text for text, n in used.items() if 1 < n <= max(COMMON * len(voices), FEWEST)}
    vectors = {}
    for pk, words in voices.items():
        weights: dict[str, float] = {}
        for word in words:
            if word.text in kept:
                weight = word.weight * math.log(1 + len(voices) / used[word.text])
                weights[word.text] = max(weight, weights.get(word.text, 0))
        vectors[pk] = _normed(weights)
    return vectors


def _normed(weights: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
    return {text: weight / length for text, weight in weights.items()} if length else {}


def _cores(vectors: dict[int, dict[str, float]], nouns: set[str]) -> list[str]:
    """Return the words that begin a group, each with FEWEST voices of which no earlier one is a word."""
    using: dict[str, set[int]] = defaultdict(set)
    for pk, vector in vectors.items():
        for text in vector.keys() & nouns:
            using[text].add(pk)
    rest, cores = set(vectors), list[str]()
    while True:
        found = [text for text, ids in using.items() if len(ids & rest) >= FEWEST]
        if not found:
            return cores
        core = min(found, key=lambda text: (-len(using[text] & rest), len(using[text]), text))
        cores.append(core)
        rest -= using.pop(core)


def _place(vectors: dict[int, dict[str, float]], cores: list[str]) -> dict[str, dict[int, float]]:
    """Return core → voice → nearness: first by the core that weighs most in a voice, then by what the group shares."""
    first: dict[str, list[int]] = {core: [] for core in cores}
    for pk, vector in vectors.items():
        own = [core for core in cores if core in vector]
        if own:
            first[min(own, key=lambda core: (-vector[core], core))].append(pk)
    middles = {core: _middle([vectors[pk] for pk in ids]) for core, ids in first.items() if ids}
    placed: dict[str, dict[int, float]] = {core: {} for core in middles}
    for pk, vector in vectors.items():
        near = {core: _cosine(vector, middle) for core, middle in middles.items()}
        best = min(near, key=lambda core: (-near[core], core), default=None)
        if best is not None and near[best] >= NEAR:
            placed[best][pk] = near[best]
    return placed


def _middle(vectors: list[dict[str, float]]) -> dict[str, float]:
    """Return the mean of vectors, of length 1."""
    texts = sorted({text for vector in vectors for text in vector})
    return _normed({text: math.fsum(vector.get(text, 0) for vector in vectors) for text in texts})


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    return round(math.fsum(weight * b[text] for text, weight in a.items() if text in b), 9)


def _explained(ids: Sequence[int], vectors: dict[int, dict[str, float]]) -> tuple[str, ...]:
    """Return the words that most of a group share: those that two of its voices use, by their sum of weights."""
    used = Counter(text for pk in ids for text in vectors[pk])
    sums = {text: math.fsum(vectors[pk].get(text, 0) for pk in ids) for text, n in used.items() if n > 1}
    return tuple(sorted(sums, key=lambda text: (-sums[text], text))[:SHOWN])
