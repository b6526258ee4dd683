"""Which letters a font can draw: read from its character map, so that a missing one is known before printing."""

import struct
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

MISSING = "〓"


@cache
def letters_of(font: Path) -> frozenset[int]:
    """The code points that a TrueType font has a glyph for. Source: OpenType, table cmap, formats 4 and 12."""
    data = font.read_bytes()
    tables = {}
    for place in range(struct.unpack(">H", data[4:6])[0]):
        name, _sum, offset, _length = struct.unpack(">4sIII", data[12 + place * 16 : 28 + place * 16])
        tables[name] = offset
    start = tables[b"cmap"]
    found: set[int] = set()
    for place in range(struct.unpack(">H", data[start + 2 : start + 4])[0]):
        offset = start + struct.unpack(">I", data[start + 8 + place * 8 : start + 12 + place * 8])[0]
        kind = struct.unpack(">H", data[offset : offset + 2])[0]
        if kind == 4:
            found |= _segments(data, offset)
        elif kind == 12:
            found |= _groups(data, offset)
    return frozenset(found)


def _groups(data: bytes, offset: int) -> set[int]:
    found: set[int] = set()
    for place in range(struct.unpack(">I", data[offset + 12 : offset + 16])[0]):
        first, last, _glyph = struct.unpack(">III", data[offset + 16 + place * 12 : offset + 28 + place * 12])
        found.update(range(first, last + 1))
    return found


def _segments(data: bytes, offset: int) -> set[int]:
    count = struct.unpack(">H", data[offset + 6 : offset + 8])[0] // 2
    ends = struct.unpack(f">{count}H", data[offset + 14 : offset + 14 + 2 * count])
    begin = offset + 16 + 2 * count
    starts = struct.unpack(f">{count}H", data[begin : begin + 2 * count])
    return {code for first, last in zip(starts, ends, strict=True) for code in range(first, last + 1) if code < 0xFFFF}


def drawable(value: Any, letters: frozenset[int], gone: dict[str, int]) -> Any:
    """The same data with 〓 for every letter that the font lacks; `gone` counts them."""
    if isinstance(value, str):
        return "".join(_letter(letter, letters, gone) for letter in value)
    if isinstance(value, list):
        return [drawable(part, letters, gone) for part in value]
    if isinstance(value, dict):
        return {key: drawable(part, letters, gone) for key, part in value.items()}
    return value


def listed(gone: Mapping[str, int]) -> list[dict[str, Any]]:
    """Letters that became 〓, with their number and how often: kept with the edition."""
    return [{"letter": letter, "code": f"U+{ord(letter):04X}", "times": n} for letter, n in sorted(gone.items())]


def _letter(letter: str, letters: frozenset[int], gone: dict[str, int]) -> str:
    if ord(letter) in letters or letter in "\n\t ":
        return letter
    gone[letter] = gone.get(letter, 0) + 1
    return MISSING
