"""Put readings over the Japanese text of a finished page, as <ruby>. Imports no Django.

What residents wrote stands in elements with dir="auto" (held by tests/safety/test_outputs.py) and is left as they wrote it;
so is what is no line of text (code, titles, choices), what asks not to be translated, and other languages.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from apps.core.furigana import HAS_KANJI, Pieces
from apps.core.language_marks import ENTITY, LANG, NAME, PIECES, VOID

PLAIN_ELEMENTS = {
    "code", "datalist", "head", "iframe", "math", "noscript", "object", "option", "pre", "rp", "rt", "ruby", "samp",
    "script", "select", "style", "svg", "template", "textarea", "title", "video",
}  # fmt: skip
# Elements within a line: a number may end in one and its counter stand behind it.
INLINE = {"a", "abbr", "b", "bdi", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "time", "u", "data"}
AS_WRITTEN = re.compile(r"""\s(?:dir\s*=\s*["']?auto|translate\s*=\s*["']?no)\b""", re.IGNORECASE)
NUMBER_AT_END = re.compile(r"([0-9０-９]+(?:[,，][0-9０-９]+)*)\s?$")

Text = tuple[str, str]  # (a text of the page, the number that stands right before it)


@dataclass
class Element:
    """An open element: whether its language is Japanese, and whether its text is left as it is."""

    name: str
    is_japanese: bool
    is_plain: bool


def add_ruby(html: str, read: Callable[[list[Text]], dict[Text, str]], *, is_japanese: bool) -> str:
    """Return the HTML with readings.

    read: from texts with their numbers to their HTML, asked once for the whole page;
    is_japanese: the language of a part that stands in no <html> of its own.
    """
    if not HAS_KANJI.search(html):
        return html
    pieces = PIECES.split(html)
    places = _places(pieces, is_japanese=is_japanese)
    texts = read(list(dict.fromkeys(places.values())))
    for at, text in places.items():
        before, after = pieces[at].split(text[0], 1)
        pieces[at] = f"{before}{texts.get(text, text[0])}{after}"
    return "".join(pieces)


def to_html(pieces: Pieces) -> str:
    """Return pieces of a text as HTML, in one span, so that a line of buttons or columns takes them for one text."""
    marked = "".join(f"<ruby>{text}<rt>{kana}</rt></ruby>" if kana else text for text, kana in pieces)
    return f"<span>{marked}</span>" if "<ruby>" in marked else marked


def around_entities(text: str) -> list[str]:
    """Return the parts of an HTML text: every second one is an entity, which has no reading."""
    return re.split(f"({ENTITY.pattern})", text, flags=re.IGNORECASE)


def _places(pieces: list[str], *, is_japanese: bool) -> dict[int, Text]:
    """Return which pieces are texts to be read, by their place."""
    stack, found, number = [Element("", is_japanese, is_plain=False)], {}, ""
    for at, piece in enumerate(pieces):
        if at % 2:
            name = _follow(piece, stack)
            number = number if name in INLINE else ""
            continue
        text, top = piece.strip(), stack[-1]
        if text and top.is_japanese and not top.is_plain and HAS_KANJI.search(text):
            found[at] = (text, number if piece[:1] == text[:1] else "")
        if text:
            last = NUMBER_AT_END.search(piece)
            number = last[1] if last else ""
    return found


def _follow(tag: str, stack: list[Element]) -> str:
    """Update the stack of open elements for a tag; return its name."""
    found = NAME.match(tag)
    if found is None or tag.startswith("<!"):
        return "!"
    name = found[1].lower()
    if tag.startswith("</"):
        for depth in range(len(stack) - 1, 0, -1):
            if stack[depth].name == name:
                del stack[depth:]
                break
    elif name not in VOID and not tag.endswith("/>") and name not in {"script", "style"}:
        lang, top = LANG.search(tag), stack[-1]
        is_plain = top.is_plain or name in PLAIN_ELEMENTS or bool(AS_WRITTEN.search(tag))
        stack.append(Element(name, lang[1].lower().startswith("ja") if lang else top.is_japanese, is_plain))
    return name
