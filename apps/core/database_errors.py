"""Recognise an unavailable database or a full disk, and answer 503 with Retry-After."""

import errno
import logging

from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from psycopg.errors import IdleInTransactionSessionTimeout
from psycopg_pool import PoolTimeout

DATABASE_ERRORS = (OperationalError, InterfaceError, PoolTimeout)
UNAVAILABLE = "unavailable"  # attribute of a request for which the database was found unavailable before any view
DISK_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
log = logging.getLogger(__name__)


def is_unavailable(error: BaseException | None) -> bool:
    """Return whether an error means that the database or the disk is unavailable, so that trying again later may help.

    Counted in: connection and lock errors, an exhausted pool, a session that the database ended because it was idle in
    a transaction, and a full or read-only disk.
    """
    if isinstance(error, OSError):
        return error.errno in DISK_ERRNOS
    return isinstance(error, DATABASE_ERRORS) or isinstance(
        getattr(error, "__cause__", None), IdleInTransactionSessionTimeout
    )


def respond_being_made(request: HttpRequest) -> HttpResponse:
    """Answer 503 for a file that is still being made by another request; Retry-After 20 seconds."""
    response = render(request, "503_making.html", status=503)
    response["Retry-After"] = "20"
    response["Cache-Control"] = "no-store"
    return response


def respond_unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """Log the error and answer 503 with a sentence for the resident; Retry-After 30 seconds."""
    log.error("unavailable at %s: %s", request.path, error)
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response
