"""Read Japanese text: which words that a word cloud shows stand where. Knows no Django.

tokens.py splits (janome), nouns.py joins nouns (多+世代, 高齢+者, 経路+検索), predicates.py reads verbs and adjectives in
dictionary form, with their negation; sentences.py puts them together and drops what carries no topic (particles, numbers,
names of people). The city's dictionary comes in as a Lexicon.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from apps.analysis.sentences import Sentence, Use
from apps.analysis.spelling import LONGEST_TERM, is_word, normalise, spell
from apps.analysis.tokens import Splitter

__all__ = ["LONGEST_TERM", "Use", "is_word", "normalise", "spell"]

RECIPE = 5  # version of the rules that make words of texts; increasing it makes every text unread
LONGEST_TEXT = 5000


@dataclass(frozen=True)
class Lexicon:
    """The city's dictionary: user words with their kind, synonyms (written → shown), stop words."""

    own_words: tuple[tuple[str, str], ...] = ()
    joins: dict[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()


class WrongThread(RuntimeError):
    """A Reader was used in another thread than the one that made it."""


class Reader:
    """Tokenize texts with the city's user words. Not thread-safe.

    janome caches look-ups in an object that two threads would corrupt silently, so a reader refuses any thread but its own.
    """

    def __init__(self, own_words: Iterable[tuple[str, str]] = ()) -> None:
        self._thread = threading.get_ident()
        self._splitter = Splitter(_spellings(own_words))

    def read(self, text: str) -> list[Use]:
        """Return every use of a word in the order of the text, with places in the text as given. Raises WrongThread."""
        if threading.get_ident() != self._thread:
            raise WrongThread("A Reader belongs to the thread that made it; call reader_for in each thread.")
        plain, places = normalise(text[:LONGEST_TEXT])
        uses = (use for tokens in self._splitter.sentences(plain) for use in Sentence(tokens, self._splitter).uses())
        return [Use(u.term, u.kind, places[u.start], places[u.end]) for u in uses if is_word(u.term)]


_own = threading.local()


def reader_for(own_words: tuple[tuple[str, str], ...]) -> Reader:
    """Return this thread's reader for these user words; the last one is cached, since making one takes 0.1 s."""
    if getattr(_own, "words", None) != own_words:
        _own.reader, _own.words = Reader(own_words), own_words
    reader: Reader = _own.reader
    return reader


def keywords(text: str, lexicon: Lexicon) -> list[str]:
    """Return the words of a text as a cloud shows them, each once, in the order of first use."""
    found = (lexicon.joins.get(use.term, use.term) for use in reader_for(lexicon.own_words).read(text))
    return [word for word in dict.fromkeys(found) if word not in lexicon.left_out]


def _spellings(own_words: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield the user words as written (in upper and lower case, with ケ and ヶ), as shown, and their kind."""
    for word, kind in own_words:
        plain = normalise(word)[0].strip()
        small = {plain, plain.replace("ケ", "ヶ"), plain.replace("ヶ", "ケ")}
        for written in sorted({w for one in small for w in (one, one.lower(), one.upper()) if w}):
            yield written, word, kind
