"""A portal of three addresses, to see how requests come in and answers go out; and short limits, to see them soon."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chofu_cocreation.runtime import request_limits

request_limits.HEADER_SECONDS, request_limits.BODY_SECONDS, request_limits.IDLE_SECONDS = 2.0, 2.0, 4
request_limits.CONNECTIONS = 60
exec((Path(request_limits.__file__).parent / "gunicorn_config.py").read_text(encoding="utf-8"))
workers, threads, graceful_timeout = 1, 2, 3
LARGE = 6_000_000


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """/ says how much came in, /large gives much back, /slow takes its time, /pid says who answers."""
    length = len(environ["wsgi.input"].read())
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(1.5)
    body = b"x" * LARGE if path == "/large" else f"{length} {os.getpid()}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
