"""Render Markdown written by staff as sanitised HTML. Residents' texts are never Markdown."""

from collections.abc import Iterator

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}


def _reader() -> MarkdownIt:
    """Return a CommonMark parser with tables and links; HTML in the source stays text."""
    reader = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True})
    return reader.enable(["table", "strikethrough", "linkify"])


def render(source: str) -> SafeString:
    """Return the Markdown as sanitised HTML (no script, style, image; only SCHEMES in links); headings start at h2."""
    tokens = (reader := _reader()).parse(source)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
        if token.type == "th_open":
            token.attrs = {"scope": "col"}
    html = reader.renderer.render(tokens, reader.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener nofollow")
    return SafeString(clean)  # nh3 has just removed everything that is not on the list above


# What opens a block of plain text, and its kind.
KINDS = {
    "list_item_open": "item",
    "heading_open": "heading",
    "blockquote_open": "quote",
    "th_open": "cell",
    "td_open": "cell",
}


def plain_blocks(source: str) -> Iterator[tuple[str, str]]:
    """Yield the text of the Markdown without its marks, block by block: (kind, text).

    kind: paragraph, item, heading, quote, row (the cells of a table's row, divided by ｜) or code.
    """
    inside: list[str] = []
    cells: list[str] = []
    for token in _reader().parse(source):
        if token.type in KINDS:
            inside.append(KINDS[token.type])
        elif token.type.replace("_close", "_open") in KINDS:
            inside.pop()
        elif token.type == "tr_close":
            yield "row", "｜".join(cells)
            cells.clear()
        elif token.type in {"fence", "code_block"}:
            yield "code", token.content
        elif token.type == "inline" and inside[-1:] == ["cell"]:
            cells.append(_plain(token.children or []))
        elif token.type == "inline":
            yield inside[-1] if inside else "paragraph", _plain(token.children or [])


def _plain(tokens: list[Token]) -> str:
    """Return the words of an inline token's children."""
    return "".join("\n" if token.type in {"softbreak", "hardbreak"} else token.content for token in tokens)
