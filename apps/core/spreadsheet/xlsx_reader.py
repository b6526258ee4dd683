"""Read XLSX as a person sees it: hidden parts are reported, merged cells repeat in every row, formats are applied.

The file is untrusted: zip bombs and huge sheets are refused.

openpyxl reads sheets, shared strings and formats; the rows are read here, because its read-only mode reports neither
hidden rows and columns nor merged cells.
"""

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Any
from xml.etree.ElementTree import Element

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell.text import Text
from openpyxl.styles.colors import Color
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_ISO8601
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from apps.core.spreadsheet.formats import Shown, hides_text, shown
from apps.core.spreadsheet.record import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Odd, Record, Unreadable

MOST_PARTS = 1_000
MOST_RATIO = 100
MOST_MERGED = 50_000
# How XLSX writes a control character (_x000D_), and what only looks like one (_x0041_ is kept as _x005F_x0041_).
ESCAPED = re.compile(r"_x005F(_x[0-9A-Fa-f]{4}_)|_x(00[01][0-9A-Fa-f])_")
NS = f"{{{SHEET_MAIN_NS}}}"
ROW, CELL, VALUE, FORMULA, INLINE, COLUMN, MERGED = (
    NS + tag for tag in ("row", "c", "v", "f", "is", "col", "mergeCell")
)
TRUE = {"1", "true"}
NO_EXCEL = "Excel ファイルとして読めませんでした。Excel で開いて保存し直すか、CSV でお試しください。"


