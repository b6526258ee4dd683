"""The points of a case as a workbook: what goes out, and what a filled-in file would change. It names nobody."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from apps.core.filled_in_files import BadCell, words_of
from apps.core.spreadsheet import CellError, Column, Row, TableReader, whole_number
from apps.core.text import as_number
from apps.public_comments.models import Case, CityView, OpinionPart, OpinionPoint, State
from apps.public_comments.models.opinion import BODY_MOST
from apps.public_comments.services.likeness import ViewSuggester
from apps.public_comments.services.result_files import WHOLE
from apps.public_comments.services.work_files import MOST_ROWS, Checked, require_columns, too_many

LETTER, SECTION, WORDS, POINT, QUOTE = "受付番号", "案の節", "意見の文", "要点の番号", "要点"
VIEW, REASON, LIKE = "市の考え方の番号", "答えない理由", "似た要点がある市の考え方"
REASON_MOST = 120
COLUMNS = [
    Column("letter", LETTER, "受付番号と、その意見の中の何番目か。変えない"),
    Column("section", SECTION, "意見があった案の節。読み直すときは使わない"),
    Column("words", WORDS, "届いた意見の文。読み直すときは使わない"),
    Column("point", POINT, "切り出した要点の番号。新しい要点は空欄にする"),
    Column("quote", QUOTE, "意見の文からそのまま抜き出した文。空欄で、右の列を書くと、文の全体が要点になる"),
    Column("view", VIEW, "要点をまとめる市の考え方の番号。「市の考え方」のファイルの番号", "整数"),
    Column("reason", REASON, "市の考え方に入れないときの理由。結果のページで公開される"),
    Column(
        "like", LIKE, "まだ決めていない行に、似た文が入っている市の考え方の番号。目安。読み直すときは使わない", "整数"
    ),
]
NEEDED = (LETTER, POINT, QUOTE, VIEW, REASON)
Place = tuple[str, int, str]  # quote, number of the view or 0, reason


@dataclass(frozen=True)
class PointRow:
    """One row that changes something. point: 0 for a new one; old: where it stands as the file was read."""

    code: str
    part: int
    point: int
    quote: str
    is_whole: bool
    view: int  # number, 0 for none
    reason: str
    old: Place | None

    @property
    def place(self) -> Place:
        """Return what the row says."""
        return self.quote, self.view, self.reason


def place_of(point: OpinionPoint) -> Place:
    """Return where a point stands. Its view is read."""
    return point.quote, point.view.number if point.view else 0, point.out_of_scope


def digest_of(place: Place | None) -> str:
    """Return a short hash of where a point stands, by which a later change is noticed; empty for a new one."""
    return hashlib.sha256(repr(place).encode()).hexdigest()[:12] if place else ""


class PointScope:
    """The parts of a case's accepted opinions as they hold, with their points, and the views that there are."""

    def __init__(self, case: Case) -> None:
        self.case = case
        rows = OpinionPart.objects.current().filter(opinion__case=case, opinion__state=State.ACCEPTED)
        ordered = rows.select_related("opinion", "section").order_by("opinion__number", "order", "pk")
        self.parts = {f"{part.opinion.number_shown}-{part.order + 1}": part for part in ordered}
        self.points = OpinionPoint.objects.of_case(case).select_related("view").in_bulk()
        self.of_part = defaultdict[int, list[OpinionPoint]](list)
        for point in sorted(self.points.values(), key=lambda point: point.pk):
            self.of_part[point.part_id].append(point)
        self.views = {view.number: view for view in CityView.objects.filter(case=case)}


