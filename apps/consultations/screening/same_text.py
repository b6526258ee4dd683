"""Check for copies (ほかの人と同じ文): other people wrote the same a while ago. Knows no Django."""

from collections.abc import Iterable

from apps.core.text import fold

NAMED = 5


def find(text: str, others: Iterable[tuple[str, str]], *, letters: int) -> list[str]:
    """Return how many others posted the same text, in any width and kana, and where; a short one (賛成です) may be two people's.

    others: (name, words) of their texts.
    """
    here = _letters(text)
    if len(here) < letters:
        return []
    same = [name for name, words in others if _letters(words) == here]
    more = "ほか" if len(same) > NAMED else ""
    return [f"{len(same)}件（{'、'.join(same[:NAMED])}{more}）"] if same else []


def _letters(text: str) -> str:
    """Return the letters and digits of a text: another blank or full stop makes no other text."""
    return "".join(letter for letter in fold(text) if letter.isalnum())
