"""Tokenize Japanese text into the words that a word cloud shows. Knows no Django.

janome tokenizes; this module joins compounds (多+世代, 高齢+者, 経路+検索), takes words in dictionary form, and drops parts
of speech that carry no topic (particles, numbers, names of people). The city's dictionary comes in as a Lexicon.
"""

import re
import tempfile
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from janome.tokenizer import Tokenizer

from apps.core.text import UNSEEN

RECIPE = 3  # version of the rules in this file; increasing it makes every text unread
LONGEST_TEXT = 5000
LONGEST_TERM = 30
JOINED_AT_MOST = 2

# One character with its combining marks: half-width kana carry their ゛ as a character of its own.
LETTER = re.compile(r".[\uff9e\uff9f\u3099\u309a\u0300-\u036f]*", re.DOTALL)
ADDRESS = re.compile(r"https?://[!-~]+|[\w.+-]+@[\w-]+\.[\w.-]+", re.ASCII)
# NFKC makes ！（） half-width, which the dictionary takes for words; full width parts words again.
FULL_WIDTH = {ord(c): chr(ord(c) + 0xFEE0) for c in "!\"#$%&'()*,/:;<=>?@[\\]^`{|}~"}

JOINING = {"一般", "サ変接続", "形容動詞語幹", "固有名詞"}
STANDING_ALONE = {"副詞可能"}
OWN = "登録"
DROPPED_PREFIXES = {"ご", "御", "各", "当", "本", "同", "約", "第"}
DROPPED_SUFFIXES = {"たち", "達", "さん", "様", "さま", "ら", "等", "方々", "ごと", "毎", "氏", "君", "くん", "ちゃん"}
PLACE_ID, NOUN_ID = 1293, 1285  # the ids of 名詞,固有名詞,地域 and 名詞,一般 in IPADIC


