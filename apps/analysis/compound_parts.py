"""Cut a compound into the words that it is made of: 遠隔医療 is 遠隔 and 医療. Knows no Django.

Only janome's dictionary decides, not the city's: a registered word (見守りネットワーク) has parts too. 日本人 has none, since
it is a word of the dictionary.
"""

import re
import threading
from collections.abc import Iterator
from typing import Any

from janome.tokenizer import Tokenizer

from apps.analysis.spelling import is_word

SHORTEST = 2  # letters
LONGEST = 30
HIRAGANA_OR_DIGITS = re.compile(r"[ぁ-ゖー\d]+")
_own = threading.local()


def parts_of(word: str) -> list[str]:
    """Return the parts of a noun, each once, in the order of the word: every proper run of its smallest words.

    A suffix belongs to what stands before it (高齢者 in 高齢者施設), a prefix to what follows; neither is a part itself.
    """
    if len(word) <= SHORTEST or len(word) > LONGEST:
        return []
    found_tokens: Iterator[Any] = _tokenizer().tokenize(word)  # tokens, never plain strings, with wakati left off
    tokens = [(token.surface, token.part_of_speech.split(",")) for token in found_tokens]
    runs = ((at, end) for at in range(len(tokens)) for end in range(at + 1, len(tokens) + 1))
    found = (
        "".join(surface for surface, _kind in tokens[at:end])
        for at, end in runs
        if end - at < len(tokens) and tokens[at][1][1] != "接尾" and tokens[end - 1][1][0] != "接頭詞"
    )
    return [part for part in dict.fromkeys(found) if _is_part(part)]


def _is_part(part: str) -> bool:
    return len(part) >= SHORTEST and is_word(part) and not HIRAGANA_OR_DIGITS.fullmatch(part)


def _tokenizer() -> Tokenizer:
    """Return this thread's tokenizer: janome's must not be shared between threads."""
    if not hasattr(_own, "tokenizer"):
        _own.tokenizer = Tokenizer()
    tokenizer: Tokenizer = _own.tokenizer
    return tokenizer
