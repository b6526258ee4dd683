"""Pages of the portal that a meeting talked about: read from a pasted URL, and shown while they are public."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.urls import Resolver404, resolve, reverse

from apps.consultations.models import Consultation, Topic
from apps.documents.models import Document
from apps.meetings.models import Meeting, Subject, SubjectKind

# The page of each kind, and which of its arguments is the key. A version's URL names its document.
PAGES = {
    "documents:document": (SubjectKind.DOCUMENT, "slug"),
    "documents:version": (SubjectKind.DOCUMENT, "slug"),
    "consultations:consultation": (SubjectKind.CONSULTATION, "slug"),
    "consultations:topic": (SubjectKind.TOPIC, "code"),
    "public_comments:case": (SubjectKind.CASE, "slug"),
    "public_comments:results": (SubjectKind.CASE, "slug"),
    "council:project": (SubjectKind.PROJECT, "slug"),
}
URL_NAMES = {
    SubjectKind.DOCUMENT: "documents:document",
    SubjectKind.CONSULTATION: "consultations:consultation",
    SubjectKind.TOPIC: "consultations:topic",
    SubjectKind.CASE: "public_comments:case",
    SubjectKind.PROJECT: "council:project",
}
# What this app may ask whether it is public, and the column of its key; the pages of the others say it themselves.
ASKED: dict[str, tuple[Callable[[], QuerySet[Any]], str]] = {
    SubjectKind.DOCUMENT: (lambda: Document.objects.public(), "slug"),
    SubjectKind.CONSULTATION: (lambda: Consultation.objects.public(), "slug"),
    SubjectKind.TOPIC: (lambda: Topic.objects.public(), "code"),
}


@dataclass(frozen=True)
class ShownSubject:
    """A page that a meeting talked about, as its page shows it. item_id: of the agenda, None for the meeting as a whole."""

    kind: str
    title: str
    url: str
    item_id: int | None


def read_url(typed: str) -> tuple[str, str] | None:
    """Return (kind, key) of the page that a pasted URL or path leads to; None when it is none of those that count."""
    try:
        match = resolve(urlsplit(typed.strip()).path)
    except (Resolver404, ValueError):
        return None
    kind, argument = PAGES.get(match.view_name, ("", ""))
    return (str(kind), str(match.kwargs[argument])) if kind else None


def is_public(kind: str, key: str) -> bool:
    """Return whether everybody may read a page, as far as this app may ask."""
    if kind not in ASKED:
        return True
    rows, column = ASKED[kind]
    return rows().filter(**{column: key}).exists()


def shown_subjects(meeting: Meeting) -> list[ShownSubject]:
    """Return the pages that a meeting talked about, without those that are not public; a query for each kind."""
    subjects = list(meeting.subjects.all())
    hidden: set[tuple[str, str]] = set()
    for kind, (rows, column) in ASKED.items():
        keys = {subject.key for subject in subjects if subject.kind == kind}
        if keys:
            found = set(rows().order_by().filter(**{f"{column}__in": keys}).values_list(column, flat=True))
            hidden |= {(kind, key) for key in keys - found}
    return [
        ShownSubject(
            str(SubjectKind(subject.kind).label), subject.title, url_of(subject.kind, subject.key), subject.item_id
        )
        for subject in subjects
        if (subject.kind, subject.key) not in hidden
    ]


def url_of(kind: str, key: str) -> str:
    """Return the URL of a page."""
    return reverse(URL_NAMES[SubjectKind(kind)], args=[key])


def title_of(kind: str, key: str) -> str:
    """Return how a page is called: its own title where this app may ask, else as a public meeting calls it; else empty."""
    if kind in ASKED:
        rows, column = ASKED[kind]
        row = rows().filter(**{column: key}).first()
        return str(row.title) if row else ""
    called = Subject.objects.filter(kind=kind, key=key, meeting__in=Meeting.objects.public().order_by().values("pk"))
    return called.order_by("-pk").values_list("title", flat=True).first() or ""
