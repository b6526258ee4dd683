"""How well the words that are found agree with what a reader expects, for its tests and script/bench.

labelled.json: sentences of the city's documents. voices.tsv: sentences as four kinds of people write them; the words were
written before any program read them. Rules are made by the half `seen` alone.
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.analysis.text import Lexicon, keywords

HERE = Path(__file__).resolve().parent
KINDS = ("citizen", "child", "nonnative", "formal")
FIXTURE = HERE.parents[1] / "fixtures" / "dictionary.json"


@dataclass(frozen=True)
class Score:
    """Precision: how many of the words found are expected. Recall: how many of the expected ones are found."""

    precision: float
    recall: float
    sentences: int

    @property
    def f(self) -> float:
        """Their harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


@dataclass(frozen=True)
class Sentence:
    """A text with the words that a reader expects; `either` are neither missed nor wrong."""

    text: str
    words: frozenset[str]
    either: frozenset[str]


def first_lexicon() -> Lexicon:
    """The dictionary that a new portal starts with."""
    rows = json.loads(FIXTURE.read_text(encoding="utf-8"))

    def fields(model: str) -> list[dict[str, Any]]:
        return [row["fields"] for row in rows if row["model"] == f"analysis.{model}"]

    return Lexicon(
        own_words=tuple((row["word"], row["kind"]) for row in fields("userword")),
        joins={row["written"]: row["shown"] for row in fields("synonym") if not row.get("search_only")},
        left_out=frozenset(row["word"] for row in fields("stopword")),
    )


def score(half: str, lexicon: Lexicon) -> Score:
    """Both figures over one half of the labelled sentences: `seen` while the rules were made, or `held` back."""
    rows = json.loads((HERE / "labelled.json").read_text(encoding="utf-8"))["sentences"]
    chosen = [row for row in rows if row["half"] == half]
    return score_of(
        [Sentence(row["text"], frozenset(row["words"]), frozenset(row["either"])) for row in chosen], lexicon
    )


def voices(kind: str, half: str) -> list[Sentence]:
    """The sentences of one kind of people, `seen` or `unseen`."""
    with (HERE / "voices.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Sentence(row["text"], _words(row["words"]), _words(row["either"] or ""))
        for row in rows
        if (row["kind"], row["half"]) == (kind, half)
    ]


def _words(column: str) -> frozenset[str]:
    return frozenset(word for word in column.split("、") if word)


def score_of(sentences: list[Sentence], lexicon: Lexicon) -> Score:
    """Both figures over these sentences."""
    hits = found = expected = 0
    for sentence in sentences:
        words = set(keywords(sentence.text, lexicon))
        hits += len(words & sentence.words)
        found += len(words - sentence.either)
        expected += len(sentence.words)
    return Score(hits / found, hits / expected, len(sentences))
