"""Read the text of a DOCX file as Markdown: headings, paragraphs, list items and tables.

The file is untrusted: zip bombs, entities and files with tracked changes are refused; hidden text is left out, figures
are named as such.
"""

import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl.xml.functions import fromstring

from apps.core.exceptions import ActionRefused

MOST_BYTES = 20 * 1024 * 1024  # of the file, and of each part of it when unpacked
MOST_RATIO = 200
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAIN, STYLES = "word/document.xml", "word/styles.xml"
TRACKED = (f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo")
FIGURES = (f"{W}drawing", f"{W}pict", f"{W}object")


def read_docx(file: IO[bytes]) -> str:
    """Return the text of a DOCX file as Markdown. Raise ActionRefused for a file that cannot be read or published."""
    try:
        with zipfile.ZipFile(file) as archive:
            body = _part(archive, MAIN)
            styles = _part(archive, STYLES) if STYLES in archive.namelist() else None
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, EOFError, SyntaxError) as error:
        raise ActionRefused(_("Word（DOCX）のファイルとして読めませんでした。文を貼り付けてください。")) from error
    if next((True for tag in TRACKED for _found in body.iter(tag)), False):
        raise ActionRefused(
            _(
                "変更履歴が残っているため、取り込んでいません。Wordで変更をすべて承諾するか元に戻してから、選び直してください。"
            )
        )
    levels = _heading_levels(styles)
    return "\n\n".join(_blocks(body, levels)).strip()


def _part(archive: zipfile.ZipFile, name: str) -> Any:
    """Return the root element of a part; raise ActionRefused when it is too large or declares entities."""
    info = archive.getinfo(name)
    if info.file_size > MOST_BYTES or info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise ActionRefused(_("ファイルが大きすぎるため、読めません。文を分けて貼り付けてください。"))
    with archive.open(name) as part:
        data = part.read(MOST_BYTES + 1)
    declares = (
        b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data
    )  # NUL: UTF-16, in which neither would be seen
    if len(data) > MOST_BYTES or declares:
        raise ActionRefused(_("普通のWordのファイルではないため、読めません。文を貼り付けてください。"))
    return fromstring(data)


def _heading_levels(styles: Any) -> dict[str, int]:
    """Return {style id: level} of the styles 見出し 1 to 3 (their names are heading 1 … in every language of Word)."""
    levels: dict[str, int] = {}
    for style in styles.iter(f"{W}style") if styles is not None else ():
        name = style.find(f"{W}name")
        words = (name.get(f"{W}val") or "").lower().split() if name is not None else []
        if len(words) == 2 and words[0] == "heading" and words[1].isdecimal():
            levels[style.get(f"{W}styleId") or ""] = min(int(words[1]), 3)
    return levels


def _blocks(root: Any, levels: dict[str, int]) -> Iterator[str]:
    """Yield the blocks of the body as Markdown; items of one list stand together."""
    body = root.find(f"{W}body")
    items: list[str] = []
    for element in body if body is not None else ():
        block = _table(element) if element.tag == f"{W}tbl" else _paragraph(element, levels)
        if block.startswith("- "):
            items.append(block)
            continue
        if items:
            yield "\n".join(items)
            items = []
        if block:
            yield block
    if items:
        yield "\n".join(items)


def _paragraph(element: Any, levels: dict[str, int]) -> str:
    """Return a paragraph as Markdown: a heading by its style, an item by its numbering; empty for anything else."""
    text = _text(element)
    if element.tag != f"{W}p" or not text:
        return ""
    style = element.find(f"{W}pPr/{W}pStyle")
    level = levels.get(style.get(f"{W}val") or "") if style is not None else None
    if level:
        return f"{'#' * level} {' '.join(text.split())}"
    return f"- {' '.join(text.split())}" if element.find(f"{W}pPr/{W}numPr") is not None else text


def _table(element: Any) -> str:
    """Return a table as Markdown; its first row is the head."""
    rows = [
        [" ".join(_text(cell).split()).replace("|", "｜") for cell in row.findall(f"{W}tc")]
        for row in element.findall(f"{W}tr")
    ]
    width = max((len(row) for row in rows), default=0)
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]]) if width else ""


def _text(element: Any) -> str:
    """Return the visible words of an element; a figure stands as a note, since Markdown has none."""
    words: list[str] = []
    for run in element.iter(f"{W}r"):
        if run.find(f"{W}rPr/{W}vanish") is not None:
            continue
        for part in run:
            if part.tag == f"{W}t":
                words.append(part.text or "")
            elif part.tag in {f"{W}br", f"{W}cr"}:
                words.append("\n")
            elif part.tag == f"{W}tab":
                words.append(" ")
            elif part.tag in FIGURES:
                words.append(str(_("（図があります。内容を文で説明してください）")))
    return "".join(words).strip()
