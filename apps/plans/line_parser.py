"""Parse bulleted text, typed or pasted from Word, Excel or mail, into lines. Knows no Django."""

import csv
import io
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from apps.core.text import usable

KEPT = "○〇◯◎●◆◇■□▲△▼▽・"  # what the city's own paper uses: stays exactly as typed
FROM_PROGRAMS = "•‣⁃▪◦➢➤✓\uf06c\uf09f\uf0b7\uf0a7\uf0d8\uf0fc"  # Word's own bullets: become the block's mark
BULLET = re.compile(rf"[ \t\u3000]*(?:(※[0-9０-９]*)|([{KEPT}])|([{FROM_PROGRAMS}]))[ \t\u3000]?")
QUOTED_CELL = re.compile(r'(?:^|\t)"[^"\n]*\n', re.MULTILINE)  # Excel puts a cell with line ends into quotes

PAST = re.compile(r"(?:ました|でした)(?:が)?[。）」]*$")

Line = tuple[str, str]  # mark and text


def read_lines(typed: str, *, mark: str) -> list[Line]:
    """Parse a typed or pasted text into (mark, text) lines, characters exactly as they are.

    A bullet begins a line; what follows without one belongs to it, because Word and PDF break lines where the paper
    ends; an empty line ends it. A text without any bullet has a line in every row. mark: what a new line begins with.
    Raises UnwantedCharacter for what no text may hold.
    """
    rows = _cells(usable(typed)).split("\n")
    has_bullets = any(BULLET.match(row) for row in rows)
    lines: list[Line] = []
    goes_on = False
    for row in rows:
        found = BULLET.match(row)
        if not row.strip():
            goes_on = False
        elif found:
            lines.append((found[1] or found[2] or mark, row[found.end() :].rstrip(" \t")))
            goes_on = True
        elif has_bullets and goes_on:
            lines[-1] = (lines[-1][0], _joined(lines[-1][1], row.strip(" \t")))
        else:
            lines.append((mark, row.strip(" \t")))
            goes_on = True
    return [line for line in lines if line[1].strip()]


def write_lines(lines: Sequence[Line]) -> str:
    """Return lines as one text: the inverse of `read_lines`."""
    return "\n".join(f"{mark}\u3000{text}" if mark.startswith("※") else f"{mark}{text}" for mark, text in lines)


def same_lines(old: Sequence[Line], new: Sequence[Line]) -> list[int | None]:
    """Match new lines with old ones; return for each the index of the old one, None for an added line.

    Unchanged lines are matched first, rewritten ones by their place, so that a link to a line still leads to
    it after a word in it was changed or a line was put before it.
    """
    kept: list[int | None] = [None] * len(new)
    matcher = SequenceMatcher(None, list(old), list(new), autojunk=False)
    for kind, old_first, old_end, new_first, new_end in matcher.get_opcodes():
        if kind in {"equal", "replace"}:
            for step in range(min(old_end - old_first, new_end - new_first)):
                kept[new_first + step] = old_first + step
    return kept


def directions_in(text: str) -> str:
    """Return the sentences of a line of 総括 about the future; empty where all of them are about the past.

    A line of 【今年度の総括，次年度以降の取組の方向】 often holds both: a sentence in the past tense (〜しました) is a result,
    every other one (進めます, 必要があります) a direction.
    """
    sentences = re.findall(r"[^。]+。?", text)
    return "".join(sentence for sentence in sentences if not PAST.search(sentence)).strip()


def _cells(text: str) -> str:
    """Split cells copied from a spreadsheet program into rows; quotes around cells with line ends are taken off."""
    if "\t" not in text and not QUOTED_CELL.search(text):
        return text
    records = csv.reader(io.StringIO(text), delimiter="\t") if QUOTED_CELL.search(text) else _plain_cells(text)
    return "\n".join(_row([cell for cell in record if cell.strip()]) for record in records)


def _plain_cells(text: str) -> list[list[str]]:
    return [row.split("\t") for row in text.split("\n")]


def _row(cells: list[str]) -> str:
    """Join one row of cells: a bullet in a cell of its own stands before its text, other cells are rows."""
    if len(cells) > 1 and BULLET.fullmatch(cells[0]):
        return "\n".join([cells[0] + cells[1], *cells[2:]])
    return "\n".join(cells)


def _joined(before: str, after: str) -> str:
    """Join two rows of one line: Japanese needs no blank between them, two Latin words do."""
    latin = before[-1:].isascii() and after[:1].isascii() and before[-1:].isalnum() and after[:1].isalnum()
    return f"{before} {after}" if latin else before + after
