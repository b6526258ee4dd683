"""Apply XLSX number formats: return what a spreadsheet program shows for a stored number. Imports no Django.

A file is read as the person sees it who sends it: 0.944 with a percent format is 94.4%, 65.09999999999999 is 65.1, and
45971 with one of the Japanese formats is a day. A format that is not understood shows the number itself.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from openpyxl.utils.datetime import from_excel

GENERAL = "General"
TEXT_SECTION = 3
# Formats that a file names by number alone and that mean a day or a time in Japan's programs (ECMA-376 part 1, 18.8.30).
DAYS = frozenset([*range(14, 23), *range(27, 37), *range(50, 59)])
CLOCKS = frozenset([18, 19, 20, 21, 32, 33, 45, 46, 47])
LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.')
BRACKETS = re.compile(r"\[([^\]]*)\]")
PLACES = re.compile(r"[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+")
SIGN_LIKE = ("-", "−", "▲", "△", "－", "(", "（")


@dataclass(frozen=True)
class Shown:
    """The displayed text of a cell; dates and times in ISO format, so that they can be parsed."""

    text: str
    is_day: bool = False
    is_hidden: bool = False  # the format shows nothing where a number stands


def shown(value: int | float, code: str, number: int = 0, epoch: datetime = datetime(1899, 12, 30)) -> Shown:
    """Return what a cell shows. code: the format; number: id of a built-in one; epoch: day zero of the file's dates."""
    if re.search(r"\[h+\]", code, re.I):  # a length of time: 36:00
        minutes = round(float(value) * 1440)
        return Shown(f"{'-' if minutes < 0 else ''}{abs(minutes) // 60}:{abs(minutes) % 60:02}")
    is_clock = number in CLOCKS or _is_clock(code)
    if number in DAYS or is_clock or _is_day(code):
        return _day(value, epoch, is_clock=is_clock)
    text = _formatted(Decimal(f"{value:.15g}"), code)
    if text is None:
        return Shown(plain(value))
    if any(letter.isdigit() for letter in text) or text.strip():
        return Shown(text)
    return Shown("", is_hidden=True) if value else Shown("0")


def plain(value: int | float) -> str:
    """Return a number without format: 15 significant digits, as spreadsheet programs have; never an exponent."""
    if isinstance(value, int):
        return str(value)
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = f"{Decimal(f'{value:.15g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- days -----------------------------------------------------------------------------------------------------------
def _letters(code: str) -> str:
    """Return the format code in lower case without literals and brackets, except elapsed-time codes such as [h]."""
    bare = BRACKETS.sub(
        lambda found: found[1] if re.fullmatch("h+|m+|s+", found[1], re.I) else "", LITERALS.sub("", code)
    )
    return re.sub("general|e[+-]|am/pm|a/p", "", bare.lower())


def _is_day(code: str) -> bool:
    """Return whether the format shows a date."""
    return bool(re.search("[ymdeg]", _letters(code))) and not _is_clock(code)


def _is_clock(code: str) -> bool:
    """Return whether the format shows a time without a date."""
    letters = _letters(code)
    return bool(re.search("[hs]", letters)) and not re.search("[yde]", letters)


def _day(value: int | float, epoch: datetime, *, is_clock: bool) -> Shown:
    """Return a serial number as date or time in ISO format, rounded to the second; as number when it is out of range."""
    try:
        if is_clock and 0 <= value < 1:
            seconds = timedelta(seconds=round(float(value) * 86400) % 86400)
            return Shown(_clock((datetime.min + seconds).time()), is_day=True)
        read = from_excel(value, epoch)
    except (ValueError, OverflowError):
        return Shown(plain(value))
    if isinstance(read, datetime):
        read = (read + timedelta(milliseconds=500)).replace(microsecond=0)
        text = read.date().isoformat() if read.time() == time() else f"{read.date().isoformat()} {_clock(read.time())}"
        return Shown(text, is_day=True)
    return Shown(read.isoformat() if isinstance(read, date) else str(read), is_day=True)


def _clock(read: time) -> str:
    """Return a time in ISO format, with seconds only if there are any."""
    return read.isoformat("seconds") if read.second else read.isoformat("minutes")


