"""Limits of one request: sizes in bytes, times in seconds. Read by the settings and by the web worker."""

MEGABYTE = 1024 * 1024

FORM_BYTES = 5 * MEGABYTE // 2  # what a form without files may hold
FILE_BYTES = 64 * MEGABYTE  # what a form with files may hold: a list of 50 MB, or three papers of 20 MB
FILES_AT_ONCE = 4  # larger ones that a process takes in at a time
HEADER_BYTES = 32 * 1024

HEADER_SECONDS = 10.0  # from the first byte of a request to the end of its headers
BODY_SECONDS = 30.0  # for what follows, and
BODY_PACE = 20_000  # at least so many bytes a second of it
IDLE_SECONDS = 30  # without a byte in either direction
CONNECTIONS = 1000  # of one process; of more the one that has waited longest is closed


def body_limit(headers: dict[str, str]) -> int:
    """Return how many bytes of body may follow these headers (CGI names).

    Files come as multipart, from people who are signed in.

    Who is signed in and may send files at all is asked again by `core.middleware.RequestSizeMiddleware`, of the session itself.
    """
    is_form_with_files = headers.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data")
    return FILE_BYTES if is_form_with_files and "session=" in headers.get("COOKIE", "") else FORM_BYTES
