"""Typeset PDFs with Typst. Texts are passed as JSON data, so that nothing in them is read as markup (injection).

The fonts are the portal's own. A letter that they lack (emoji, Hangul, rare kanji) would be an empty box: it is printed
as 〓, the mark that Japanese printers use for it, and named in a list on the paper.
"""

import io
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypedDict

import regex
import segno
import typst
from django.conf import settings
from fontTools.ttLib import TTFont

from apps.core.made_files import made_bytes

FONTS = settings.BASE_DIR / "static" / "fonts"
MISSING = "〓"
KEPT = "\n\t "
# What only says how the letter before it is drawn (variation selectors, joiners, marks of direction): without it the
# letter still stands there, so it goes in silence.
SILENT = regex.compile(r"[\p{Cf}\p{Variation_Selector}]")


class MissingLetter(TypedDict):
    """A letter that the fonts lack: its code points, and how many times it was wanted."""

    letter: str
    code: str
    times: int


@dataclass(frozen=True)
class Printed:
    """A PDF, and the letters that its fonts lack: `letter`, its code points (`U+1F333`), and how many `times`."""

    pdf: bytes
    missing: list[MissingLetter]


def typeset(
    source: Path,
    data: Mapping[str, object],
    *,
    files: Mapping[str, bytes] | None = None,
    standard: Literal["ua-1"] | None = None,
) -> Printed:
    """Return a Typst template filled with data as PDF.

    source: the template; it reads `data.json`, where `unprintable` lists the letters that became 〓 with their number.
    files: pictures that the template names (`qr.svg`); standard: a PDF standard that is held to (`ua-1`).
    """
    lost: dict[str, int] = {}
    shown = drawable(dict(data), letters_of_paper(), lost)
    missing = listed(lost)
    shown["unprintable"] = [{"code": one["code"], "times": one["times"]} for one in missing]
    return Printed(_compiled(source, shown, files or {}, pdf_standards=standard), missing)


def typeset_image(source: Path, data: Mapping[str, Any], *, files: Mapping[str, bytes]) -> bytes:
    """Return a Typst template of one page filled with data as PNG: a point of the page is a pixel."""
    return _compiled(source, drawable(dict(data), letters_of_paper(), {}), files, format="png", ppi=72)


def _compiled(source: Path, data: Mapping[str, Any], files: Mapping[str, bytes], **options: Any) -> bytes:
    """Compile a template in a folder of its own, with `data.json` and the files beside it."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        (room / source.name).write_bytes(source.read_bytes())
        (room / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for name, held in files.items():
            (room / name).write_bytes(held)
        compiled: bytes = typst.compile(room / source.name, font_paths=[FONTS], ignore_system_fonts=True, **options)
    return compiled


def typeset_once(kind: str, name: str, source: Path, data: Mapping[str, object], *, url: str = "") -> bytes:
    """Return the PDF of a template and its data, cached for each state of both (`core.made_files`).

    kind, name: cache key; url: what the QR code `qr.svg` of the template leads to, none when empty.
    """
    state = json.dumps(data, ensure_ascii=False) + source.read_text(encoding="utf-8")
    return made_bytes(kind, name, state, lambda: typeset(source, data, files=qr_code(url)).pdf)


def qr_code(url: str) -> dict[str, bytes]:
    """Return a QR code of the URL as {"qr.svg": SVG} for a template; an empty dictionary without a URL."""
    if not url:
        return {}
    picture = io.BytesIO()
    segno.make(url, error="m").save(picture, kind="svg", scale=8, border=2)
    return {"qr.svg": picture.getvalue()}


@cache
def letters_of_paper() -> frozenset[int]:
    """Return the code points that the fonts of paper have, in regular and in bold."""
    found = []
    for cut in ("Regular", "Bold"):
        with TTFont(FONTS / f"NotoSansJP-{cut}.ttf", lazy=True) as font:
            found.append(frozenset(font.getBestCmap()))
    return found[0] & found[1]


def drawable(value: object, letters: frozenset[int], lost: dict[str, int]) -> Any:
    """Return the same data with 〓 for every character that the font lacks; `lost` counts them.

    A character is what a person counts as one (Unicode Standard Annex 29): a family emoji becomes one 〓.
    """
    if isinstance(value, str):
        return "".join(_character(found, letters, lost) for found in regex.findall(r"\X", value))
    if isinstance(value, list | tuple):
        return [drawable(part, letters, lost) for part in value]
    if isinstance(value, dict):
        return {key: drawable(part, letters, lost) for key, part in value.items()}
    return value


def _character(character: str, letters: frozenset[int], lost: dict[str, int]) -> str:
    """Return one grapheme cluster as the font draws it, 〓 (counted in `lost`) if a letter is missing."""
    needed = SILENT.sub("", character)
    if all(ord(letter) in letters or letter in KEPT for letter in needed):
        return "".join(letter for letter in character if ord(letter) in letters or letter in KEPT)
    lost[character] = lost.get(character, 0) + 1
    return MISSING


def listed(lost: Mapping[str, int]) -> list[MissingLetter]:
    """Return characters that became 〓 with their code points and how often each stands there."""
    return [
        {"letter": character, "code": " ".join(f"U+{ord(letter):04X}" for letter in character), "times": times}
        for character, times in sorted(lost.items())
    ]
