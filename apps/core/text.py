"""Clean typed text, count its characters (grapheme clusters), fold it for comparison. Imports no Django."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex

from apps.core.kanji import variants

# What no keyboard types and no page can show, and what makes a text read in another order than it is stored: C0/C1 controls
# but TAB and LF, lone surrogates, the direction overrides U+202A–202E and U+2066–2069, and Unicode's 66 noncharacters,
# which no XML can hold (Unicode Standard, 23.7).
NONCHARACTERS = "\ufdd0-\ufdef" + "".join(chr(plane * 0x10000 + end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
UNWANTED = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069{NONCHARACTERS}]")
# What slides, word processors and other systems write for a line end: VT, FF, NEL, and Unicode's own two.
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
DROPPED = re.compile("[\ufeff\x08]")  # a byte order mark in the middle of pasted text, and a backspace
# A letter written as a base with marks (か + ゛, e + ´, Hangul in parts) becomes the letter itself. Kanji of Unicode's
# compatibility block are left alone: composing would replace the letter of a name by another.
IN_PARTS = regex.compile(r"[^\p{M}\uf900-\ufaff\U0002f800-\U0002fa1f]\p{M}+|[\u1100-\u11ff]{2,}")
# More marks on one letter than any script stacks, more code points in one character than any emoji has.
MARKS_MOST, PARTS_MOST = 5, 12
MARK = r"[\p{Mn}\p{Me}--[\ufe00-\ufe0f\U000e0100-\U000e01ef]]"
STACK = regex.compile(f"(?:{MARK}){{{MARKS_MOST + 1},}}", regex.V1)
CLUSTER = regex.compile(r"\X")
EXTENDING = regex.compile(r"[\p{M}\p{Cf}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]")  # without these a character is short
CODE_POINTS_EACH = 4  # so many code points, on average, a character may have; a column has room for them
# What leaves nothing to see: blanks, the letters that Unicode says to ignore, marks without a letter, the empty Braille
# pattern, and the controls that are taken out.
SEEN = regex.compile(r"[^\s\p{White_Space}\p{Default_Ignorable_Code_Point}\p{M}\p{C}\u2800]|\p{Co}")
# Letters that leave no trace when texts are compared: variation selectors, zero-width letters, soft hyphens, fillers.
UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\ufeff]")
DASH, WAVE = "ー", "~"
DASHES = "-‐‑‒–—―−─━﹘⁃⸺⸻－"  # every dash but the long sound of kana, which folding cannot tell from them
FOLDED: dict[int, int | str | None] = {
    **dict.fromkeys([0x115F, 0x1160]),  # what NFKC makes of the other two fillers of Hangul
    **{kana: kana - 0x60 for kana in range(ord("ァ"), ord("ヶ") + 1)},
    **{ord(dash): DASH for dash in DASHES},
    **{ord(wave): WAVE for wave in "〜∼∽〰⁓˜"},
    **{ord(form): letter for form, letter in variants().items()},
}
TAG_SEPARATORS = re.compile(r"[、，,;；\s]+")
TAG_MAX = 20
# Blanks that say nothing: between two letters of Japanese, where 葛城 花子 is 葛城花子.
LOOSE_BLANKS = regex.compile(
    r"(?<=[\p{Han}\p{Hiragana}\p{Katakana}ー々〆]) +(?=[\p{Han}\p{Hiragana}\p{Katakana}ー々〆])"
)
AROUND = 8  # letters shown before and after a place


@dataclass(frozen=True)
class Place:
    """The place of an unusable character: its line from 1, the visible text before and after it, its code point."""

    line: int
    before: str
    after: str
    code: str


class UnwantedCharacter(ValueError):
    """A text contains a character that no keyboard types and no page can show; `place` says where."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.code)
        self.place = place


def with_unix_lines(text: str) -> str:
    """Return the text with LF as its only line end."""
    return LINE_ENDS.sub("\n", text)


def tidy(text: str) -> str:
    """Return the text with harmless repairs: line ends, byte order marks, letters composed (NFC, except kanji)."""
    text = DROPPED.sub("", with_unix_lines(text))
    if unicodedata.is_normalized("NFC", text):
        return text
    return str(IN_PARTS.sub(lambda found: unicodedata.normalize("NFC", found[0]), text))


def unwanted_in(text: str) -> tuple[int, int] | None:
    """Return the (start, end) range of the first unusable character, or overlong cluster; None without one."""
    found = UNWANTED.search(text)
    if not found and EXTENDING.search(text):
        long = (match for match in CLUSTER.finditer(text) if match.end() - match.start() > PARTS_MOST)
        found = STACK.search(text) or next(long, None)
    return found.span() if found else None


def place_in(text: str, span: tuple[int, int]) -> Place:
    """Return the place of a range, as a person can find it."""
    start, end = span
    before, after = text[:start].rpartition("\n")[2], text[end:].partition("\n")[0]
    visible = [without_unwanted(part) for part in (before[-AROUND * 4 :], after[: AROUND * 4])]
    around = ("".join(clusters(visible[0])[-AROUND:]), "".join(clusters(visible[1])[:AROUND]))
    return Place(text.count("\n", 0, start) + 1, *around, f"U+{ord(text[start]):04X}")


def usable(text: str) -> str:
    """Return the text with harmless repairs; raises UnwantedCharacter for an unusable character."""
    text = tidy(text)
    span = unwanted_in(text)
    if span:
        raise UnwantedCharacter(place_in(text, span))
    return text


