"""Find the readings (ふりがな) of Japanese text: which hiragana stand over which letters. Knows no Django.

janome reads words in their sentence; numbers with a counter (3日, 10分, 2人) are read by the table of `core.counters`,
and a few words that the dictionary reads otherwise than official texts mean them by RULES. The city's own words come in
with their readings.
"""

import re
import tempfile
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from janome.fst import Matcher
from janome.sysdic import all_fstdata  # type: ignore[attr-defined]
from janome.tokenizer import Tokenizer

from apps.core.counters import Number, read_counter, read_numbers

RECIPE = 1  # version of the rules in this file and of core.counters; part of every cache key
LONGEST_CLAUSE = 400
PREFIXES_KEPT = 16_384  # janome's own cache of looked-up prefixes holds 1,024, which halves its speed on a whole page
CLAUSES_KEPT = 4096
PLACE_ID = 1293  # 名詞,固有名詞,地域 in IPADIC

KANJI = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
HAS_KANJI = re.compile(f"[{KANJI}]")
HIRAGANA = re.compile("[ぁ-ゖー]+")
CLAUSE = re.compile(r"[、。！？!?「」『』（）()【】〔〕・…/／:：;；,，\s]+")
# Letters that carry a reading: kanji, and the ケ of 緑ケ丘 before one.
RUN = re.compile(f"(?:[{KANJI}]|[ケヶ](?=[{KANJI}]))+")
WEEKDAYS = {"月": "げつ", "火": "か", "水": "すい", "木": "もく", "金": "きん", "土": "ど", "日": "にち"}
WORDS = {
    "日本": "ニホン", "東日本": "ヒガシニホン", "他": "ホカ", "私": "ワタシ", "全": "ゼン", "語": "ゴ", "版": "ハン",
}  # fmt: skip
OWN_WORDS = (("申立て", "もうしたて"),)  # that the dictionary cuts in two

Pieces = tuple[tuple[str, str], ...]  # (letters, their reading; "" where none is shown)


@dataclass(frozen=True)
class Word:
    """A word of a sentence, as the dictionary has it."""

    letters: str
    reading: str  # katakana; "" when unknown
    kind: str


class FuriganaReader:
    """Read texts with the city's words. Safe for threads: one at a time reads, since janome's caches bear no two."""

    def __init__(self, words: Iterable[tuple[str, str]] = ()) -> None:
        self._lock = threading.Lock()
        self._tokenizer = _tokenizer(list(_entries([*OWN_WORDS, *words])))
        self._read_clause = lru_cache(CLAUSES_KEPT)(self._clause)

    def read(self, text: str, number: str = "") -> Pieces:
        """Return the text in pieces with their readings. number: the digits that stand right before the text."""
        pieces: list[tuple[str, str]] = []
        if number and (found := read_counter(number, text)):
            pieces, text = list(found.pieces), text[found.end :]
        for part in read_numbers(text):
            if isinstance(part, Number):
                pieces += part.pieces
            else:
                pieces += self._sentence(part)
        return tuple(pieces)

    def _sentence(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the pieces of a text without counted numbers, clause by clause: the same clauses return on many pages."""
        at, opened = 0, False
        for gap in [*CLAUSE.finditer(text), None]:
            end = gap.start() if gap else len(text)
            clause = text[at:end]
            if opened and clause in WEEKDAYS and gap and gap[0][0] in ")）・、":
                yield clause, WEEKDAYS[clause]
            elif HAS_KANJI.search(clause) and len(clause) <= LONGEST_CLAUSE:
                with self._lock:
                    yield from self._read_clause(clause)
            elif clause:
                yield clause, ""
            if gap:
                yield gap[0], ""
                at, opened = gap.end(), gap[0][-1] in "(（・、"

    def _clause(self, text: str) -> Pieces:
        words, at = [], 0
        token: Any  # with wakati left off, janome gives tokens and never plain strings
        for token in self._tokenizer.tokenize(text):
            start = text.index(token.surface, at)
            if start > at:
                words.append(Word(text[at:start], "", ""))
            known = "" if token.reading == "*" else token.reading
            words.append(Word(token.surface, known, token.part_of_speech))
            at = start + len(token.surface)
        words.append(Word(text[at:], "", ""))
        return tuple(piece for n, word in enumerate(words) for piece in align(word.letters, _in_context(words, n)))


_readers = threading.Lock()
_last: tuple[tuple[tuple[str, str], ...], FuriganaReader] | None = None


def furigana_reader(words: tuple[tuple[str, str], ...]) -> FuriganaReader:
    """Return this process's reader for these words; the last one is kept, since making one takes some 0.1 s."""
    global _last
    with _readers:
        if _last is None or _last[0] != words:
            _last = (words, FuriganaReader(words))
        return _last[1]


def align(letters: str, reading: str) -> Pieces:
    """Return the letters of a word in pieces, kana outside the reading: 届け, トドケ → 届 (とど), け."""
    kana = to_hiragana(reading)
    runs = list(RUN.finditer(letters))
    if not runs or not HIRAGANA.fullmatch(kana):
        return ((letters, ""),) if letters else ()
    pattern, at = "", 0
    for run in runs:
        pattern += re.escape(to_hiragana(letters[at : run.start()])) + "(.+?)"
        at = run.end()
    found = re.fullmatch(pattern + re.escape(to_hiragana(letters[at:])), kana)
    if found is None:
        return ((letters, kana),)
    pieces, at = [], 0
    for run, part in zip(runs, found.groups(), strict=True):
        pieces += [(letters[at : run.start()], ""), (run[0], part)]
        at = run.end()
    return tuple(piece for piece in [*pieces, (letters[at:], "")] if piece[0])


def to_hiragana(text: str) -> str:
    """Return the text with hiragana for katakana."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in plain)


def _in_context(words: list[Word], n: int) -> str:
    """Return the reading of the n-th word where the dictionary's first one is not what official texts mean."""
    word = words[n]
    before, after = (words[n - 1].letters if n else ""), words[n + 1].letters if n + 1 < len(words) else ""
    if (
        word.letters == "方"
        and word.reading == "ホウ"
        and not (after == "が" and before not in {"の", "い", "た", "る"})
    ):
        return "カタ"  # 登録のない方, お住まいの方: persons, not directions
    if word.letters == "行っ" and before in {"を", "に", "が", "で"} and (before == "を" or after not in {"て", "た"}):
        return "オコナッ"
    if word.letters == "考" and after.startswith("え"):
        return "カンガ"
    if word.letters == "町" and word.kind.startswith("名詞,接尾"):
        return "チョウ"
    return WORDS.get(word.letters, word.reading)


def _entries(words: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the city's words as lines of an IPADIC user dictionary.

    Longer words cost less, so that the longest wins, but never so little that they split other words (市 in 都市).
    """
    for word, reading in words:
        cost = max(-4000, 7000 - 2000 * len(word))
        kana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in reading)
        row = [word, PLACE_ID, PLACE_ID, cost, "名詞", "固有名詞", "登録", "*", "*", "*", word, kana, kana]
        yield ",".join(str(part).replace(",", "，") for part in row)


def _tokenizer(entries: list[str]) -> Tokenizer:
    """Return a janome tokenizer with these entries, which it only reads from a file."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".csv") as file:
        file.write("\n".join(entries) + "\n")
        file.flush()
        made = Tokenizer(file.name)
    made.matcher = Matcher(all_fstdata(), max_cache_size=PREFIXES_KEPT)
    return made
