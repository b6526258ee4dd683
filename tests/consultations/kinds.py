"""How well the rules tell the kinds of voices, for their test: kinds.tsv, written before the rules."""

import csv
from collections import Counter
from pathlib import Path

from apps.consultations.screening.kinds import kinds_of

HERE = Path(__file__).resolve().parent


def rows_of(half: str) -> list[tuple[str, str]]:
    """Return (kind, text) of one half, `seen` while the rules were made or `unseen`."""
    with (HERE / "kinds.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["kind"], row["text"]) for row in rows if row["half"] == half]


def measured(half: str) -> dict[str, tuple[float, float]]:
    """Return by kind (precision, recall)."""
    right, said, wanted = Counter[str](), Counter[str](), Counter[str]()
    for kind, text in rows_of(half):
        found = kinds_of(text)
        wanted[kind] += 1
        said.update(found)
        right[kind] += kind in found
    return {kind: (right[kind] / said[kind] if said[kind] else 0.0, right[kind] / wanted[kind]) for kind in wanted}
