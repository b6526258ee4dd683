"""Parts of a page that show what changes seldom: drawn once, and again when a table that they read has changed."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from apps.core.table_reads import note_tables, recorded
from apps.page_cache.expiry import expires_at
from apps.page_cache.stamps import combine, read_stamps, stamped_tables
from apps.page_cache.store import Page, PageStore

MOST_BYTES = 8 * 1024 * 1024
STAMPS = "_page_cache_stamps"  # of a request: read once, when its first part is asked for

store = PageStore(MOST_BYTES)


def stamped_part(request: HttpRequest, name: str, draw: Callable[[], str], *values: object) -> str:
    """Return the HTML that `draw` makes of the database, the language and these values alone.

    name: of the template; values: numbers and words that it is given, no rows: what it shows of the database it has to
    read itself, so that the tables are known. Stamps are read once for each request, so that a part is never older than
    the last act that was answered before.
    """
    if not settings.CACHED_PAGES:
        return draw()
    key, now = (name, get_language(), *values), timezone.now()
    stamps = stamps_for(request)
    part = store.get(key)
    if part is None or now >= part.expires or part.stamp != combine(stamps, part.tables):
        with recorded() as reads:
            html = draw()
        tables = sorted(reads.tables)
        if not reads.tables <= stamped_tables() or reads.has_written:
            return html
        part = Page({}, html.encode(), tables, combine(stamps, tables), expires_at(reads.tables, now))
        store.put(key, part)
    note_tables(part.tables)  # of the page that holds this part
    return part.body.decode()


def stamps_for(request: HttpRequest) -> dict[str, int]:
    """Return the stamps of all tables, read once for each request."""
    stamps: dict[str, int] | None = getattr(request, STAMPS, None)
    if stamps is None:
        stamps = read_stamps()
        setattr(request, STAMPS, stamps)
    return stamps


def forget_stamps(request: HttpRequest) -> None:
    """Let the stamps be read anew for what follows: time has passed."""
    request.__dict__.pop(STAMPS, None)
