"""Diff of two texts by words, in plain Python: paragraphs first, then words within paragraphs that resemble each other.

Words are runs of one script (漢字, ひらがな, カタカナ, letters and digits): no dictionary is needed, so a page may do it
(ADR 53).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

WORD = re.compile(
    r"[一-鿿㐀-䶿々〆ヶ]+|[ぁ-ゖゝゞ]+|[ァ-ヺー・]+|[0-9０-９]+(?:[.,．，][0-9０-９]+)*|[A-Za-zＡ-Ｚａ-ｚ]+|\s+|.",
    re.DOTALL,
)
SAME, ADDED, REMOVED = "same", "added", "removed"
ALIKE = 0.4  # from this share of equal words on two paragraphs are one that was changed
MOST_PAIRS = 4_000_000  # so many pairs of words are compared in one paragraph; a longer one is shown as a whole


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, heading or table row of a section, as plain text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Run:
    """A piece of text that both versions have, or one of them."""

    op: str
    text: str


@dataclass
class Passage:
    """A block in the comparison, in runs; both texts can be read from it."""

    kind: str
    runs: list[Run] = field(default_factory=list)

    @property
    def is_changed(self) -> bool:
        """Return whether anything in it was added or removed."""
        return any(run.op != SAME for run in self.runs)

    @property
    def before(self) -> list[Run]:
        """Return the runs of the former text; empty for an added block."""
        return [run for run in self.runs if run.op != ADDED]

    @property
    def after(self) -> list[Run]:
        """Return the runs of the later text; empty for a removed block."""
        return [run for run in self.runs if run.op != REMOVED]


def words_in(text: str) -> list[str]:
    """Return the words of a text; joined they are the text."""
    return WORD.findall(text)


def compare_blocks(before: Sequence[Block], after: Sequence[Block]) -> list[Passage]:
    """Return the passages of two texts in the order of reading."""
    passages: list[Passage] = []
    for op, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            passages += [Passage(block.kind, [Run(SAME, block.text)]) for block in after[b1:b2]]
        else:
            passages += _replaced(before[a1:a2], after[b1:b2])
    return passages


def compare_words(before: str, after: str) -> list[Run]:
    """Return the runs of two paragraphs: what both have, what was removed and what came in its place."""
    old, new = words_in(before), words_in(after)
    if len(old) * len(new) > MOST_PAIRS:
        return [Run(REMOVED, before), Run(ADDED, after)] if before != after else [Run(SAME, after)]
    runs: list[Run] = []
    for op, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            runs.append(Run(SAME, "".join(new[b1:b2])))
            continue
        if a2 > a1:
            runs.append(Run(REMOVED, "".join(old[a1:a2])))
        if b2 > b1:
            runs.append(Run(ADDED, "".join(new[b1:b2])))
    return runs


def likeness(before: str, after: str) -> float:
    """Return the share of words that two texts have in common, wherever they stand, 0 to 1 (Dice coefficient)."""
    return _dice(Counter(words_in(before)), Counter(words_in(after)))


def _dice(old: Counter[str], new: Counter[str]) -> float:
    """Return the Dice coefficient of two bags of words; 1 for two empty ones."""
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 1.0


def moved_keys(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Return the keys that stand in another order than before: as few as explain the new order.

    The longest sequence that kept its order stays; what was added or removed moves nothing.
    """
    places = {key: place for place, key in enumerate(before)}
    common = [key for key in after if key in places]
    return set(common) - set(_longest_rising([places[key] for key in common], common))


def _longest_rising(places: Sequence[int], keys: Sequence[str]) -> Iterator[str]:
    """Yield the keys of the longest rising subsequence of places, last one first."""
    ends: list[int] = []  # ends[n]: index of the smallest end of a rising sequence of n + 1 places
    earlier: list[int | None] = []
    for index, place in enumerate(places):
        n = next((n for n, end in enumerate(ends) if places[end] > place), len(ends))
        earlier.append(ends[n - 1] if n else None)
        ends[n : n + 1] = [index]
    at = ends[-1] if ends else None
    while at is not None:
        yield keys[at]
        at = earlier[at]


def _replaced(before: Sequence[Block], after: Sequence[Block]) -> list[Passage]:
    """Return the passages of blocks that differ: each later one beside the first former one that resembles it."""
    passages: list[Passage] = []
    bags = [Counter(words_in(block.text)) for block in before]
    begin = 0
    for block in after:
        bag = Counter(words_in(block.text))
        place = next((n for n in range(begin, len(bags)) if _dice(bags[n], bag) >= ALIKE), None)
        if place is None:
            passages.append(Passage(block.kind, [Run(ADDED, block.text)]))
            continue
        passages += _gone(before[begin:place])
        passages.append(Passage(block.kind, compare_words(before[place].text, block.text)))
        begin = place + 1
    return passages + _gone(before[begin:])


def _gone(blocks: Sequence[Block]) -> list[Passage]:
    """Return the passages of removed blocks."""
    return [Passage(block.kind, [Run(REMOVED, block.text)]) for block in blocks]
