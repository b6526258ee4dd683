"""How well the words that are found agree with what a reader expects (labelled.json), for its tests and script/bench."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.analysis.text import Lexicon, keywords

HERE = Path(__file__).resolve().parent
FIXTURE = HERE.parents[1] / "fixtures" / "dictionary.json"


@dataclass(frozen=True)
class Score:
    """Precision: how many of the words found are expected. Recall: how many of the expected ones are found."""

    precision: float
    recall: float
    sentences: int


def first_lexicon() -> Lexicon:
    """The dictionary that a new portal starts with."""
    rows = json.loads(FIXTURE.read_text(encoding="utf-8"))

    def fields(model: str) -> list[dict[str, Any]]:
        return [row["fields"] for row in rows if row["model"] == f"analysis.{model}"]

    return Lexicon(
        own_words=tuple((row["word"], row["kind"]) for row in fields("userword")),
        joins={row["written"]: row["shown"] for row in fields("synonym")},
        left_out=frozenset(row["word"] for row in fields("stopword")),
    )


def score(half: str, lexicon: Lexicon) -> Score:
    """Both figures over one half of the labelled sentences: `seen` while the rules were made, or `held` back."""
    rows = json.loads((HERE / "labelled.json").read_text(encoding="utf-8"))["sentences"]
    chosen = [row for row in rows if row["half"] == half]
    hits = found = expected = 0
    for row in chosen:
        words, wanted = set(keywords(row["text"], lexicon)), set(row["words"])
        hits += len(words & wanted)
        found += len(words - set(row["either"]))
        expected += len(wanted)
    return Score(hits / found, hits / expected, len(chosen))
