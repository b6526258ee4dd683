"""Log formatting without personal data: database errors are logged without the row values in DETAIL."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

from django.db import Error as DatabaseError
from psycopg import Error as DriverError

ERRORS = (DatabaseError, DriverError)
DETAIL = re.compile(r"(?:\n|\\n)DETAIL:.*", re.DOTALL)  # as it stands, and inside a repr


def first_line(error: BaseException) -> str:
    """Return the first line of a database error, without DETAIL, where PostgreSQL repeats the row or the statement."""
    return (str(error).splitlines() or [""])[0]


class WordlessFormatter(logging.Formatter):
    """Formatter that cuts database errors to their first line, anywhere in an exception chain."""

    def format(self, record: logging.LogRecord) -> str:
        """Format the record, ignoring the traceback text that another formatter cached in it."""
        record.exc_text = None
        text = super().format(record)
        record.exc_text = None
        return text

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line cut before DETAIL, also where an error came into the message as text."""
        record.message = DETAIL.sub("", record.message)
        return super().formatMessage(record)

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return the traceback with every database error shortened."""
        if ei[1] is None:
            return ""
        rendered = traceback.TracebackException(type(ei[1]), ei[1], ei[2])
        _shorten(rendered, ei[1])
        return "".join(rendered.format()).rstrip("\n")


class JsonFormatter(WordlessFormatter):
    """Formatter that writes one JSON object a line: time, level, logger, message, process, and an error with its traceback.

    Nothing else of the record: whatever a library attaches (a request, with its cookies and IP address) stays out.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": DETAIL.sub("", record.getMessage()),
            "process": record.process,
        }
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"error": record.exc_info[0].__qualname__, "traceback": self.formatException(record.exc_info)}
        return json.dumps(line, ensure_ascii=False)


def _shorten(rendered: traceback.TracebackException | None, error: BaseException | None, depth: int = 0) -> None:
    """Shorten database errors in a rendered exception, its causes and contexts."""
    if rendered is None or error is None or depth > sys.getrecursionlimit() // 4:
        return
    if isinstance(error, ERRORS):
        rendered._str = first_line(error)  # type: ignore[attr-defined]
    _shorten(rendered.__cause__, error.__cause__, depth + 1)
    _shorten(rendered.__context__, error.__context__, depth + 1)
