"""How often a draft is shown a voice that fits it, for the tests and script/bench.

drafts.tsv: what residents might be writing, with the beginnings of voices of the demonstration that say the like; they were
chosen before any program looked for them. Where none is named, nothing fits. Rules are made by the half `seen` alone.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from apps.portal.demo.town.themes import LARGE, THEMES

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Draft:
    """A text that is being written, and pieces of the voices that fit it."""

    text: str
    fits: tuple[str, ...]


def drafts(half: str) -> list[Draft]:
    """Return the drafts of one half, `seen` or `unseen`."""
    with (HERE / "drafts.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Draft(row["draft"], tuple(fit for fit in (row["fits"] or "").split("｜") if fit))
        for row in rows
        if row["half"] == half
    ]


def town_voices() -> list[str]:
    """Return what the large theme of the demonstration holds."""
    theme = next(theme for theme in THEMES if theme.slug == LARGE)
    return [voice.body for voice in theme.voices] + [
        note.body for gathering in theme.gatherings for note in gathering.notes
    ]


def reached(half: str, look: Callable[[str], list[str]]) -> tuple[int, int, int, int]:
    """Return drafts shown a voice that fits, drafts for which one exists, drafts shown anything though none fits, and those.

    look: returns the texts that are shown for a draft.
    """
    hits = fitting = wrong = empty = 0
    for draft in drafts(half):
        shown = look(draft.text)
        if draft.fits:
            fitting += 1
            hits += any(fit in text for fit in draft.fits for text in shown)
        else:
            empty += 1
            wrong += bool(shown)
    return hits, fitting, wrong, empty
