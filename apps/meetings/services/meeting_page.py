"""What the page of a meeting shows, gathered in a fixed number of queries."""

from dataclasses import dataclass, field
from typing import Any

from apps.meetings.models import AgendaItem, Meeting
from apps.meetings.services.subjects import ShownSubject, shown_subjects


@dataclass
class Item:
    """An item of the agenda with the pages that were talked about."""

    row: AgendaItem
    subjects: list[ShownSubject] = field(default_factory=list)


def page_of(meeting: Meeting) -> dict[str, Any]:
    """Return the context of a meeting's page; pages without an item stand under the agenda as a whole."""
    items = {item.pk: Item(item) for item in meeting.items.all()}
    others: list[ShownSubject] = []
    for subject in shown_subjects(meeting):
        item = items.get(subject.item_id or 0)
        (item.subjects if item else others).append(subject)
    return {
        "meeting": meeting,
        "organ": meeting.organ,
        "items": list(items.values()),
        "subjects": others,
        "papers": meeting.papers.all(),
        "changes": meeting.changes.all(),
    }
