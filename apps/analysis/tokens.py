"""Tokenize text with janome, the city's words, and the kana spellings of common words. Knows no Django.

janome asks a user dictionary at every place of a text. The one here is a Python dict instead of janome's own transducer: it
is made in no time, and it can be told which of its words a sentence may have. The city's words have costs so moderate that
they tear no longer word apart (the simplified format of janome costs −100000 each: 田園調布 became 田園|調布). Kana
spellings (こうえん is 公園) are for sentences that are written nearly without kanji.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from janome.fst import Matcher
from janome.lattice import NodeType
from janome.sysdic import all_fstdata  # type: ignore[attr-defined]
from janome.tokenizer import Tokenizer

from apps.analysis.kana import KANA_COSTS, NOUN_ID, Entry, Table, in_kanji, kana_words
from apps.analysis.spelling import listed

OWN, COMPOUND = "登録", "複合"
PLACE_ID = 1293  # of 名詞,固有名詞,地域 in IPADIC
PREFIXES_KEPT = 16_384  # janome's own cache of looked-up prefixes holds 1,024, which halves its speed
SENTENCE = re.compile(r"[^。！？\n]+[。！？\n]*|[。！？\n]+")
HIRAGANA_ALONE = re.compile("[ぁ-ゖー]+")
COMMON_VERBS = listed("する くる いる ある なる みる やる いく いう でる とる ぬる ふく もつ")
HIRAGANA, KANJI = re.compile("[ぁ-ゖ]"), re.compile("[一-鿿々]")
FEW_KANJI = 0.12  # share of kanji up to which a sentence is one of somebody who writes in kana
SPACED = re.compile("[ぁ-ゖ] +[^ ]")  # nobody else types blanks between words
RUN = re.compile(r"[A-Za-z]+(?:[-‐][A-Za-z0-9]+|[0-9]+)+")  # COVID-19, Web3: one word
RUN_COST = 2000
WITHIN = 3000  # what a short common word costs more where no word is known to begin
JANOME_LOOKS = 50  # letters that janome shows a dictionary at a place
BORDER = re.compile(r"(?<![ぁ-ゖー])(?=[ぁ-ゖ])")  # where a word begins, as a blank or other letters stand before it
FIRST_OWN = 1_000_000  # the numbers of the city's words; below stand the kana spellings
SHORT = 3  # letters of a word in katakana that is none inside a longer one (スマ in スマート)


@dataclass
class Token:
    """A token of janome with its place: surface, dictionary form, parts of speech, class and form of inflection.

    written_base: the dictionary form in the letters of the text (わたる), base: in its usual ones (渡る).
    """

    surface: str
    base: str
    written_base: str
    kind: list[str]
    inflection: str
    form: str
    start: int
    end: int

    @property
    def is_own(self) -> bool:
        """Return True for a word of the city's dictionary."""
        return self.kind[2] == OWN


@lru_cache(maxsize=1)
def compounds() -> tuple[str, ...]:
    """Return the compounds of compounds.txt."""
    lines = (Path(__file__).resolve().parent / "compounds.txt").read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(word for line in lines if not line.startswith("#") for word in line.split()))


class Words:
    """A user dictionary, as janome asks for it: the city's words, the compounds of compounds.txt, and kana spellings.

    A sentence that has kana spellings is told by `begin`.
    """

    def __init__(self, own_words: Iterable[tuple[str, str, str]]) -> None:
        """own_words: (written, shown, kind); kind is `place` or `noun`."""
        self._kana = False
        self._borders = frozenset[str]()
        self._shown: list[tuple[str, str]] = []
        self._own: Table = {}
        for word in compounds():
            self._add(word, word, COMPOUND, NOUN_ID)
        for written, shown, kind in own_words:
            self._add(written, shown, OWN, PLACE_ID if kind == "place" else NOUN_ID)

    def _add(self, written: str, shown: str, kind: str, number: int) -> None:
        """Add a word. Longer ones cost less, so that the longest wins, but never so little that they tear others apart."""
        cost = max(-2000, 7000 - 1300 * len(written))
        entry = (FIRST_OWN + len(self._shown), written, number, number, cost)
        self._own.setdefault(written[0], {})[written] = entry
        self._shown.append((kind, shown))

    def begin(self, sentence: str, *, kana: bool) -> None:
        """Begin a sentence. kana: whether kana spellings are words of it."""
        self._kana = kana
        places = (found.start() for found in BORDER.finditer(sentence)) if kana else ()
        self._borders = frozenset(sentence[at : at + JANOME_LOOKS] for at in places)

    def lookup(self, encoded: bytes) -> list[Entry]:
        """Return the entries that a text begins with."""
        text = encoded.decode("utf-8", "ignore")
        first = text[0]
        found = [
            entry
            for written, entry in self._own.get(first, {}).items()
            if text.startswith(written) and not _is_inside(written, text[len(written) :])
        ]
        if self._kana:
            found += self._kana_entries(text)
        if first.isascii() and first.isalpha() and (run := RUN.match(text)):
            found.append((0, run[0], NOUN_ID, NOUN_ID, RUN_COST))
        return found

    def _kana_entries(self, text: str) -> Iterator[Entry]:
        """Yield the kana spellings that a text begins with; rare ones only where a word begins."""
        is_border = text in self._borders
        for written, entry in kana_words().nouns.get(text[0], {}).items():
            if not text.startswith(written):
                continue
            if is_border:
                yield entry
            elif entry[4] == KANA_COSTS["1"]:
                yield entry if len(written) > SHORT - 1 else (*entry[:4], entry[4] + WITHIN)

    def lookup_extra(self, number: int) -> tuple[str, str, str, str, str, str]:
        """Return parts of speech, inflection and dictionary form of an entry."""
        if number >= FIRST_OWN:
            kind, shown = self._shown[number - FIRST_OWN]
            return f"名詞,固有名詞,{kind},*", "*", "*", shown, "*", "*"
        kind, word = kana_words().words[number]
        return kind, "*", "*", word, "*", "*"


