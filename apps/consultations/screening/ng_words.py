"""Check for NG words (NGワード): words that somebody should look at before a text is public. Knows no Django.

A word is found in whatever script and width it is typed, and with signs put between its letters (ば★か). A blank, a comma
or a middle dot between letters counts as such a sign only where the word stands alone, so that 「そば、かつ丼」 is left alone.
Latin words are found as whole words only.
"""

from dataclasses import dataclass

from apps.core.text import DASHES, fold

LISTING = frozenset(" 、。，．,.・/／\n")
MOST_SIGNS = 3  # signs that may stand between two letters
PARTING = str.maketrans(dict.fromkeys(DASHES, "*"))  # a dash may be a sign (ば-か) as well as a long sound (コ-ヒ-)


@dataclass(frozen=True)
class WordList:
    """Folded words to find, and longer words in which they mean no harm."""

    words: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()

    @classmethod
    def read(cls, lines: str) -> "WordList":
        """Parse a list: one word a line; 「!」 before a word that is harmless."""
        folded = [fold(line.translate(PARTING)) for line in lines.splitlines()]
        return cls(
            tuple(dict.fromkeys(letters(word) for word in folded if not word.startswith("!") and letters(word))),
            tuple(dict.fromkeys(word[1:].strip() for word in folded if word.startswith("!") and word[1:].strip())),
        )


def letters(text: str) -> str:
    """Return the letters and digits of a text, without anything between them."""
    return "".join(letter for letter in text if letter.isalnum())


def find(text: str, wanted: WordList) -> list[str]:
    """Return the words of the list that stand in the text, each once."""
    read = dict.fromkeys([fold(text), fold(text.translate(PARTING))])
    found = [word for folded in read for word in _found_in(folded, wanted)]
    return [word for word in wanted.words if word in found]


def _found_in(folded: str, wanted: WordList) -> list[str]:
    for word in wanted.harmless:
        folded = folded.replace(word, "\n")
    bare = letters(folded)
    return [word for word in wanted.words if word in bare and _stands_in(folded, word)]


def _stands_in(text: str, word: str) -> bool:
    """Return whether the word stands in the folded text, not only its letters across two other words."""
    start = text.find(word[0])
    while start >= 0:
        end, is_parted = _end_of(text, start, word)
        if end and _is_whole(text, start, end, word, is_parted):
            return True
        start = text.find(word[0], start + 1)
    return False


def _end_of(text: str, start: int, word: str) -> tuple[int, bool]:
    """Return where the word that begins here ends (0: it is another one), and whether a listing sign parts its letters."""
    place, is_parted = start + 1, False
    for letter in word[1:]:
        signs = place
        while place < len(text) and place - signs < MOST_SIGNS and not text[place].isalnum():
            is_parted = is_parted or text[place] in LISTING
            place += 1
        if place >= len(text) or text[place] != letter:
            return 0, False
        place += 1
    return place, is_parted


def _is_whole(text: str, start: int, end: int, word: str, is_parted: bool) -> bool:
    """Return whether it is a whole word: nothing beside it makes it a part of another one, where that matters."""
    before, after = text[start - 1] if start else " ", text[end] if end < len(text) else " "
    if word.isascii() and (_is_latin(before) or _is_latin(after)):
        return False
    return not is_parted or not (before.isalnum() or after.isalnum())


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
