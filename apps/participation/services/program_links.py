"""The pages of procedures to which a program leads: read from a pasted URL, and shown while they are public."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.urls import Resolver404, resolve, reverse

from apps.consultations.models import Consultation
from apps.documents.models import Document
from apps.meetings.models import Organ
from apps.public_comments.models import Case
from apps.surveys.models import Survey

PAGES: dict[str, Callable[[], QuerySet[Any]]] = {
    "consultations:consultation": lambda: Consultation.objects.public(),
    "documents:document": lambda: Document.objects.public(),
    "meetings:organ": lambda: Organ.objects.public(),
    "public_comments:case": lambda: Case.objects.public(),
    "surveys:survey": lambda: Survey.objects.public(),
}


def read_path(typed: str) -> str:
    """Return the path of the page that a pasted URL leads to; an empty text when it is none of those that count."""
    found = _page_of(typed)
    return reverse(found[0], args=[found[1]]) if found else ""


def _page_of(typed: str) -> tuple[str, str] | None:
    """Return (URL name, slug) of a page."""
    try:
        match = resolve(urlsplit(typed.strip()).path)
    except (Resolver404, ValueError):
        return None
    return (match.view_name, str(match.kwargs["slug"])) if match.view_name in PAGES else None


def public_paths(paths: Iterable[str]) -> set[str]:
    """Return those paths whose pages everybody may read; one query for each kind of page."""
    wanted: dict[str, dict[str, str]] = {}
    for path in filter(None, paths):
        found = _page_of(path)
        if found:
            wanted.setdefault(found[0], {})[found[1]] = path
    public: set[str] = set()
    for name, by_slug in wanted.items():
        slugs = PAGES[name]().order_by().filter(slug__in=by_slug).values_list("slug", flat=True)
        public |= {by_slug[slug] for slug in slugs}
    return public
