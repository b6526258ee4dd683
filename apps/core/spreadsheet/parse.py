"""What a cell of a file means: numbers and choices as people write them in Japanese files. Days stand in `days`."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.core.text import fold

HALF_WIDTH = {0x3000: " "} | {number: chr(number - 0xFEE0) for number in range(0xFF01, 0xFF5F)}
MINUS = re.compile("^[-−‐‑‒–—―ー▲△]\\s*(?=[0-9.])")  # as figures of the city write it
WHOLE = re.compile(r"[0-9]{1,12}(\.0+)?")


class CellError(ValueError):
    """A cell cannot be read; the sentence says why."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def squeezed(text: str) -> str:
    """Without blanks at its ends, full-width letters and digits as half-width ones; nothing else: ² is not 2."""
    return text.translate(HALF_WIDTH).strip()


def signed(text: str) -> str:
    """A written figure without commas, with - before what is below nought: ▲1.2, △1.2, −1.2."""
    return MINUS.sub("-", squeezed(text).replace(",", ""))


def whole_number(text: str, *, most: int = 2_000_000_000) -> int:
    """A number of 0 or more: １２, 1,234, 12.0. Nothing else."""
    digits = squeezed(text).replace(",", "")
    if not WHOLE.fullmatch(digits):
        raise CellError(_("数字（0以上の整数）で書いてください。"))
    number = int(digits.split(".")[0])
    if number > most:
        raise CellError(_("数が大きすぎます。"))
    return number


def choice(text: str, choices: Mapping[str, str]) -> str:
    """One of the choices, by its code or by its words."""
    wanted = fold(text)
    for code, words in choices.items():
        if wanted in {fold(code), fold(str(words))}:
            return code
    offered = "、".join(str(words) for words in choices.values())
    raise CellError(
        _("「%(value)s」は選べません（%(offered)s のいずれか）。") % {"value": text[:20], "offered": offered}
    )
