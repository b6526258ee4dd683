"""Hints for who writes for everybody: long sentences, and kanji that not everybody reads. Knows no Django."""

import re
from dataclasses import dataclass

from apps.core.school_kanji import COMMON, PRIMARY_SCHOOL

LONG_SENTENCE = 50  # letters
SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
MARKUP = re.compile(r"https?://\S+|[#*_>`|\[\]]|^\s*[-+]\s", re.MULTILINE)
KANJI_WORD = re.compile("[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True)
class Hints:
    """What to look at in a text: sentences of more than LONG_SENTENCE letters, and words with harder kanji."""

    long_sentences: tuple[str, ...]
    hard_words: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.long_sentences or self.hard_words)


def hints_for(text: str, *, for_children: bool = False) -> Hints:
    """Return the hints for a text. for_children: kanji beyond the primary school are hard, else those beyond 常用漢字."""
    known = PRIMARY_SCHOOL if for_children else COMMON
    plain = MARKUP.sub(" ", text)
    sentences = (" ".join(found[0].split()) for found in SENTENCE.finditer(plain))
    words = dict.fromkeys(word for word in KANJI_WORD.findall(plain) if set(word) - known - {"々"})
    return Hints(tuple(one for one in sentences if len(one) > LONG_SENTENCE), tuple(words))
