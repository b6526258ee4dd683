"""Read a workbook back: every cell as the person sees it, untrusted. Errors name sheet and row."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from apps.core.spreadsheet import CellError, Odd, Unreadable, choice, day
from apps.core.spreadsheet.oddities import is_ditto, is_error
from apps.core.spreadsheet.reader import is_workbook, refuse_hidden, refuse_old
from apps.core.spreadsheet.xlsx_reader import Hidden, Sheet, Workbook
from apps.core.text import tidy, unwanted_in
from apps.core.types import StrOrPromise
from apps.plans.models import MARKS, Block, Evidence
from apps.plans.models.line import LINE_MAX
from apps.plans.workbook.write import FORM, PROOF

MOST_ROWS = 3000
WIDTHS = {FORM: 3, PROOF: 5}  # so many columns of each sheet hold something
OURS = {1}  # column A is hidden by us: it says what a row is


@dataclass
class SheetFile:
    """What a file says: for each block its lines (id or None, mark, text), the two choices, reason and new evidence."""

    sheet: int
    blocks: dict[str, list[tuple[int | None, str, str]]] = field(default_factory=dict)
    outlook: str = ""
    grade: str = ""
    reason: str = ""
    next_action: str = ""
    evidence: list[dict[str, str]] = field(default_factory=list)

    def plain(self) -> dict[str, object]:
        """Return it as JSON, to be signed into a form."""
        return asdict(self)


class _Rows:
    """The rows of one sheet as texts, with the names of what is wrong in them."""

    def __init__(self, page: Sheet, width: int) -> None:
        self.name, self.wrong = page.name, list[str]()
        refuse_hidden(page, Hidden(page.hidden.rows, page.hidden.columns - OURS))
        self.rows: dict[int, list[str]] = {}
        for record in page.records(fill=False):
            if record.number > MOST_ROWS:
                raise Unreadable(
                    _("行が多すぎます（%(most)d行まで）。ファイルを分けてください。") % {"most": MOST_ROWS}
                )
            self.rows[record.number] = [tidy(cell) for cell in record.cells[:width]]
            if any(cell.strip() for cell in record.cells[width:]):
                self.complain(record.number, _("右の列に文字があります。この欄は読みません。"))
            if Odd.UNSAVED in record.odd.values():
                self.complain(record.number, _("式の結果がファイルにありません。文字で書いてください。"))
            for cell in filter(is_error, record.cells[1:width]):
                self.complain(record.number, _("計算のエラー（%(cell)s）です。") % {"cell": cell.strip()})

    def complain(self, number: int, sentence: StrOrPromise) -> None:
        where = _("「%(sheet)s」%(row)d行目") % {"sheet": self.name, "row": number}
        self.wrong.append(f"{where}：{sentence}")

    def each(self) -> Iterator[tuple[int, str, list[str]]]:
        """Yield row number, what the hidden column says, and the cells, always five."""
        for number, row in self.rows.items():
            cells = [*row, *[""] * (6 - len(row))]
            yield number, cells[0].strip(), cells[1:]


def read_workbook(file: IO[bytes]) -> SheetFile:
    """Parse the file; raise Unreadable with one sentence, or with a line for each row that is wrong."""
    refuse_old(file)
    book = Workbook(file) if is_workbook(file) else None
    sheets = [book.sheet(name) for name in WIDTHS] if book else []
    if book is None or None in sheets:
        names = "、".join(sheet.name for sheet in book.sheets) if book else ""
        sheet_names = _("（ファイルにあるシート：%(names)s）") % {"names": names} if names else ""
        raise Unreadable(_("このサイトから書き出したPDCAシートのファイルではありません。") + sheet_names)
    pages = [_Rows(sheet, WIDTHS[sheet.name]) for sheet in sheets if sheet]
    content = _form(pages[0])
    _proof(pages[1], content)
    if wrong := [*pages[0].wrong, *pages[1].wrong]:
        raise Unreadable("\n".join(wrong[:30]))
    return content


def _number(key: str) -> int | None:
    number = key.partition(":")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None


def _form(page: _Rows) -> SheetFile:
    first = page.rows.get(1, [""])[0]
    pk = _number(first) if first.startswith("sheet:") else None
    if pk is None:
        raise Unreadable(
            _("このサイトから書き出したPDCAシートのファイルではありません（隠れたA列を消さないでください）。")
        )
    content, block = SheetFile(pk), ""
    for number, key, cells in page.each():
        if key.startswith("block:"):
            block = key[6:]
            content.blocks[block] = []
            if block not in Block.values:
                page.complain(number, _("知らない欄です。"))
        elif key in {"outlook", "grade"}:
            setattr(content, key, cells[1].strip())
        elif block and (key.startswith(("line:", "new:")) or not key):
            _line(page, number, content.blocks[block], block, key, cells)
    return content


def _line(
    page: _Rows, number: int, lines: list[tuple[int | None, str, str]], block: str, key: str, cells: list[str]
) -> None:
    """Return a stored line, or a new one that was typed into an empty or an inserted row."""
    mark, text = cells[0].strip(), cells[1]
    if not text.strip():
        return
    if "\n" in text or unwanted_in(text) or len(text) > LINE_MAX or len(mark) > 4:
        page.complain(number, _("1つの行に書けるのは、改行のない%(most)d文字までの文です。") % {"most": LINE_MAX})
        return
    if is_ditto(text) and not key.startswith("line:"):
        page.complain(number, _("「%(cell)s」は、上の行の内容を書いてください。") % {"cell": text.strip()})
        return
    mark = mark or MARKS.get(Block(block), "○")
    lines.append((_number(key) if key.startswith("line:") else None, mark, text))


def _proof(page: _Rows, content: SheetFile) -> None:
    kinds = {value: str(label) for value, label in Evidence.Kind.choices}
    for number, key, cells in page.each():
        if key in {"reason", "next_action"}:
            setattr(content, key, cells[1])
        elif number > 3 and not key.partition(":")[2].isdigit() and any(cell.strip() for cell in cells[:4]):
            try:
                content.evidence.append(
                    {
                        "kind": choice(cells[0], kinds),
                        "title": cells[1].strip(),
                        "url": cells[2].strip(),
                        "dated_on": day(cells[3]).isoformat() if cells[3].strip() else "",
                    }
                )
            except CellError as error:
                page.complain(number, error.sentence)
