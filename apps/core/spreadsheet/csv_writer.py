"""Write CSV row by row: UTF-8 with a byte order mark, or CP932 for programs that read nothing else."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from apps.core.spreadsheet.cells import Breaks, Changes, Column, clean, plain

CHUNK = 64 * 1024
# The same mark under two numbers: one of them is in CP932.
TWINS = str.maketrans({"\u301c": "～", "\u2212": "－", "\u2014": "―", "\u2016": "∥", "\u00a5": "￥", "\u203e": "￣"})


def csv_chunks(
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    breaks: Breaks = Breaks.SPACE,
    encoding: str = "utf-8",
    changes: Changes | None = None,
) -> Iterator[bytes]:
    """Yield the file in chunks of about CHUNK bytes: header, then one record a row; constant memory."""
    changes = changes if changes is not None else Changes()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    if encoding == "utf-8":
        text.write("\ufeff")
    writer.writerow([column.title for column in columns])
    for row in rows:
        writer.writerow([_cell(value, breaks, changes) for value in row])
        if text.tell() > CHUNK:
            yield _encoded(text.getvalue(), encoding, changes)
            text.seek(0)
            text.truncate()
    yield _encoded(text.getvalue(), encoding, changes)


def csv_file(columns: Sequence[Column], rows: Iterable[Sequence[object]], **options: Any) -> IO[bytes]:
    """Return the CSV as a temporary file, rewound; the caller closes it."""
    file = TemporaryFile()  # noqa: SIM115 - the caller closes it
    for chunk in csv_chunks(columns, rows, **options):
        file.write(chunk)
    file.seek(0)
    return file


def _cell(value: object, breaks: Breaks, changes: Changes) -> str | int | float:
    """Return a value as CSV writes it: text cleaned, dates in ISO format."""
    held = plain(value)
    if held is None:
        return ""
    if isinstance(held, str):
        return clean(held, breaks, changes)
    if isinstance(held, (int, float)):
        return held
    return held.isoformat(" ", "seconds") if isinstance(held, datetime) else held.isoformat()


def _encoded(text: str, encoding: str, changes: Changes) -> bytes:
    """Return the text in the encoding; in CP932 with 〓 for characters that it lacks (counted in `changes`)."""
    if encoding == "utf-8":
        return text.encode()
    known = unicodedata.normalize("NFC", text).translate(TWINS)
    try:
        return known.encode("cp932")
    except UnicodeEncodeError:
        return b"".join(_in_cp932(letter, changes) for letter in known)


def _in_cp932(letter: str, changes: Changes) -> bytes:
    """Return a character in CP932, or 〓 for one that it lacks."""
    try:
        return letter.encode("cp932")
    except UnicodeEncodeError:
        changes.replaced += 1
        changes.lost[letter] += 1
        return "〓".encode("cp932")