def check_archive(file: IO[bytes]) -> None:
    """Raise Unreadable for zip bombs (too many parts, too large, too compressed) before anything is unpacked."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    strange = any(part.filename.startswith(("/", "\\")) or ".." in part.filename for part in parts)
    if len(parts) > MOST_PARTS or size > MOST_BYTES or size / packed > MOST_RATIO or strange:
        raise Unreadable(
            _("この Excel ファイルは大きすぎるか、普通のファイルではないため、読めません。CSV で保存し直してください。")
        )


@dataclass
class Hidden:
    """The hidden rows and columns of a sheet that have content."""

    rows: list[int] = field(default_factory=list)
    columns: set[int] = field(default_factory=set)  # counted from 1


class Workbook:
    """A workbook; raises Unreadable for whatever exception openpyxl raises on a broken file."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            check_archive(file)
            file.seek(0)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and extensions that are of no interest here
                book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            self.sheets = [Sheet(sheet) for sheet in book.worksheets]
        except Unreadable:
            raise
        except Exception as error:
            raise Unreadable(_(NO_EXCEL)) from error

    def first_seen(self) -> "Sheet":
        """Return the first visible sheet; raises Unreadable without one."""
        found = next((sheet for sheet in self.sheets if not sheet.is_hidden), None)
        if found is None:
            raise Unreadable(_(NO_EXCEL))
        return found

    def sheet(self, name: str) -> "Sheet | None":
        """Return the sheet with this name, None without one."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


class Sheet:
    """A sheet; each call of `records` reads its rows anew."""

    def __init__(self, sheet: Any) -> None:
        self.sheet, self.book, self.name = sheet, sheet.parent, str(sheet.title)
        self.is_hidden = sheet.sheet_state != "visible"
        self._formats: dict[int, tuple[str, int]] = {}
        self._out_of_sight: dict[int, bool] = {}

    @cached_property
    def _survey(self) -> "_Survey":
        """Find hidden parts and merged cells in a first pass over the sheet."""
        try:
            with self._source() as source:
                return _Survey(source)
        except Unreadable:
            raise
        except Exception as error:
            raise Unreadable(_(NO_EXCEL)) from error

    @property
    def hidden(self) -> Hidden:
        """Return the hidden rows and columns with content."""
        return self._survey.hidden

    def records(self, *, fill: bool = True) -> Iterator[Record]:
        """Yield the non-empty rows. fill: repeat a merged cell in every row that it covers."""
        filler = _Filler(self._survey.merged if fill else [])
        try:
            with self._source() as source:
                for row in _rows(source):
                    if record := filler.filled(self._record(*row)):
                        yield record
        except Unreadable:
            raise
        except Exception as error:
            raise Unreadable(_(NO_EXCEL)) from error

    def _source(self) -> IO[bytes]:
        """Return the XML of the sheet as open file."""
        source: IO[bytes] = self.sheet._get_source()
        return source

    def _record(self, number: int, row: Element) -> Record:
        """Return the record of a row element; missing cells between others are empty texts."""
        record = Record(number, [])
        for place, cell in _cells(row):
            text, odd = self._cell(cell)
            if not text and odd is None:
                continue
            if place > MOST_COLUMNS:
                raise Unreadable(_("列が多すぎます（%(most)d列まで）。") % {"most": MOST_COLUMNS})
            record.cells += [""] * (place - len(record.cells))
            record.cells[place - 1] = text
            if odd:
                record.odd[place - 1] = odd
        return record

    def _cell(self, cell: Element) -> tuple[str, Odd | None]:
        """Return (displayed text, warning or None) of a cell element."""
        text, odd = self._content(cell)
        if odd is None and text and self._is_out_of_sight(int(cell.get("s") or 0), is_text=cell.get("t", "n") != "n"):
            return "", Odd.HIDDEN
        return text, odd

    def _content(self, cell: Element) -> tuple[str, Odd | None]:
        """Return (text, warning or None) of a cell element, whether its letters are seen or not."""
        kind, raw = cell.get("t", "n"), cell.findtext(VALUE)
        if kind == "inlineStr":
            inline = cell.find(INLINE)
            return (_typed(Text.from_tree(inline).content) if inline is not None else ""), None
        if not raw:
            is_unsaved = cell.find(FORMULA) is not None and (raw is None or kind != "str")
            return "", Odd.UNSAVED if is_unsaved else None
        if kind == "s":
            return _typed(str(self.sheet._shared_strings[int(raw)])), None
        if kind == "b":
            return ("TRUE" if raw in TRUE else "FALSE"), None
        if kind == "d":
            return str(from_ISO8601(raw)), Odd.DAY
        if kind != "n":
            return _typed(raw), None
        found = self._number(raw, int(cell.get("s") or 0))
        return found.text, Odd.DAY if found.is_day else Odd.HIDDEN if found.is_hidden else None

    def _number(self, raw: str, style: int) -> Shown:
        """Return a number as its cell style shows it."""
        value = int(raw) if raw.lstrip("-").isdigit() else float(raw)
        return shown(value, *self._format(style), self.book.epoch)

    def _format(self, style: int) -> tuple[str, int]:
        """Return the number format of a cell style and the id by which it is built in."""
        if style not in self._formats:
            number = self.book._cell_styles[style].numFmtId
            own = number - BUILTIN_FORMATS_MAX_SIZE
            code = self.book._number_formats[own] if own >= 0 else BUILTIN_FORMATS.get(number, "General")
            self._formats[style] = code, number
        return self._formats[style]

    def _is_out_of_sight(self, style: int, *, is_text: bool) -> bool:
        """Return whether a cell style shows nothing of a value: a format without texts, or white letters without a fill."""
        key = style * 2 + is_text
        if key not in self._out_of_sight:
            look = self.book._cell_styles[style]
            is_white = _is_white(self.book._fonts[look.fontId].color) and not self.book._fills[look.fillId].fill_type
            self._out_of_sight[key] = is_white or (is_text and hides_text(self._format(style)[0]))
        return self._out_of_sight[key]


def _is_white(colour: Color | None) -> bool:
    """Return whether a font's colour is white, or the background of the theme."""
    if colour is None:
        return False
    return (colour.type == "rgb" and str(colour.rgb)[-6:].upper() == "FFFFFF") or (
        colour.type == "theme" and colour.theme == 0 and not colour.tint
    )


def _typed(text: str) -> str:
    """Return a text with XLSX escapes (_x000D_) decoded."""
    return ESCAPED.sub(lambda found: found[1] or chr(int(found[2], 16)), text)


