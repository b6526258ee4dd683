"""Read uploaded tables (CSV or XLSX) row by row; the content is untrusted."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _

from apps.core.spreadsheet.cells import unescape
from apps.core.spreadsheet.csv_reader import csv_records, encoding_of
from apps.core.spreadsheet.record import MOST_ROWS, Odd, Record, Unreadable
from apps.core.spreadsheet.xlsx_reader import Hidden, Sheet, Workbook, column_name

OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Row:
    """A row: its number as the spreadsheet program shows it, and its cells by column title."""

    number: int
    cells: dict[str, str]
    odd: dict[str, Odd] = field(default_factory=dict)
    beyond: bool = False  # something stands in a column without a name

    def get(self, *titles: str) -> str:
        """Return the cell of the first of these columns that exists; an empty text without one."""
        return next((self.cells[title] for title in titles if title in self.cells), "")


class TableReader:
    """The first visible sheet of a file: `header` holds the titles; iterate for the non-empty rows.

    Raises Unreadable, also while iterating; also for hidden rows or columns, so that nobody publishes what they do not
    see.
    """

    def __init__(self, file: IO[bytes]) -> None:
        refuse_old(file)
        self.sheet, self.other_sheets = "", list[str]()
        if is_workbook(file):
            self.encoding = "xlsx"
            self._records = self._of_workbook(Workbook(file))
        else:
            self.encoding = encoding_of(file)
            self._records = csv_records(file, self.encoding)
        first = next(self._records, None)
        self.header = self._header(first)

    def _of_workbook(self, book: Workbook) -> Iterator[Record]:
        """Return the records of the first visible sheet; raises Unreadable when it hides anything."""
        sheet = book.first_seen()
        self.sheet = sheet.name
        self.other_sheets = [
            f"{other.name}{_('（非表示）') if other.is_hidden else ''}" for other in book.sheets if other is not sheet
        ]
        refuse_hidden(sheet, sheet.hidden)
        return sheet.records()

    def __iter__(self) -> Iterator[Row]:
        for record in self._records:
            if record.number > MOST_ROWS:
                raise Unreadable(
                    _("行が多すぎます（%(most)d行まで）。ファイルを分けてください。") % {"most": MOST_ROWS}
                )
            if any(cell.strip() for cell in record.cells) or record.odd:
                yield self._row(record)

    def _row(self, record: Record) -> Row:
        """Return the record with its cells by title; `beyond` when a column without title has content."""
        width = len(self.header)
        padded = [*record.cells, *[""] * (width - len(record.cells))]
        cells = {title: unescape(cell) for title, cell in zip(self.header, padded, strict=False) if title}
        odd = {self.header[place]: what for place, what in record.odd.items() if place < width}
        nameless = [cell for place, cell in enumerate(record.cells) if place >= width or not self.header[place]]
        return Row(record.number, cells, odd, beyond=any(cell.strip() for cell in nameless))

    def _header(self, record: Record | None) -> list[str]:
        """Return the titles of row 1 in NFKC without blanks, empty ones included; raises Unreadable for none or duplicates."""
        cells = record.cells if record and record.number == 1 else []
        titles = ["".join(unicodedata.normalize("NFKC", unescape(cell)).split()) for cell in cells]
        while titles and not titles[-1]:
            titles.pop()
        if not titles:
            raise Unreadable(
                _("%(where)s1行目に列の名前がありません。見本のファイルをご覧ください。%(others)s")
                % {"where": self._where(), "others": self._others()}
            )
        for place, title in enumerate(titles):
            if title and title in titles[:place]:
                raise Unreadable(
                    _("1行目に、列「%(title)s」が2つあります。1つにしてください。") % {"title": title[:40]}
                )
        return titles

    def missing(self, titles: list[str]) -> Unreadable:
        """Return the error for missing columns: which ones, and which titles the file has."""
        found = "、".join(title[:40] for title in self.header if title)
        return Unreadable(
            _(
                "%(where)s「%(titles)s」の列がありません。1行目に列の名前が必要です。見本のファイルをご覧ください。"
                "1行目にあった列：%(found)s。%(others)s"
            )
            % {"where": self._where(), "titles": "」「".join(titles), "found": found, "others": self._others()}
        )

    def _where(self) -> str:
        """Return the name of the sheet as beginning of an error message; an empty text for CSV."""
        return _("シート「%(sheet)s」：") % {"sheet": self.sheet} if self.sheet else ""

    def _others(self) -> str:
        """Return the note that other sheets are not read; an empty text without other sheets."""
        if not self.other_sheets:
            return ""
        return _("読むのは1枚めのシートだけです（ほかのシート：%(sheets)s）。") % {
            "sheets": "、".join(self.other_sheets)
        }


def is_workbook(file: IO[bytes]) -> bool:
    """Return whether the file is a ZIP archive, as XLSX is; the file is rewound."""
    beginning = file.read(4)
    file.seek(0)
    return beginning == b"PK\x03\x04"


def refuse_old(file: IO[bytes]) -> None:
    """Raise Unreadable for .xls and for files with a password."""
    beginning = file.read(8)
    file.seek(0)
    if beginning.startswith(OLD_EXCEL):
        raise Unreadable(
            _(
                "古い形式の Excel ファイル（.xls）か、パスワード付きのファイルです。.xlsx か CSV で保存し直してください。"
            )
        )


def refuse_hidden(sheet: Sheet, hidden: Hidden) -> None:
    """Raise Unreadable, with the places, when rows or columns with content are hidden, filtered or folded."""
    parts = []
    if hidden.rows:
        shown = "、".join(str(number) for number in hidden.rows[:10]) + ("…" if len(hidden.rows) > 10 else "")
        parts.append(_("行が%(n)d行（%(which)s行目）") % {"n": len(hidden.rows), "which": shown})
    if hidden.columns:
        shown = "、".join(column_name(place) for place in sorted(hidden.columns)[:10])
        parts.append(_("列が%(n)d列（%(which)s）") % {"n": len(hidden.columns), "which": shown})
    if parts:
        raise Unreadable(
            _(
                "シート「%(sheet)s」に、見えなくなっている%(what)sあります。何も取り込んでいません。"
                "フィルターや非表示を解いて内容を確かめ、取り込まないものは消してから、選び直してください。"
            )
            % {"sheet": sheet.name, "what": "、".join(parts)}
        )
