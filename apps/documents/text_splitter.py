"""Split the text of a document into sections by its headings, in plain Python.

Headings are those of Markdown (#, ##, ###). A text without any is read as it was printed: 第1章, 第2節, 1-1, １．, （1） begin a
heading when the line is short.
"""

import re
from dataclasses import dataclass
from unicodedata import normalize

MARKED = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
PRINTED = (
    re.compile(r"^(第\s*[0-9０-９一二三四五六七八九十]+\s*[章編部])\s*(.*)$"),
    re.compile(r"^(第\s*[0-9０-９一二三四五六七八九十]+\s*[節条]|[0-9０-９]{1,2}[．.]?)(?:\s+|(?<=[．.]))(\D.*)$"),
    re.compile(r"^([0-9０-９]{1,2}(?:[-－‐.．][0-9０-９]{1,2})+|[（(][0-9０-９]{1,2}[）)])\s*(\D.*)$"),
)
NUMBER = re.compile(
    r"^(第\s*\S{1,4}[章編部節条]|[0-9０-９]{1,2}(?:[-－‐.．][0-9０-９]{1,2})*[．.]?|[（(][0-9０-９]{1,2}[）)])(?:\s+(?=\S)|(?<=[．.）)])(?=\S))"
)
LONGEST_HEADING = 60  # a longer line that begins with a number is a sentence
LEVELS = 3


@dataclass
class Draft:
    """A section before it is stored: level 1 to 3, number as printed, heading, body as Markdown."""

    level: int
    number: str
    heading: str
    body: str


def split_sections(text: str, *, first_heading: str = "") -> list[Draft]:
    """Return the sections of a text. What stands before the first heading is a section under `first_heading`."""
    lines = text.replace("\r\n", "\n").split("\n")
    is_marked = any(MARKED.match(line) for line in lines)
    found: list[Draft] = [Draft(1, "", first_heading, "")]
    bodies: list[list[str]] = [[]]
    for line in lines:
        heading = _marked(line) if is_marked else _printed(line)
        if heading:
            found.append(heading)
            bodies.append([])
        else:
            bodies[-1].append(line.rstrip())
    for draft, body in zip(found, bodies, strict=True):
        draft.body = "\n".join(body).strip()
    return found if found[0].body else found[1:]


def _marked(line: str) -> Draft | None:
    """Return the section that a heading of Markdown begins."""
    match = MARKED.match(line)
    if match is None:
        return None
    number, heading = _numbered(match[2])
    return Draft(min(len(match[1]), LEVELS), number, heading, "")


def _numbered(heading: str) -> tuple[str, str]:
    """Return number and words of a heading; an empty number without one."""
    match = NUMBER.match(heading)
    return (_tidy(match[1]), heading[match.end() :].strip()) if match else ("", heading.strip())


def _printed(line: str) -> Draft | None:
    """Return the section that a numbered line of a printed text begins."""
    short = line.strip()
    if not short or len(short) > LONGEST_HEADING or short.endswith(("。", "、", "，")):
        return None
    for level, pattern in enumerate(PRINTED, start=1):
        match = pattern.match(short)
        if match:
            return Draft(level, _tidy(match[1]), match[2].strip() or match[1], "")
    return None


def _tidy(number: str) -> str:
    """Return a number in half width without its dot, as it is shown before a heading."""
    return normalize("NFKC", number).replace(" ", "").rstrip(".")