def _rows(source: IO[bytes]) -> Iterator[tuple[int, Element]]:
    """Yield (number, element) of the rows; each element is cleared when the next is read (constant memory)."""
    number = 0
    for _event, element in iterparse(source):
        if element.tag == ROW:
            number = int(element.get("r") or number + 1)
            if len(element):
                yield number, element
            element.clear()


def _cells(row: Element) -> Iterator[tuple[int, Element]]:
    """Yield (column from 1, element) of the cells of a row."""
    place = 0
    for cell in row.iter(CELL):
        letters = (cell.get("r") or "").rstrip("0123456789")
        place = column_index_from_string(letters) if letters else place + 1
        yield place, cell


def _holds(cell: Element) -> bool:
    """Return whether a cell has a value, formula or inline text."""
    return bool(cell.findtext(VALUE)) or cell.find(FORMULA) is not None or cell.find(INLINE) is not None


class _Survey:
    """First pass over a sheet: collects hidden rows and columns with content, and merged ranges."""

    def __init__(self, source: IO[bytes]) -> None:
        self.hidden, self.merged = Hidden(), list[tuple[int, int, int, int]]()
        columns: list[tuple[int, int]] = []
        for _event, element in iterparse(source):
            if element.tag == COLUMN and _is_out_of_sight(element, "width"):
                columns.append((int(element.get("min")), int(element.get("max"))))
            elif element.tag == MERGED:
                self._merge(element.get("ref"))
            elif element.tag == ROW:
                self._row(element, columns)
                element.clear()

    def _row(self, row: Element, columns: list[tuple[int, int]]) -> None:
        """Note a row that is hidden, or has content in hidden columns."""
        is_hidden = _is_out_of_sight(row, "ht")
        if not is_hidden and not columns:
            return
        held = [place for place, cell in _cells(row) if _holds(cell)]
        if is_hidden and held:
            self.hidden.rows.append(int(row.get("r") or 0))
        self.hidden.columns |= {place for place in held for first, last in columns if first <= place <= last}

    def _merge(self, ref: str) -> None:
        """Note a merged range of several rows; raises Unreadable for too many."""
        if len(self.merged) >= MOST_MERGED:
            raise Unreadable(_("結合されたセルが多すぎます。結合を解いて保存し直してください。"))
        left, top, right, bottom = range_boundaries(ref)
        if bottom > top:
            self.merged.append((top, bottom, left, right))


def _is_out_of_sight(element: Element, size: str) -> bool:
    """Return whether a row or column is hidden, filtered, folded or without width."""
    return element.get("hidden") in TRUE or 0 <= float(element.get(size) or 9) < 0.5


class _Filler:
    """Repeats merged cells in the rows beneath their first one."""

    def __init__(self, merged: list[tuple[int, int, int, int]]) -> None:
        self.waiting = sorted(merged, reverse=True)
        self.open: list[tuple[int, int, str, Odd | None]] = []  # (last row, place from 0, text, what is odd)

    def filled(self, record: Record) -> Record | None:
        """Return the record with merged cells filled in; None for one without content of its own."""
        if not any(cell.strip() for cell in record.cells) and not record.odd:
            return None
        if record.number > MOST_ROWS:
            raise Unreadable(_("行が多すぎます（%(most)d行まで）。ファイルを分けてください。") % {"most": MOST_ROWS})
        self.open = [area for area in self.open if area[0] >= record.number]
        for _last, place, text, odd in self.open:
            record.cells += [""] * (place + 1 - len(record.cells))
            if not record.cells[place]:
                record.cells[place] = text
                if odd:
                    record.odd[place] = odd
        while self.waiting and self.waiting[-1][0] <= record.number:
            top, bottom, left, _right = self.waiting.pop()
            if top == record.number and left <= len(record.cells):
                self.open.append((bottom, left - 1, record.cells[left - 1], record.odd.get(left - 1)))
        return record


def column_name(place: int) -> str:
    """Return the name of a column, counted from 1: C列."""
    return _("%(letters)s列") % {"letters": get_column_letter(place)}