def table_rows(scope: PointScope) -> Iterator[list[object]]:
    """Yield the cells of each point, and of each part that has none yet, in the order of COLUMNS."""
    suggester = ViewSuggester(scope.case)

    def like(text: str) -> object:
        view = suggester.suggest(text)
        return view.number if view else ""

    for code, part in scope.parts.items():
        letter = [code, str(part.section) if part.section else WHOLE, part.body]
        for point in scope.of_part.get(part.pk, ()):
            quote, view, reason = place_of(point)
            yield [*letter, point.pk, quote, view or "", reason, "" if view or reason else like(quote)]
        if part.pk not in scope.of_part:
            yield [*letter, "", "", "", "", like(part.body)]


def read_points(file: IO[bytes], scope: PointScope) -> Checked[PointRow]:
    """Return what a filled-in file would change; nothing is written. Raise Unreadable for a file that is no such table."""
    reader = TableReader(file)
    require_columns(reader, NEEDED)
    checked, seen = Checked[PointRow](), set[tuple[int, str]]()
    for number, row in enumerate(reader):
        if number >= MOST_ROWS:
            raise too_many(MOST_ROWS)
        try:
            _read_row(row, scope, checked, seen)
        except BadCell as bad:
            checked.problems.append((row.number, bad.column, bad.sentence))
    return checked


def _read_row(row: Row, scope: PointScope, checked: Checked[PointRow], seen: set[tuple[int, str]]) -> None:
    """Add one row to the result; raise BadCell."""
    code = as_number(row.get(LETTER))
    part = scope.parts.get(code)
    if part is None:
        raise BadCell(LETTER, _("この案件で数える意見の番号ではありません。"))
    point = _point_of(row, part, scope)
    view, reason = _view_of(row, scope), words_of(row, REASON, REASON_MOST)
    if view and reason:
        raise BadCell(REASON, _("市の考え方の番号か、答えない理由か、どちらか一つにしてください。"))
    typed = words_of(row, QUOTE, BODY_MOST)
    if point is None and not (typed or view or reason):
        checked.empty += 1
        return
    if point is not None and not typed:
        raise BadCell(QUOTE, _("要点を消すときは、この列を空欄にせず、意見のページで消してください。"))
    quote = typed or part.body
    if quote not in part.body:
        raise BadCell(QUOTE, _("抜き出す文は、意見の文をそのまま使ってください。"))
    others = {other.quote for other in scope.of_part.get(part.pk, ()) if other != point}
    if quote in others or (part.pk, quote) in seen:
        raise BadCell(QUOTE, _("この文は、すでに要点になっています。"))
    seen.add((part.pk, quote))
    old = place_of(point) if point else None
    found = PointRow(code, part.pk, point.pk if point else 0, quote, quote == part.body, view, reason, old)
    if found.place == old:
        checked.same += 1
    else:
        checked.rows.append(found)


def _point_of(row: Row, part: OpinionPart, scope: PointScope) -> OpinionPoint | None:
    """Return the point that a row names, None for a new one; raise BadCell."""
    if not (typed := row.get(POINT).strip()):
        return None
    point = scope.points.get(_number(typed, POINT))
    if point is None or point.part_id != part.pk:
        raise BadCell(POINT, _("この意見の要点の番号ではありません。新しい要点は、空欄にしてください。"))
    return point


def _view_of(row: Row, scope: PointScope) -> int:
    """Return the number of the view that a row names, 0 for none; raise BadCell."""
    if not (typed := row.get(VIEW).strip()):
        return 0
    number = _number(typed, VIEW)
    if number not in scope.views:
        raise BadCell(VIEW, _("この番号の市の考え方はありません。先に「市の考え方」のファイルで作ってください。"))
    return number


def _number(typed: str, column: str) -> int:
    """Return a whole number; raise BadCell."""
    try:
        return whole_number(typed)
    except CellError as error:
        raise BadCell(column, str(error.sentence)) from error


def as_data(rows: list[PointRow]) -> list[Any]:
    """Return the rows as JSON values, as the page hands them back; words of a whole part go without saying."""
    return [
        [row.part, row.point, "" if row.is_whole else row.quote, row.view, row.reason, digest_of(row.old)]
        for row in rows
    ]