def clean(text: str) -> str:
    """Return a typed text as it is stored: LF line ends, no blanks at its ends or at line ends, at most two empty lines.

    A text without a visible character becomes empty. Raises UnwantedCharacter: such a text goes back to its author
    rather than being changed in silence.
    """
    lines = "\n".join(line.rstrip() for line in usable(text).split("\n"))
    cleaned = re.sub(r"\n{4,}", "\n\n\n", lines).strip("\n \t\u3000")
    return cleaned if SEEN.search(cleaned) else ""


def clean_line(text: str) -> str:
    """Return a typed text of one line as it is stored; line ends become blanks."""
    return " ".join(clean(text).split("\n"))


def without_unwanted(text: str) -> str:
    """Return the text without what `clean` refuses; of stacked marks the first MARKS_MOST stay."""
    text = UNWANTED.sub("", tidy(text))
    if not EXTENDING.search(text):
        return text
    stacked = STACK.sub(lambda found: found[0][:MARKS_MOST], text)
    return str(CLUSTER.sub(lambda found: found[0][:PARTS_MOST], stacked))


def count_unwanted(text: str) -> int:
    """Return how many code points `without_unwanted` removes."""
    return len(tidy(text)) - len(without_unwanted(text))


def file_name(name: str, *, most: int = 200) -> str:
    """Return a file name as it is stored, without unusable characters; of a long one the last `most` characters."""
    return " ".join(without_unwanted(name).split())[-most:]


def count_characters(text: str) -> int:
    """Return the number of characters (grapheme clusters): が typed as two code points is one, so is a family emoji.

    A line end counts as one. Source: Unicode Standard Annex 29, extended grapheme clusters.
    """
    return len(regex.findall(r"\X", with_unix_lines(text)))


def fold(text: str) -> str:
    """Return the text folded for comparison: search, filters, redaction (伏せる), NG words, tags, codes, imports.

    NFKC (全角 and 半角 alike), lower case, katakana as hiragana, one form of a kanji (kanji.py), one dash, one wave; nothing
    that cannot be seen (variation selectors, zero-width letters, soft hyphens); one blank between words.
    """
    plain = unicodedata.normalize("NFKC", UNSEEN.sub("", text)).casefold()
    if not unicodedata.is_normalized("NFKC", plain):
        plain = unicodedata.normalize("NFKC", plain)
    return " ".join(plain.translate(FOLDED).split())


def as_number(text: str) -> str:
    """Return a public code as it is stored: `ｃ26ー0043` and `c26−0043` are C26-0043."""
    return fold(text).replace(" ", "").replace(DASH, "-").upper()


def split_tags(text: str) -> list[str]:
    """Return tag names in the order typed, each once: split at 、 ， , ; or blanks, NFKC, without a leading #.

    A name without letter or digit is none: it could be searched by nobody.
    """
    names: dict[str, str] = {}
    for raw in TAG_SEPARATORS.split(unicodedata.normalize("NFKC", UNSEEN.sub("", clean(text)))):
        name = raw.strip("#＃ ")
        if tag_key(name):
            names.setdefault(tag_key(name), name)
    return list(names.values())


def tag_key(name: str) -> str:
    """Return the key by which spellings of a tag are the same; empty for a name without letter or digit, which is no tag."""
    folded = fold(name)
    return folded if any(letter.isalnum() and letter != DASH for letter in folded) else ""


def spans_of(part: str, text: str) -> list[tuple[int, int]]:
    """Return the (start, end) ranges of a part in a text, whatever its width, case or kana; they do not overlap.

    葛城 花子 is 葛城花子: blanks between Japanese letters are as people happen to write them.
    """
    wanted, _places = _folded_places(part)
    line, places = _folded_places(text)
    found = []
    start = line.find(wanted) if wanted else -1
    while start >= 0:
        found.append((places[start][0], places[start + len(wanted) - 1][1]))
        start = line.find(wanted, start + len(wanted))
    return found


def _folded_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a text folded, without blanks between Japanese letters, and the (start, end) of each letter in the text."""
    folded, places, at = "", list[tuple[int, int]](), 0
    for cluster in clusters(text):
        letters = fold_letter(cluster)
        folded += letters
        places += [(at, at + len(cluster))] * len(letters)
        at += len(cluster)
    blanks = {place for blank in LOOSE_BLANKS.finditer(folded) for place in range(*blank.span())}
    if not blanks:
        return folded, places
    kept = [place for place in range(len(folded)) if place not in blanks]
    return "".join(folded[place] for place in kept), [places[place] for place in kept]


@lru_cache(maxsize=8192)
def fold_letter(letter: str) -> str:
    """Return one character folded; a blank or line end is one blank, an invisible character an empty text.

    Cached: texts are written with the same few thousand characters.
    """
    return fold(letter) or (" " if letter.isspace() else "")


def clusters(text: str) -> list[str]:
    """Return the grapheme clusters of a text (see count_characters)."""
    found: list[str] = regex.findall(r"\X", text)
    return found


def replace_part(part: str, text: str, replacement: str) -> tuple[str, int]:
    """Return (the text with every occurrence of the part replaced, the number of occurrences)."""
    pieces, last = [], 0
    spans = spans_of(part, text)
    for start, end in spans:
        if start >= last:
            pieces += [text[last:start], replacement]
            last = end
    return "".join([*pieces, text[last:]]), len(spans)
