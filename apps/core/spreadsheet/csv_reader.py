"""Read CSV record by record, in UTF-8, UTF-16 or CP932 (Shift_JIS)."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO

from django.utils.translation import gettext as _

from apps.core.spreadsheet.record import MEGABYTE, MOST_BYTES, MOST_LETTERS, Record, Unreadable


def encoding_of(file: IO[bytes]) -> str:
    """Return the encoding of a file: utf-8-sig, utf-16, utf-8 or cp932; raises Unreadable (also empty or over 50 MB)."""
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
    """Return whether the whole file can be decoded, read in chunks; the file is rewound."""
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


def csv_records(file: IO[bytes], encoding: str) -> Iterator[Record]:
    """Yield the records, numbered as a spreadsheet program numbers rows. Comma- or tab-separated; raises Unreadable."""
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


def _without_errors(records: Iterable[list[str]]) -> Iterator[Record]:
    """Yield the records with their numbers; a csv.Error becomes an Unreadable that names the row."""
    number = 0
    try:
        for number, record in enumerate(records, start=1):
            yield Record(number, record)
    except csv.Error as error:
        raise Unreadable(
            _('%(row)d行目：引用符（"）の対応が正しくないか、1つの欄が長すぎるため、読めません。') % {"row": number + 1}
        ) from error
