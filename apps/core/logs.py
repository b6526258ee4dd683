"""Log lines without residents' words: an error of the database is logged without the row that it names."""

import logging
import re
import sys
import traceback
from types import TracebackType

from django.db import Error as DatabaseError
from psycopg import Error as DriverError

ERRORS = (DatabaseError, DriverError)
DETAIL = re.compile(r"(?:\n|\\n)DETAIL:.*", re.DOTALL)  # as it stands, and inside a repr


def first_line(error: BaseException) -> str:
    """What an error of the database says, without DETAIL: there PostgreSQL repeats the row, or the statement."""
    return (str(error).splitlines() or [""])[0]


class WordlessFormatter(logging.Formatter):
    """Formats like logging.Formatter; errors of the database say their first line only, wherever in a chain they stand."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter, without what another handler's formatter kept of the traceback."""
        record.exc_text = None
        text = super().format(record)
        record.exc_text = None
        return text

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line itself: whatever brought an error into it, also as a text, it ends before DETAIL."""
        record.message = DETAIL.sub("", record.message)
        return super().formatMessage(record)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The traceback with every error of the database shortened."""
        if ei[1] is None:
            return ""
        told = traceback.TracebackException(type(ei[1]), ei[1], ei[2])
        _shorten(told, ei[1])
        return "".join(told.format()).rstrip("\n")


def _shorten(told: traceback.TracebackException | None, error: BaseException | None, depth: int = 0) -> None:
    """Shorten an error and those that it came from."""
    if told is None or error is None or depth > sys.getrecursionlimit() // 4:
        return
    if isinstance(error, ERRORS):
        told._str = first_line(error)  # type: ignore[attr-defined]
    _shorten(told.__cause__, error.__cause__, depth + 1)
    _shorten(told.__context__, error.__context__, depth + 1)
