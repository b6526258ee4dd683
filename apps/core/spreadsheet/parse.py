"""Parse cells: numbers and choices as people write them in Japanese files. For dates see `days`."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.core.text import fold
from apps.core.types import StrOrPromise

HALF_WIDTH = {0x3000: " "} | {number: chr(number - 0xFEE0) for number in range(0xFF01, 0xFF5F)}
MINUS = re.compile("^[-−‐‑‒–—―ー▲△]\\s*(?=[0-9.])")  # as figures of the city write it
WHOLE = re.compile(r"[0-9]{1,12}(\.0+)?")


class CellError(ValueError):
    """A cell cannot be parsed; the sentence says why."""

    def __init__(self, sentence: StrOrPromise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def squeezed(text: str) -> str:
    """Return the text stripped, with full-width ASCII as half-width; unlike NFKC it leaves ² as it is."""
    return text.translate(HALF_WIDTH).strip()


def signed(text: str) -> str:
    """Return a number as text without commas, with an ASCII minus for ▲1.2, △1.2, −1.2."""
    return MINUS.sub("-", squeezed(text).replace(",", ""))


def whole_number(text: str, *, most: int = 2_000_000_000) -> int:
    """Return an integer from 0 to `most`: １２, 1,234, 12.0; raises CellError for anything else."""
    digits = squeezed(text).replace(",", "")
    if not WHOLE.fullmatch(digits):
        raise CellError(_("数字（0以上の整数）で書いてください。"))
    number = int(digits.split(".")[0])
    if number > most:
        raise CellError(_("数が大きすぎます。"))
    return number


def choice(text: str, choices: Mapping[str, str]) -> str:
    """Return the code of a choice, given as code or label in any spelling; raises CellError with the choices."""
    wanted = fold(text)
    for code, words in choices.items():
        if wanted in {fold(code), fold(str(words))}:
            return code
    offered = "、".join(str(words) for words in choices.values())
    raise CellError(
        _("「%(value)s」は選べません（%(offered)s のいずれか）。") % {"value": text[:20], "offered": offered}
    )