def _is_inside(written: str, rest: str) -> bool:
    """Return True if a word goes on in the same letters: 5G in 5GHz, a short word of katakana in a longer one."""
    last, following = written[-1], rest[:1]
    if last.isascii():
        return following.isascii() and following.isalnum()
    return len(written) <= SHORT and _is_katakana(last) and _is_katakana(following)


def _is_katakana(letter: str) -> bool:
    return "ァ" <= letter <= "ヺ" or letter == "ー"


def _is_scrap(token: Any, major: str, base: str, *, is_kana: bool) -> bool:
    """Return True for kana that no dictionary knows, and in texts of kana for short verbs that nobody would write so."""
    if major == "名詞":
        return bool(token.node_type == NodeType.UNKNOWN)
    return is_kana and major == "動詞" and len(base) <= SHORT - 1 and token.surface != base and base not in COMMON_VERBS


class Splitter:
    """Split texts into tokens. Not thread-safe, as janome is not."""

    def __init__(self, own_words: Iterable[tuple[str, str, str]]) -> None:
        self._words = Words(own_words)
        self._tokenizer = Tokenizer()
        self._tokenizer.matcher = Matcher(all_fstdata(), max_cache_size=PREFIXES_KEPT)
        self._tokenizer.user_dic = self._words  # type: ignore[assignment]
        self._verbs = dict[tuple[str, str], bool]()

    def sentences(self, plain: str) -> Iterator[list[Token]]:
        """Yield the tokens of each sentence of a normalised text."""
        for sentence in SENTENCE.finditer(plain):
            kanji, kana = len(KANJI.findall(sentence[0])), len(HIRAGANA.findall(sentence[0]))
            is_kana = bool(SPACED.search(sentence[0])) or kanji <= FEW_KANJI * (kanji + kana)
            self._words.begin(sentence[0].strip(), kana=is_kana)
            yield self._tokens(sentence[0], sentence.start(), is_kana=is_kana)

    def _tokens(self, sentence: str, begin: int, *, is_kana: bool) -> list[Token]:
        tokens, at = [], 0
        token: Any  # with wakati left off, janome gives tokens and never plain strings
        for token in self._tokenizer.tokenize(sentence):
            surface, inflection = token.surface, token.infl_type
            at = sentence.index(surface, at)
            written = base = token.base_form or surface
            kind, start = token.part_of_speech.split(","), begin + at
            if kind[1] == "自立":
                base = in_kanji(written, inflection)
            if HIRAGANA_ALONE.fullmatch(base) and _is_scrap(token, kind[0], base, is_kana=is_kana):
                kind = ["記号", "一般", "*", "*"]
            tokens.append(Token(surface, base, written, kind, inflection, token.infl_form, start, start + len(surface)))
            at += len(surface)
        return tokens

    def is_verb(self, base: str, inflection: str) -> bool:
        """Return True if the dictionary has a verb with this dictionary form and class of inflection (五段)."""
        key = base, inflection
        if key not in self._verbs:
            found = self._tokenizer.sys_dic.lookup(base.encode(), self._tokenizer.matcher)
            extras = (self._tokenizer.sys_dic.lookup_extra(entry[0]) for entry in found if entry[1] == base)
            self._verbs[key] = any(
                extra[0].startswith("動詞,自立") and extra[1].startswith(inflection) for extra in extras
            )
        return self._verbs[key]
