"""Recognise cells that are no content: formula errors, totals, 同上, なし; an import must not publish them as texts."""

import re
import unicodedata
from collections.abc import Iterable

ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|BLOCKED!|FIELD!|#+)", re.I)
TOTAL = re.compile(
    r"[【\[(※・ ]*(総?合計|小計|総計|累計|総数|計|平均)[】\]) ]*[::]?\s*([0-9,.]+\s*[件人名票枚個%点]?)?"
)
DITTO = re.compile(r"同上|〃+|々|仝|(上|右|左)に同じ|同右|同左|上記と同じ|上記に?同じ|同じ|″+|\"+")
NOTHING = re.compile(
    r"(特に|とくに)?(無し|なし|ナシ|無|ありません|ございません|ない|無い|無いです|ないです)|(無|未)(回答|記入)|空欄|空白|該当(なし|無し)"
    r"|n/?a|none|null|nil|[-−‐‑‒–—―ー.・/×]+",
    re.I,
)


def _bare(text: str) -> str:
    """Return the text in NFKC, without blanks and full stops at its end."""
    return re.sub(r"[。．、!\s]+$", "", unicodedata.normalize("NFKC", text).strip())


def is_error(text: str) -> bool:
    """Return whether the cell shows a formula error: #REF!, #N/A, ####."""
    return bool(ERROR.fullmatch(unicodedata.normalize("NFKC", text).strip()))


def is_ditto(text: str) -> bool:
    """Return whether the cell says "as above": 同上, 〃."""
    return bool(DITTO.fullmatch(_bare(text)))


def is_nothing(text: str) -> bool:
    """Return whether the cell says "nothing": なし, 特になし, ―."""
    return bool(NOTHING.fullmatch(_bare(text)))


def is_total(texts: Iterable[str]) -> bool:
    """Return whether the cells are those of a total row: 合計, 計 2件."""
    return any(TOTAL.fullmatch(_bare(text)) for text in texts if text.strip())
