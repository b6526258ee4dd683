"""What waits for a person of the city's service (しごとの一覧): late, today, this week, without a day, and with others.

Every kind of work says which rows it means and which narrowed list shows exactly these; one query counts all of them.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.due_days import Due, due_case
from apps.core.types import StrOrPromise
from apps.portal.services.desk_sources import Place, Source, sources_for

TITLES = {
    Place.LATE: _("遅れ"),
    Place.TODAY: _("今日"),
    Place.WEEK: _("今週（明日から7日以内）"),
    Place.SOME_TIME: _("期限のないもの"),
    Place.OTHERS: _("ほかの人を待っているもの"),
}


@dataclass(frozen=True)
class Row:
    """One line: words, how many, the list that shows them; late: how many of them are late, said of others' work."""

    words: StrOrPromise
    number: int
    url: str
    late: int = 0


@dataclass
class Section:
    """One part of the page, by its place."""

    place: Place
    rows: list[Row] = field(default_factory=list)

    @property
    def title(self) -> StrOrPromise:
        """Return its heading."""
        return TITLES[self.place]


def desk_of(user: User) -> list[Section]:
    """Return the parts of the person's first page in the order of their urgency, empty ones included; one query."""
    sections = {place: Section(place) for place in Place}
    sources = sources_for(user)
    counts = _count(sources)
    for number, source in enumerate(sources):
        for place, row in _rows(source, counts[number]):
            sections[place].rows.append(row)
    return list(sections.values())


def _rows(source: Source, counts: dict[str, int]) -> list[tuple[Place, Row]]:
    """Return the lines of one kind of work and their places; none for what is empty."""
    total = sum(counts.values())
    if not total:
        return []
    if source.place is not None:
        late = counts.get(Due.LATE, 0) if source.place == Place.OTHERS else 0
        return [(source.place, Row(source.words, total, source.url, late))]
    return [
        (Place(due.value), Row(source.words, counts[due], source.url_of(due)))
        for due in Due
        if counts.get(due.value, 0)
    ]


def _count(sources: list[Source]) -> dict[int, dict[str, int]]:
    """Count the rows of every source by how near their day is: {position: {due: n}}; one query."""
    parts = [_counted(position, source) for position, source in enumerate(sources)]
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    if parts:
        for position, due, number in parts[0].union(*parts[1:], all=True):
            counts[int(position)][due] = number
    return counts


def _counted(position: int, source: Source) -> "QuerySet[Any, tuple[str, str, int]]":
    """Return the grouped counts of one source: (position, due, n)."""
    near: Any = due_case(source.day) if source.day else Value("", output_field=CharField())
    marked = source.rows.order_by().annotate(desk_source=Value(str(position), output_field=CharField()), desk_due=near)
    grouped = marked.values("desk_source", "desk_due").annotate(desk_number=Count("pk"))
    rows: QuerySet[Any, tuple[str, str, int]] = grouped.values_list("desk_source", "desk_due", "desk_number")
    return rows
