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
        if not is_text or response.streaming or "gzip" not in accepted_codings(request):
            return response
        return super().process_response(request, response)


def accepted_codings(request: HttpRequest) -> set[str]:
    """Return the content codings that the browser takes, as it names them in Accept-Encoding (RFC 9110, 12.5.3)."""
    named = request.META.get("HTTP_ACCEPT_ENCODING", "").lower().replace(" ", "").split(",")
    codings = (coding.partition(";q=") for coding in named)
    return {name for name, _mark, weight in codings if weight.strip("0.") or not weight}
