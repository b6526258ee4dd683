"""Mark Japanese text in English pages with lang="ja", for screen readers (WCAG 3.1.2). Imports no Django.

What the city and residents wrote is not translated: on a page whose own words are in Latin letters, whatever is written
in Japanese letters is such a text. So it is found on the finished page, wherever a template puts it.
"""

import re
from dataclasses import dataclass

PIECES = re.compile(
    r"""(<!--.*?-->|<!doctype[^>]*>|<(?:script|style)\b.*?</(?:script|style)\s*>"""
    r"""|</?[a-z](?:[^"'<>]|"[^"]*"|'[^']*')*>)""",
    re.IGNORECASE | re.DOTALL,
)
NAME = re.compile(r"</?([a-z][a-z0-9:-]*)", re.IGNORECASE)
LANG = re.compile(r"""\slang\s*=\s*["']?([a-z-]+)""", re.IGNORECASE)
LETTER = (
    "\u3005-\u3007\u3041-\u3096\u309b-\u309f\u30a1-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
JAPANESE = re.compile(f"[{LETTER}]")
# From the first Japanese letter to the last of a text, with the brackets and marks that stand about it.
RUN = re.compile(f"[（「『【〈《〔“]*[{LETTER}](?:.*[{LETTER}])?[）」』】〉》〕”。、！？…・〜]*", re.DOTALL)
ENTITY = re.compile(r"&[#a-z0-9]+;", re.IGNORECASE)
LATIN = re.compile("[A-Za-z]")
SPOKEN = re.compile(
    f"""\\s(?:alt|aria-label|placeholder|title|value|content)\\s*=\\s*"[^"]*[{LETTER}]""", re.IGNORECASE
)
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
TEXT_ONLY = {"title", "option", "textarea", "text", "tspan", "desc"}  # elements that hold no others


@dataclass
class Open:
    """An open element: the index of its tag among the pieces, and whether its content is marked as Japanese."""

    name: str
    at: int
    is_japanese: bool


def mark_japanese(html: str) -> str:
    """Return the HTML with lang="ja" on every Japanese text whose element has no language yet."""
    if not JAPANESE.search(html):
        return html
    pieces, stack = PIECES.split(html), [Open("", -1, False)]
    for at, piece in enumerate(pieces):
        if at % 2:
            _follow(pieces, at, stack)
        elif not stack[-1].is_japanese and JAPANESE.search(piece):
            _mark_text(pieces, at, stack[-1])
    return "".join(pieces)


def _follow(pieces: list[str], at: int, stack: list[Open]) -> None:
    """Update the stack of open elements for a tag; mark a void element with Japanese attributes."""
    tag = pieces[at]
    found = NAME.match(tag)
    if found is None or tag.startswith("<!"):
        return
    name = found[1].lower()
    if tag.startswith("</"):
        for depth in range(len(stack) - 1, 0, -1):
            if stack[depth].name == name:
                del stack[depth:]
                return
    elif name in VOID or tag.endswith("/>"):
        if SPOKEN.search(tag) and not LANG.search(tag) and not stack[-1].is_japanese:
            pieces[at] = _with_lang(tag)
    elif name not in {"script", "style"}:
        lang = LANG.search(tag)
        is_japanese = lang[1].lower().startswith("ja") if lang else stack[-1].is_japanese
        stack.append(Open(name, at, is_japanese))


def _mark_text(pieces: list[str], at: int, parent: Open) -> None:
    """Mark the parent element if the Japanese text is all it holds, else wrap the Japanese part in a span."""
    text = pieces[at]
    run = RUN.search(text)
    if run is None:
        return
    around = ENTITY.sub("", text[: run.start()] + text[run.end() :])
    follows = "".join(pieces[at + 1 : at + 2])
    is_alone = parent.at == at - 1 and follows.lower().startswith(f"</{parent.name}")
    is_all = is_alone and not LATIN.search(around)
    if parent.at >= 0 and (is_all or parent.name in TEXT_ONLY) and not LANG.search(pieces[parent.at]):
        pieces[parent.at] = _with_lang(pieces[parent.at])
        parent.is_japanese = True
    elif parent.name not in TEXT_ONLY:
        pieces[at] = f'{text[: run.start()]}<span lang="ja">{run[0]}</span>{text[run.end() :]}'


def _with_lang(tag: str) -> str:
    """Return the tag with lang="ja" as its last attribute."""
    end = "/>" if tag.endswith("/>") else ">"
    return f'{tag[: -len(end)].rstrip()} lang="ja"{end}'
