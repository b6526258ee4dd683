"""What a cell of a file means: numbers, days and choices as people write them in Japanese files."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fiscal import WEEKDAYS

HALF_WIDTH = {0x3000: " "} | {number: chr(number - 0xFEE0) for number in range(0xFF01, 0xFF5F)}
ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)日?")
ERA_DAY = re.compile(r"(令和|平成|昭和|R|H|S)(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)日?", re.IGNORECASE)
NO_DAY = gettext_lazy("日付（例：2025-11-10、令和7年11月10日）で書いてください。")
CLOCK = re.compile(r"(\d{1,2})(?:時|[:時](\d{1,2})(?:[:分](\d{1,2})(?:\.(\d{1,6}))?)?[分秒]?)")


class CellError(ValueError):
    """A cell cannot be read; the sentence says why."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def squeezed(text: str) -> str:
    """Without blanks at its ends, full-width letters and digits as half-width ones; nothing else: ² is not 2."""
    return text.translate(HALF_WIDTH).strip()


def whole_number(text: str, *, most: int = 2_000_000_000) -> int:
    """A number of 0 or more: １２, 1,234, 12.0. Nothing else."""
    digits = squeezed(text).replace(",", "")
    if not re.fullmatch(r"[0-9]{1,12}(\.0+)?", digits):
        raise CellError(_("数字（0以上の整数）で書いてください。"))
    number = int(digits.split(".")[0])
    if number > most:
        raise CellError(_("数が大きすぎます。"))
    return number


def day(text: str) -> date:
    """A day: 2025-11-10, 2025/11/10, 2025年11月10日, 令和7年11月10日, R7.11.10; a time behind it is left out."""
    return _day_and_rest(squeezed(text))[0]


def only_day(text: str) -> date:
    """A day in a field of a form: as in a cell, also with its weekday as pages write it, but nothing else behind it."""
    read, rest = _day_and_rest(squeezed(text))
    if rest and rest != f"({WEEKDAYS[read.weekday()]})":
        raise CellError(NO_DAY)
    return read


def clock(text: str) -> time:
    """A time of day: 18:30, 18時30分, 18時."""
    return _clock(squeezed(text))


def moment(text: str) -> datetime:
    """A day with or without a clock time, Chofu's clock; also what `isoformat` wrote."""
    written = squeezed(text)
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        the_day, rest = _day_and_rest(written)
        read = datetime.combine(the_day, _clock(rest))
    return read if timezone.is_aware(read) else timezone.make_aware(read)


def choice(text: str, choices: Mapping[str, str]) -> str:
    """One of the choices, by its code or by its words."""
    wanted = unicodedata.normalize("NFKC", text).strip()
    for code, words in choices.items():
        if wanted in {code, unicodedata.normalize("NFKC", str(words))}:
            return code
    offered = "、".join(str(words) for words in choices.values())
    raise CellError(
        _("「%(value)s」は選べません（%(offered)s のいずれか）。") % {"value": text[:20], "offered": offered}
    )


def _day_and_rest(written: str) -> tuple[date, str]:
    western, era = DAY.match(written), ERA_DAY.match(written)
    found = western or era
    if found is None:
        raise CellError(NO_DAY)
    if western:
        year, month, number = (int(part) for part in western.groups())
    else:
        name, in_era, *rest = found.groups()
        year = ERAS[name.upper()] + (1 if in_era == "元" else int(in_era))
        month, number = (int(part) for part in rest)
    try:
        return date(year, month, number), written[found.end() :].strip(" T")
    except ValueError as error:
        raise CellError(_("暦にない日付です。")) from error


def _clock(rest: str) -> time:
    if not rest:
        return time()
    found = CLOCK.fullmatch(rest)
    try:
        hour, minute, second, micro = found.groups(default="0") if found else ("99", "0", "0", "0")
        return time(int(hour), int(minute), int(second), int(micro.ljust(6, "0")))
    except ValueError as error:
        raise CellError(_("時刻は 18:30 のように書いてください。")) from error
