"""Render Markdown written by staff as sanitised HTML. Residents' texts are never Markdown."""

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

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
