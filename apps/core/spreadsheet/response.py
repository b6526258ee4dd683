"""A table as an answer of the portal, sent while it is written."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from apps.core.spreadsheet.cells import Breaks, Column
from apps.core.spreadsheet.csv_writer import csv_chunks


def csv_response(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, breaks: Breaks = Breaks.SPACE
) -> StreamingHttpResponse:
    """A CSV file to save under a Japanese name (RFC 5987), UTF-8 with byte order mark, in constant memory."""
    response = StreamingHttpResponse(
        csv_chunks(columns, rows, breaks=breaks), content_type="text/csv; charset=utf-8; header=present"
    )
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