@dataclass(frozen=True)
class Use:
    """One use of a word in a text: dictionary form, part of speech (noun, verb, adjective), place in characters."""

    term: str
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Lexicon:
    """The city's dictionary: user words with their kind, synonyms (written → shown), stop words."""

    own_words: tuple[tuple[str, str], ...] = ()
    joins: dict[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()


@dataclass
class Unit:
    """A noun with its affixes, before neighbours are joined."""

    text: str
    start: int
    end: int
    joins: bool


class WrongThread(RuntimeError):
    """A Reader was used in another thread than the one that made it."""


class Reader:
    """Tokenize texts with the city's user words. Not thread-safe.

    janome caches look-ups in an object that two threads would corrupt silently, so a reader refuses any thread but its own.
    """

    def __init__(self, own_words: Iterable[tuple[str, str]] = ()) -> None:
        self._thread = threading.get_ident()
        self._tokenizer = _tokenizer(list(_entries(own_words)))

    def read(self, text: str) -> list[Use]:
        """Return every use of a word in the order of the text, with places in the text as given. Raises WrongThread."""
        if threading.get_ident() != self._thread:
            raise WrongThread("A Reader belongs to the thread that made it; call reader_for in each thread.")
        plain, places = normalise(text[:LONGEST_TEXT])
        uses = _uses(_tokens(self._tokenizer, plain))
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


def normalise(text: str) -> tuple[str, list[int]]:
    """Return the text NFKC-normalised, and for each of its characters the place in the original text."""
    hidden = ADDRESS.sub(lambda found: " " * len(found[0]), text)
    letters: list[str] = []
    places: list[int] = []
    for found in LETTER.finditer(hidden):
        letter = unicodedata.normalize("NFKC", UNSEEN.sub("", found[0])).translate(FULL_WIDTH)
        if "\ud800" <= letter[:1] <= "\udfff":  # half of a letter: no file and no dictionary can hold it
            letter = " "
        letters.append(letter)
        places.extend([found.start()] * len(letter))
    return "".join(letters), [*places, len(text)]


def spell(word: str) -> str:
    """Return the spelling by which a word is counted: NFKC; Latin words of up to four letters in capitals."""
    plain = unicodedata.normalize("NFKC", word).strip()
    if plain.isascii() and plain.isalpha():
        return plain.upper() if len(plain) <= 4 else plain.capitalize()
    return plain


def is_word(term: str) -> bool:
    """Return False for tokens without letters, single kana, overlong tokens and one repeated character."""
    if not term or len(term) > LONGEST_TERM or not any(c.isalpha() for c in term):
        return False
    if len(term) == 1:
        return "一" <= term <= "鿿"
    return len(set(term.casefold())) > 1


def _entries(own_words: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the user words as lines of an IPADIC user dictionary, in upper and lower case, with ケ and ヶ.

    Longer words cost less, so that the longest wins, but never so little that they split other words
    (the simplified format costs −100000 each: 田園調布 became 田園|調布).
    """
    for word, kind in own_words:
        plain = normalise(word)[0].strip()
        cost, number = max(-2000, 7000 - 1300 * len(plain)), PLACE_ID if kind == "place" else NOUN_ID
        small = {plain, plain.replace("ケ", "ヶ"), plain.replace("ヶ", "ケ")}
        for written in sorted({w for one in small for w in (one, one.lower(), one.upper()) if w}):
            row = [written, number, number, cost, "名詞", "固有名詞", OWN, "*", "*", "*", word, "*", "*"]
            yield ",".join(str(part).replace(",", "，") for part in row)


def _tokenizer(entries: list[str]) -> Tokenizer:
    """Return a janome tokenizer with these entries, which it only reads from a file."""
    if not entries:
        return Tokenizer()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".csv") as file:
        file.write("\n".join(entries) + "\n")
        file.flush()
        return Tokenizer(file.name)


@dataclass
class Token:
    """A token of janome with its place."""

    surface: str
    base: str
    kind: list[str]
    start: int

    @property
    def end(self) -> int:
        """Return where the next one begins."""
        return self.start + len(self.surface)


def _tokens(tokenizer: Tokenizer, plain: str) -> Iterator[Token]:
    """Yield janome's tokens with their places."""
    at = 0
    token: Any  # with wakati left off, janome gives tokens and never plain strings
    for token in tokenizer.tokenize(plain):
        at = plain.index(token.surface, at)
        yield Token(token.surface, token.base_form, token.part_of_speech.split(","), at)
        at += len(token.surface)


def _uses(tokens: Iterable[Token]) -> Iterator[Use]:
    """Yield words in the order of the text: nouns joined, verbs and adjectives in dictionary form."""
    run: list[Unit] = []
    prefix: Token | None = None
    for token in tokens:
        major, minor = token.kind[0], token.kind[1]
        if not any(letter.isalnum() for letter in token.surface):  # (^_^)/ is no word and part of none
            major = "記号"
        if major == "名詞" and minor in {"接尾", *JOINING, *STANDING_ALONE}:
            yield from _noun(run, token, prefix)
            prefix = None
            continue
        yield from _close(run)
        prefix = token if major == "接頭詞" and minor == "名詞接続" else None
        if major in {"動詞", "形容詞"} and minor == "自立":
            yield Use(token.base, "verb" if major == "動詞" else "adjective", token.start, token.end)
    yield from _close(run)


def _noun(run: list[Unit], token: Token, prefix: Token | None) -> Iterator[Use]:
    """Append a noun or suffix to the run of neighbouring nouns; yield the words of a run that ends here."""
    minor, detail = token.kind[1], token.kind[2]
    if minor == "接尾":
        if run and run[-1].end == token.start and _is_glued(token, run[-1]):
            run[-1].text, run[-1].end = run[-1].text + token.surface, token.end
        else:
            yield from _close(run)
        return
    if detail == OWN:
        yield from _close(run)
        yield Use(token.base, "noun", token.start, token.end)
        return
    if detail == "人名":
        yield from _close(run)
        return
    text, start = token.surface, token.start
    if prefix is not None and prefix.surface not in DROPPED_PREFIXES:
        text, start = prefix.surface + text, prefix.start
    joins = minor in JOINING
    if prefix is not None or (run and not (joins and run[-1].joins and run[-1].end == start)):
        yield from _close(run)
    run.append(Unit(text, start, token.end, joins))


def _is_glued(suffix: Token, unit: Unit) -> bool:
    """Return True if a suffix belongs to the word: 高齢者, 多様性, 防犯力, 魅力的, but not 市民たち."""
    return suffix.kind[2] not in {"人名", "副詞可能", "助数詞", "助動詞語幹"} and suffix.surface not in DROPPED_SUFFIXES


def _close(run: list[Unit]) -> Iterator[Use]:
    """Yield the words of a run of nouns: two are one word (経路検索), more stay separate. Clears the run."""
    if len(run) == JOINED_AT_MOST:
        yield Use(spell(run[0].text + run[1].text), "noun", run[0].start, run[1].end)
    else:
        for unit in run:
            yield Use(spell(unit.text), "noun", unit.start, unit.end)
    run.clear()
