"""The city's views of a case as a workbook: what goes out, and what a filled-in file would change."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from django.utils.translation import gettext as _

from apps.core.filled_in_files import BadCell, words_of
from apps.core.spreadsheet import CellError, Column, Row, TableReader, whole_number
from apps.core.text import fold
from apps.documents.models import Section
from apps.public_comments.models import Case, CityView, ViewKind
from apps.public_comments.models.opinion import BODY_MOST
from apps.public_comments.services.result_files import WHOLE
from apps.public_comments.services.work_files import Checked, require_columns, too_many

MOST_VIEWS, SUMMARY_MOST, NUMBER_MOST = 1000, 1000, 9999
NUMBER, SECTION, COUNT, SUMMARY = "番号", "案の節", "件数", "意見の概要"
KIND, ANSWER, CHANGED = "反映区分", "市の考え方", "変えた節"
T = TypeVar("T")
NEEDED = (NUMBER, SECTION, SUMMARY, KIND, ANSWER, CHANGED)


@dataclass(frozen=True)
class ViewFacts:
    """What a row says of a view: section, 意見の概要, kind, words and changed section, by keys of their rows."""

    section: int
    summary: str
    kind: str  # code
    text: str
    changed: int


@dataclass(frozen=True)
class ViewRow:
    """One row that changes something. view: 0 for a new one; number: 0 for the next one; edition: as the file was read."""

    view: int
    number: int
    edition: int
    facts: ViewFacts
    section_name: str
    kind_name: str
    changed_name: str
    old: CityView | None


class ViewScope:
    """The views of a case, and what they may name. departments: only the views given to these, and no new ones."""

    def __init__(self, case: Case, departments: set[int] | None = None) -> None:
        self.case, self.may_add = case, departments is None
        views = CityView.objects.filter(case=case)
        views = views if departments is None else views.given_to(departments)
        self.views = {view.number: view for view in views.in_order().with_counts()}
        sections = list(case.version.sections.in_order())
        changed = list(
            Section.objects.public().filter(version__document=case.version.document_id).with_version().in_order()
        )
        self.section_names = _names({section.pk: (str(section), section.key) for section in sections})
        self.changed_names = _names({one.pk: (f"{one.version.label} {one}", one.key) for one in changed})
        self.sections = {self.section_names[section.pk]: section for section in sections}
        self.changed = {self.changed_names[section.pk]: section for section in changed}
        self.kinds = {kind.name: kind for kind in ViewKind.objects.all()}


def _names(rows: dict[int, tuple[str, str]]) -> dict[int, str]:
    """Return a name of its own for each row, of {pk: (name, key)}: with its key where two have the same name."""
    counts = Counter(name for name, _key in rows.values())
    return {pk: name if counts[name] == 1 else f"{name}（{key}）" for pk, (name, key) in rows.items()}


def columns(scope: ViewScope) -> list[Column]:
    """Return the columns, those with a choice of names with their names."""
    kinds = {name: kind.meaning for name, kind in scope.kinds.items()}
    return [
        Column("number", NUMBER, "市の考え方の番号。変えない。新しい行は空欄か、使っていない番号にする", "整数"),
        Column("section", SECTION, f"意見があった案の節。空欄か「{WHOLE}」は、案の全体"),
        Column("count", COUNT, "入っている要点の数。読み直すときは使わない", "整数"),
        Column("summary", SUMMARY, "意見の概要。公開される。氏名など、だれの意見かがわかることは書かない"),
        Column("kind", KIND, "反映区分の名前", choices=kinds),
        Column("text", ANSWER, "市の考え方。公開される"),
        Column("changed", CHANGED, "案を変えたときの、変えたあとの版の節（版の名前と節）"),
    ]


def table_rows(scope: ViewScope) -> Iterator[list[object]]:
    """Yield the cells of each view in the order of the table."""
    for number, view in scope.views.items():
        yield [
            number, scope.section_names.get(view.section_id or 0, WHOLE), view.point_count, view.summary,
            view.kind.name if view.kind else "", view.text, scope.changed_names.get(view.changed_section_id or 0, ""),
        ]  # fmt: skip


def read_views(file: IO[bytes], scope: ViewScope) -> Checked[ViewRow]:
    """Return what a filled-in file would change; nothing is written. Raise Unreadable for a file that is no such table."""
    reader = TableReader(file)
    require_columns(reader, NEEDED)
    checked, seen = Checked[ViewRow](), set[int]()
    for number, row in enumerate(reader):
        if number >= MOST_VIEWS:
            raise too_many(MOST_VIEWS)
        try:
            _read_row(row, scope, checked, seen)
        except BadCell as bad:
            checked.problems.append((row.number, bad.column, bad.sentence))
    return checked


def _read_row(row: Row, scope: ViewScope, checked: Checked[ViewRow], seen: set[int]) -> None:
    """Add one row to the result; raise BadCell."""
    number = _number_of(row)
    if number and number in seen:
        raise BadCell(NUMBER, _("同じ番号の行が、上にもあります。"))
    seen.add(number)
    view = scope.views.get(number)
    if view is None and not scope.may_add:
        raise BadCell(NUMBER, _("この案件で、あなたの課が担当する番号ではありません。"))
    section = _named(row, SECTION, scope.sections, none=WHOLE)
    kind, changed = _named(row, KIND, scope.kinds), _named(row, CHANGED, scope.changed)
    summary, text = words_of(row, SUMMARY, SUMMARY_MOST), words_of(row, ANSWER, BODY_MOST)
    if not summary:
        raise BadCell(SUMMARY, _("意見の概要を書いてください。"))
    facts = ViewFacts(
        section.pk if section else 0, summary, kind.code if kind else "", text, changed.pk if changed else 0
    )
    if view and facts == facts_of(view):
        checked.same += 1
        return
    checked.rows.append(
        ViewRow(
            view.pk if view else 0, number, view.edition if view else 0, facts,
            scope.section_names.get(facts.section, WHOLE), str(kind or ""), scope.changed_names.get(facts.changed, ""), view,
        )
    )  # fmt: skip


def facts_of(view: CityView) -> ViewFacts:
    """Return what a view says. Its kind is read."""
    kind = view.kind.code if view.kind else ""
    return ViewFacts(view.section_id or 0, view.summary, kind, view.text, view.changed_section_id or 0)


def _number_of(row: Row) -> int:
    """Return the number that a row names, 0 for none; raise BadCell."""
    if not (typed := row.get(NUMBER).strip()):
        return 0
    try:
        number = whole_number(typed, most=NUMBER_MOST)
    except CellError as error:
        raise BadCell(NUMBER, str(error.sentence)) from error
    if not number:
        raise BadCell(NUMBER, _("番号は1から始まります。"))
    return number


def _named(row: Row, column: str, offered: dict[str, T], *, none: str = "") -> T | None:
    """Return the row of the database that a cell names, None for an empty one; raise BadCell for an unknown name."""
    typed = words_of(row, column, 300)
    if not typed or typed == none:
        return None
    plain = fold(typed)
    found = offered.get(typed) or next((one for name, one in offered.items() if fold(name) == plain), None)
    if found is None:
        raise BadCell(column, _("「%(name)s」という名前はありません。") % {"name": typed[:60]})
    return found


def as_data(rows: list[ViewRow]) -> list[Any]:
    """Return the rows as JSON values, as the page hands them back."""
    return [
        [row.view, row.number, row.edition, row.facts.section, row.facts.summary, row.facts.kind, row.facts.text,
         row.facts.changed]
        for row in rows
    ]  # fmt: skip
