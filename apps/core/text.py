"""Text as people type it: cleaned once on the way in, counted as a person counts. Knows no Django."""

import re
import unicodedata

import regex

# Everything that is not a letter of a text: C0/C1 controls but TAB and LF, lone surrogates, the overrides that make a
# text read in another order than it is stored (U+202A–202E, U+2066–2069), and the byte order mark.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
TAG_SEPARATORS = re.compile(r"[、，,;；\s]+")
TAG_MAX = 20


class UnwantedCharacter(ValueError):
    """A text holds a character that no keyboard types and no page can show."""


def with_unix_lines(text: str) -> str:
    """The text with LF as its only line end, whatever the browser or file used."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def clean(text: str) -> str:
    """A typed text as it is stored: LF line ends, no blanks at its ends or at line ends, at most two empty lines in a row.

    Raises UnwantedCharacter when a control character or a direction override stands in it; such a text is given back
    to its author rather than changed in silence.
    """
    text = with_unix_lines(text)
    if UNWANTED.search(text):
        raise UnwantedCharacter
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", lines).strip("\n \t\u3000")


def count_characters(text: str) -> int:
    """How many characters a person sees: が typed as two code points is one, and so is a family emoji.

    A line end counts as one. Source: Unicode Standard Annex 29, extended grapheme clusters.
    """
    return len(regex.findall(r"\X", with_unix_lines(text)))


def fold(text: str) -> str:
    """The text as search sees it: NFKC (全角 and 半角 alike), lower case, katakana as hiragana, one blank between words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in folded)
    return re.sub(r"\s+", " ", kana).strip()


def split_tags(text: str) -> list[str]:
    """Tag names in the order typed, each once: parted by 、 ， , ; or blanks, NFKC, without a leading #."""
    names: list[str] = []
    for raw in TAG_SEPARATORS.split(unicodedata.normalize("NFKC", text)):
        name = raw.strip("#＃ ")
        if name and name.casefold() not in {n.casefold() for n in names}:
            names.append(name)
    return names


def spans_of(part: str, text: str) -> list[tuple[int, int]]:
    """Where a part stands in a text, in whatever width, case or kana it is written; places that do not overlap."""
    wanted = "".join(_folded(cluster) for cluster in clusters(part))
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for cluster in clusters(text):
        letters = _folded(cluster)
        folded.append(letters)
        places += [(at, at + len(cluster))] * len(letters)
        at += len(cluster)
    line, found = "".join(folded), []
    start = line.find(wanted) if wanted else -1
    while start >= 0:
        found.append((places[start][0], places[start + len(wanted) - 1][1]))
        start = line.find(wanted, start + len(wanted))
    return found


def _folded(cluster: str) -> str:
    """One character as search sees it; every blank and line end is one blank."""
    return fold(cluster) or " "


def clusters(text: str) -> list[str]:
    """The characters as a person sees them (see count_characters); a line end stays one."""
    return regex.findall(r"\X", text)


def replace_part(part: str, text: str, replacement: str) -> tuple[str, int]:
    """The text with every place of the part replaced, and how many places there were."""
    pieces, last = [], 0
    spans = spans_of(part, text)
    for start, end in spans:
        if start >= last:
            pieces += [text[last:start], replacement]
            last = end
    return "".join([*pieces, text[last:]]), len(spans)