# --- numbers --------------------------------------------------------------------------------------------------------
def _formatted(value: Decimal, code: str) -> str | None:
    """Return the number in the section of the format for its sign; None for a format that is not supported."""
    sections = _sections(code)
    if any(re.search("[<>=]", found) for section in sections for found in BRACKETS.findall(section)):
        return None
    own_sign = value < 0 and len(sections) > 1
    section = sections[1 if own_sign else 2 if value == 0 and len(sections) > 2 else 0]
    if re.search(f"{GENERAL}|@", LITERALS.sub("", section), re.I) or (not section.strip() and len(sections) == 1):
        return None
    before, places, after = _parts(section)
    if places is None:
        return before
    if re.search("[#0?/]|E[+-]", after, re.I) or "/" in before:
        return None
    digits = _digits(abs(value), places, percents=_percents(before) + _percents(after))
    before, after = before.replace("\0", "%"), after.replace("\0", "%")
    if own_sign and "(" in before:
        before, after = before.replace("(", "-", 1), after.replace(")", "", 1)
    is_below = value < 0 and any(letter in "123456789" for letter in digits)
    needs_sign = is_below and not (own_sign and any(mark in before + after for mark in SIGN_LIKE))
    return f"{'-' if needs_sign else ''}{before}{digits}{after}".strip()


def hides_text(code: str) -> bool:
    """Return whether a text in a cell of this format is not shown: the fourth section (;;;) is without it."""
    sections = _sections(code)
    return len(sections) > TEXT_SECTION and not re.search(
        f"{GENERAL}|@", LITERALS.sub("", sections[TEXT_SECTION]), re.I
    )


def _sections(code: str) -> list[str]:
    """Split a format into its sections (positive; negative; zero; text), ignoring quoted semicolons."""
    parts, start = [], 0
    for found in re.finditer(r'"[^"]*"|\\.|\[[^\]]*\]|;', code):
        if found[0] == ";":
            parts.append(code[start : found.start()])
            start = found.end()
    return [*parts, code[start:]]


def _parts(section: str) -> tuple[str, str | None, str]:
    """Split a section into (prefix, digit placeholders or None, suffix). A percent sign that scales becomes NUL."""
    pieces: list[tuple[str, bool]] = []  # (text, whether it is literal)
    last = 0
    for found in re.finditer(rf"{LITERALS.pattern}|{BRACKETS.pattern}", section):
        pieces += [(section[last : found.start()], False), (_literal(found[0]), True)]
        last = found.end()
    pieces.append((section[last:], False))
    before, places, after = "", None, ""
    for text, literal in pieces:
        rest = text if literal else text.replace("%", "\0")
        if not literal and places is None and (digits := PLACES.search(rest)):
            before, places, after = before + rest[: digits.start()], digits[0], rest[digits.end() :]
        elif places is None:
            before += rest
        else:
            after += rest
    return before, places, after


def _literal(part: str) -> str:
    """Return what a literal of the format writes: "人" is 人, a currency its sign; colours and fills write nothing."""
    if part.startswith('"'):
        return part[1:-1]
    if part.startswith("\\"):
        return part[1:]
    if part.startswith("[$"):
        return part[2:-1].split("-")[0]
    return " " if part.startswith("_") else ""


def _percents(text: str) -> int:
    """Return the number of percent signs that scale (NUL, see `_parts`)."""
    return text.count("\0")


def _digits(value: Decimal, places: str, *, percents: int) -> str:
    """Return the digits by the placeholders, rounded half up; a trailing comma divides by a thousand."""
    whole, _point, broken = places.partition(".")
    scaled = len(places) - len(places.rstrip(",")) if not broken else 0
    moved = value.scaleb(2 * percents - 3 * scaled)
    rounded = moved.quantize(Decimal(1).scaleb(-len(broken)), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in whole.rstrip(",") else f"{rounded:f}"
    head, _point, tail = text.partition(".")
    least = broken.rstrip("#")
    while len(tail) > len(least) and tail.endswith("0"):
        tail = tail[:-1]
    if head == "0" and "0" not in whole and not tail.strip("0"):
        head = ""
    head = head if "," in head else head.rjust(whole.count("0"), "0") if head else head
    return f"{head}.{tail}" if tail else head
