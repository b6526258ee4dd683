"""Check for repetition (同じ内容の繰り返し): the same author wrote much the same a while ago. Knows no Django."""

from apps.core import search
from apps.core.text import fold

COMPARED = 50  # texts that are looked at, the newest first


def find(text: str, earlier: list[str], *, least: float) -> list[str]:
    """Return the similarity of the most similar earlier text, when that is `least` (0 to 1) or more."""
    here, pairs = fold(text), set(search.bigrams(text))
    likeness = max((1.0 if fold(old) == here else _alike(pairs, old) for old in earlier[:COMPARED]), default=0.0)
    return [f"{int(likeness * 100)}%"] if likeness >= least else []


def _alike(pairs: set[str], old: str) -> float:
    return search.similarity(pairs, set(search.bigrams(old)))
