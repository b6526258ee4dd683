"""Reads the workbook back; every cell as text, nothing believed. What is wrong is named by sheet and row."""

import io
import warnings
from dataclasses import asdict, dataclass, field
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _

from apps.core.spreadsheet import CellError, TableReader, Unreadable, choice, day
from apps.core.spreadsheet.reader import ESCAPED
from apps.core.text import UNWANTED, with_unix_lines
from apps.plans.exchange.write import FORM, PROOF
from apps.plans.models import MARKS, Block, Evidence
from apps.plans.models.line import LINE_MAX

MOST_ROWS = 3000


@dataclass
class Brought:
    """What a file says: for each block its lines (id or None, mark, text), the two choices, reason and new evidence."""

    sheet: int
    blocks: dict[str, list[tuple[int | None, str, str]]] = field(default_factory=dict)
    outlook: str = ""
    grade: str = ""
    reason: str = ""
    next_action: str = ""
    evidence: list[dict[str, str]] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """As data that a form can carry."""
        return asdict(self)


class _Rows:
    """The rows of one sheet as texts, with the names of what is wrong in them."""

    def __init__(self, page: Any) -> None:
        self.name, self.wrong = page.title, list[str]()
        self.rows = [[_text(value) for value in row[:6]] for row in page.iter_rows(max_row=MOST_ROWS, values_only=True)]

    def complain(self, number: int, sentence: Any) -> None:
        where = _("「%(sheet)s」%(row)d行目") % {"sheet": self.name, "row": number}
        self.wrong.append(f"{where}：{sentence}")

    def each(self) -> Any:
        """Row number, what the hidden column says, and the cells, always five."""
        for number, row in enumerate(self.rows, start=1):
            cells = [*row, *[""] * (6 - len(row))]
            yield number, cells[0].strip(), cells[1:]


def read_workbook(file: IO[bytes]) -> Brought:
    """What the file says. Raises Unreadable with one sentence, or with a line for each row that is wrong."""
    data = io.BytesIO(file.read())
    TableReader(data)  # refuses what is no workbook, or would unpack to far more than it is
    data.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are of no interest here
            book = openpyxl.load_workbook(data, data_only=True, keep_links=False)
        pages = [_Rows(book[FORM]), _Rows(book[PROOF])]
    except Exception as error:  # the library fails in many ways on broken files; all of them are one sentence here
        raise Unreadable(_("このサイトから書き出したPDCAシートのファイルではありません。")) from error
    brought = _form(pages[0])
    _proof(pages[1], brought)
    if wrong := [*pages[0].wrong, *pages[1].wrong]:
        raise Unreadable("\n".join(wrong[:30]))
    return brought


def _text(value: Any) -> str:
    """A cell's value as it was typed."""
    if value is None:
        return ""
    words = value if isinstance(value, str) else str(value)
    return with_unix_lines(ESCAPED.sub(lambda found: found[1] or chr(int(found[2], 16)), words))


def _number(key: str) -> int | None:
    number = key.partition(":")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None


def _form(page: _Rows) -> Brought:
    first = page.rows[0][0] if page.rows else ""
    pk = _number(first) if first.startswith("sheet:") else None
    if pk is None:
        raise Unreadable(
            _("このサイトから書き出したPDCAシートのファイルではありません（隠れたA列を消さないでください）。")
        )
    brought, block = Brought(pk), ""
    for number, key, cells in page.each():
        if key.startswith("block:"):
            block = key[6:]
            brought.blocks[block] = []
            if block not in Block.values:
                page.complain(number, _("知らない欄です。"))
        elif key in {"outlook", "grade"}:
            setattr(brought, key, cells[1].strip())
        elif block and (key.startswith(("line:", "new:")) or not key):
            _line(page, number, brought.blocks[block], block, key, cells)
    return brought


def _line(page: _Rows, number: int, lines: list[Any], block: str, key: str, cells: list[str]) -> None:
    """A stored line, or a new one that was typed into an empty or an inserted row."""
    mark, text = cells[0].strip(), cells[1]
    if not text.strip():
        return
    if "\n" in text or UNWANTED.search(text) or len(text) > LINE_MAX or len(mark) > 4:
        page.complain(number, _("1つの行に書けるのは、改行のない%(most)d文字までの文です。") % {"most": LINE_MAX})
        return
    mark = mark or MARKS.get(Block(block), "○")
    lines.append((_number(key) if key.startswith("line:") else None, mark, text))


def _proof(page: _Rows, brought: Brought) -> None:
    kinds = {value: str(label) for value, label in Evidence.Kind.choices}
    for number, key, cells in page.each():
        if key in {"reason", "next_action"}:
            setattr(brought, key, cells[1])
        elif number > 3 and not key.partition(":")[2].isdigit() and any(cell.strip() for cell in cells[:4]):
            try:
                brought.evidence.append(
                    {
                        "kind": choice(cells[0], kinds),
                        "title": cells[1].strip(),
                        "url": cells[2].strip(),
                        "dated_on": day(cells[3]).isoformat() if cells[3].strip() else "",
                    }
                )
            except CellError as error:
                page.complain(number, error.sentence)
