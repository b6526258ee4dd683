"""Compress the texts that are answered anew; what the page cache keeps is compressed there."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = (
    "text/",
    "application/json",
    "application/xml",
    "application/atom+xml",
    "application/manifest+json",
    "image/svg+xml",
)


class CompressionMiddleware(GZipMiddleware):
    """Django's gzip for pages and other texts. Pictures and files are compressed by their format, or sent in parts.

    BREACH: tokens are masked anew with each page, and Django adds random bytes so that lengths tell nothing.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a text; leave anything else as it is."""
        is_text = response.headers.get("Content-Type", "").startswith(TEXTS)
        return super().process_response(request, response) if is_text and not response.streaming else response
