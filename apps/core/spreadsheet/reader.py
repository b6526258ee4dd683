"""Tables that staff bring in: CSV in the encodings of the offices, and XLSX, read row by row and never trusted."""

import codecs
import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any

import openpyxl
from django.utils.translation import gettext as _

from apps.core.spreadsheet.cells import unescape

MEGABYTE = 1024 * 1024
MOST_BYTES = 50 * MEGABYTE  # of a CSV file, and of all that an XLSX file unpacks to
MOST_PARTS = 1_000
MOST_RATIO = 100
MOST_ROWS = 200_000
MOST_COLUMNS = 100
MOST_LETTERS = 200_000
# How XLSX writes a control character (_x000D_), and what only looks like one (_x0041_ is kept as _x005F_x0041_).
ESCAPED = re.compile(r"_x005F(_x[0-9A-Fa-f]{4}_)|_x(00[01][0-9A-Fa-f])_")
OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """The file as a whole cannot be read; the sentence says why and what to do."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Row:
    """One row: its number as the spreadsheet program shows it, and its cells by the name of their column."""

    number: int
    cells: dict[str, str]
    beyond: bool = False  # something stands to the right of the last named column

    def get(self, *titles: str) -> str:
        """The cell of the first of these columns that the file has."""
        return next((self.cells[title] for title in titles if title in self.cells), "")


class TableReader:
    """The first sheet of a file. `header` is read at once; iterate for the rows, in which something is written.

    Raises Unreadable, at the beginning or in the middle.
    """

    def __init__(self, file: IO[bytes]) -> None:
        beginning = file.read(8)
        file.seek(0)
        if beginning.startswith(OLD_EXCEL):
            raise Unreadable(
                _(
                    "古い形式の Excel ファイル（.xls）か、パスワード付きのファイルです。.xlsx か CSV で保存し直してください。"
                )
            )
        if beginning.startswith(b"PK\x03\x04"):
            self.encoding = "xlsx"
            self._records = _xlsx_records(file)
        else:
            self.encoding = _encoding(file)
            self._records = _csv_records(file, self.encoding)
        first = next(self._records, [])
        self.header = _header(first)

    def __iter__(self) -> Iterator[Row]:
        for number, record in enumerate(self._records, start=2):
            if number > MOST_ROWS:
                raise Unreadable(
                    _("行が多すぎます（%(most)d行まで）。ファイルを分けてください。") % {"most": MOST_ROWS}
                )
            if any(cell.strip() for cell in record):
                yield self._row(number, record)

    def _row(self, number: int, record: list[str]) -> Row:
        width = len(self.header)
        padded = [*record, *[""] * (width - len(record))]
        cells = {title: unescape(cell) for title, cell in zip(self.header, padded, strict=False) if title}
        return Row(number, cells, beyond=any(cell.strip() for cell in record[width:]))


def _header(record: list[str]) -> list[str]:
    """The names of the columns, in half-width and without blanks; one without a name is left out."""
    titles = ["".join(unicodedata.normalize("NFKC", unescape(cell)).split()) for cell in record]
    while titles and not titles[-1]:
        titles.pop()
    if not titles:
        raise Unreadable(_("1行目に列の名前がありません。見本のファイルをご覧ください。"))
    for place, title in enumerate(titles):
        if title and title in titles[:place]:
            raise Unreadable(_("1行目に、列「%(title)s」が2つあります。1つにしてください。") % {"title": title[:40]})
    return titles


# --- CSV ------------------------------------------------------------------------------------------------------------
def _encoding(file: IO[bytes]) -> str:
    """UTF-8 with or without byte order mark, UTF-16 with one, else CP932."""
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    if size > MOST_BYTES:
        raise Unreadable(_("ファイルが大きすぎます（50MBまで）。分けてください。"))
    if size == 0:
        raise Unreadable(_("ファイルが空です。"))
    beginning = file.read(3)
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif beginning == codecs.BOM_UTF8:
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "cp932"]
    for encoding in candidates:
        if _decodes(file, encoding):
            return encoding
    raise Unreadable(
        _("文字コードを読み取れませんでした。「CSV UTF-8（コンマ区切り）」で保存し直すか、Excel 形式でお試しください。")
    )


def _decodes(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(MEGABYTE):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _csv_records(file: IO[bytes], encoding: str) -> Iterator[list[str]]:
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        first = text.readline()
        text.seek(0)
        delimiter = "\t" if "\t" in first and "," not in first else ","
        csv.field_size_limit(MOST_LETTERS)
        yield from _without_errors(csv.reader(text, delimiter=delimiter, strict=True))
    finally:
        if not file.closed:
            text.detach()  # else the wrapper would close the caller's file


def _without_errors(records: Iterable[list[str]]) -> Iterator[list[str]]:
    """The records; a broken one is named by its number."""
    number = 0
    try:
        for number, record in enumerate(records, start=1):  # noqa: B007 - the number is needed when the next one breaks
            yield record
    except csv.Error as error:
        raise Unreadable(
            _('%(row)d行目：引用符（"）の対応が正しくないか、1つの欄が長すぎるため、読めません。') % {"row": number + 1}
        ) from error


# --- XLSX -----------------------------------------------------------------------------------------------------------
def _check_archive(file: IO[bytes]) -> None:
    """Refuse what would unpack to far more than it is, before anything is unpacked."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    strange = any(part.filename.startswith(("/", "\\")) or ".." in part.filename for part in parts)
    if len(parts) > MOST_PARTS or size > MOST_BYTES or size / packed > MOST_RATIO or strange:
        raise Unreadable(
            _("この Excel ファイルは大きすぎるか、普通のファイルではないため、読めません。CSV で保存し直してください。")
        )


def _xlsx_records(file: IO[bytes]) -> Iterator[list[str]]:
    """The rows of the first sheet. The library fails in many ways on broken files; all of them are one sentence here."""
    try:
        _check_archive(file)
        file.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are of no interest here
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [_text(value) for value in _trimmed(row)]
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(
            _("Excel ファイルとして読めませんでした。Excel で開いて保存し直すか、CSV でお試しください。")
        ) from error


def _trimmed(row: tuple[Any, ...]) -> list[Any]:
    """A row without the empty cells at its end."""
    if len(row) > MOST_COLUMNS:
        if any(value is not None for value in row[MOST_COLUMNS:]):
            raise Unreadable(_("列が多すぎます（%(most)d列まで）。") % {"most": MOST_COLUMNS})
        row = row[:MOST_COLUMNS]
    return list(row)


def _text(value: Any) -> str:
    """A cell's value as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return ESCAPED.sub(lambda found: found[1] or chr(int(found[2], 16)), value)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)
