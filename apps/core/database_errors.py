"""A server that cannot do its work just now: the database away, locked or slow, or no room left on a disk."""

import errno
import logging

from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from psycopg.errors import IdleInTransactionSessionTimeout
from psycopg_pool import PoolTimeout

AWAY = (OperationalError, InterfaceError, PoolTimeout)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
log = logging.getLogger(__name__)


def is_unavailable(error: BaseException | None) -> bool:
    """Whether it says so: the database, or the disk of the files. It also gives up on a process that stood still too long."""
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return isinstance(error, AWAY) or isinstance(getattr(error, "__cause__", None), IdleInTransactionSessionTimeout)


def respond_being_made(request: HttpRequest) -> HttpResponse:
    """503: the file that was asked for is being made; the site itself is well."""
    response = render(request, "503_making.html", status=503)
    response["Retry-After"] = "20"
    response["Cache-Control"] = "no-store"
    return response


def respond_unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """503: a sentence and a time to try again for the resident; the error for the log."""
    log.error("unavailable at %s: %s", request.path, error)
    response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response
