"""Read and check the rows of an import file (取り込み). Importing is idempotent: a row becomes a proposal once.

A row is matched by its number (番号): the portal's own code, or the number within its list (an event or a file). A row
without a number gets one from a hash of its content. What residents wrote on the portal itself is never changed by a file.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import IO, TypeVar

from django.db.models import Choices
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import AgeBand, District, Relation
from apps.consultations.models import Batch, Channel, Question
from apps.consultations.models.base import ANONYMOUS
from apps.consultations.models.batch import EVENT_MAX, GROUP_MAX
from apps.consultations.models.codes import code_in, import_key, list_of
from apps.consultations.models.proposal import BODY_MAX
from apps.consultations.models.revision import TITLE_MAX
from apps.core import text
from apps.core.form_errors import unwanted_message
from apps.core.spreadsheet import CellError, Odd, Row, TableReader, choice, day, is_month_first, moment, whole_number
from apps.core.spreadsheet.oddities import is_ditto, is_error, is_nothing, is_total
from apps.intake.services.import_columns import REAL_NAMES, TITLES, columns_of, is_anonymous, may_be_public

AT_ONCE = 500
NUMBER_MAX = 100
AUTO = "auto-"  # how the number of a row begins that has none: the rest is derived from its text
NAME_MAX = 20
TEXT_COLUMNS = (
    "number",
    "title",
    "body",
    "name",
    "event",
    "group",
    "tags",
)  # columns of free text
DATE_COLUMNS = ("posted", "held_on", "likes_on")
ODD, SAME = "odd", "same"  # kinds of doubt: a cell does not look like content; the same text exists already

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be imported: its number in the file, the column's title, and the reason for staff."""

    row: int
    column: str
    reason: str

    def as_list(self) -> list[int | str]:
        """Return the values as a list, for JSON and for the report."""
        return [self.row, self.column, self.reason]


@dataclass(frozen=True)
class Doubt(Problem):
    """What can be read but looks wrong; staff decide. `kind` is ODD or SAME."""

    kind: str = ODD

    def as_list(self) -> list[int | str]:
        """Return the values as a list, for JSON and for the report."""
        return [*super().as_list(), self.kind]


@dataclass
class ImportRow:
    """One parsed row. `number` is its number in the list, `key` identifies list and number, `code` is a portal code."""

    row_number: int
    number: str
    key: str
    code: str
    question: Question
    title: str
    body: str
    name: str
    is_anonymous: bool
    channel: str
    posted: datetime | None
    likes: int
    old_likes: int
    likes_on: date | None
    event: str
    held_on: date | None
    group: str
    tags: list[str]
    age_band: str
    district: str
    relation: str
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def typed_number(self) -> str:
        """Return the number as the file has it; an empty string where it was derived from the text."""
        return "" if self.number.startswith(AUTO) else self.number


class ImportRowReader:
    """Read the rows of a file for one consultation; keeps the state that is needed between rows.

    Raises Unreadable when the file cannot be read or has no column of texts.
    """

    def __init__(self, batch: Batch, file: IO[bytes]) -> None:
        self.batch, self.consultation = batch, batch.consultation
        self.table = TableReader(file)
        self.columns = columns_of(self.table.header, use_names=batch.use_names)
        if not self.columns["body"]:
            raise self.table.missing([TITLES["body"][0]])
        used = set(self.columns.values())
        self.unused = [title for title in self.table.header if title and title not in used]
        self.unasked_names = [title for title in self.unused if title in REAL_NAMES]
        self.questions = list(self.consultation.questions.all())
        self.first_rows: dict[str, int] = {}  # code or key → number of the row that has it
        self.row_by_proposal: dict[int, int] = {}  # pk of a proposal → number of the row that names it
        self.problems: list[Problem] = []

    def chunks(self, *, after: int = 1) -> Iterator[tuple[list[ImportRow], list[Problem], int, int]]:
        """Yield (rows, problems, number of rows, number of the last row) per chunk.

        Rows up to `after` are read, to find repeated numbers, but not returned.
        """
        rows = iter(self.table)
        while chunk := list(islice(rows, AT_ONCE)):
            self.problems = []
            import_rows = [import_row for import_row in map(self.parse_row, chunk) if import_row]
            wanted = [import_row for import_row in import_rows if import_row.row_number > after]
            problems = [problem for problem in self.problems if problem.row > after]
            count = sum(row.number > after for row in chunk)
            if count:
                yield wanted, problems, count, chunk[-1].number

    def has(self, what: str) -> bool:
        """Return True if the file has this column (a key of TITLES)."""
        return bool(self.columns[what])

    def cell(self, row: Row, what: str) -> str:
        """Return the raw cell of a column; empty if the file has no such column."""
        return row.cells.get(self.columns[what], "") if self.columns[what] else ""

    def parse_row(self, row: Row) -> ImportRow | None:
        """Return the parsed row, or None after adding to `problems` why it cannot be imported."""
        reading = RowReading(self, row)
        import_row = reading.read()
        self.problems += reading.problems
        return None if reading.problems else import_row


class RowReading:
    """Parse one row. Every cell is checked, so that all problems are reported at once."""

    def __init__(self, reader: ImportRowReader, row: Row) -> None:
        self.reader, self.row = reader, row
        self.problems, self.doubts = list[Problem](), list[Doubt]()

    def problem(self, what: str, reason: str) -> None:
        """Add a problem with a cell of this row."""
        self.problems.append(Problem(self.row.number, self.column(what), reason))

    def doubt(self, what: str, reason: str) -> None:
        """Add a doubt about a cell of this row."""
        self.doubts.append(Doubt(self.row.number, self.column(what), reason))

    def column(self, what: str) -> str:
        """Return the title of a column as this file has it."""
        return self.reader.columns.get(what) or (TITLES[what][0] if what in TITLES else what)

    def raw(self, what: str) -> str:
        """Return the cell as it stands in the file."""
        return self.reader.cell(self.row, what)

    def parsed(self, what: str, parse: Callable[[str], T], default: D) -> T | D:
        """Return `parse(cell)`; the default if the cell is empty, or cannot be read (then a problem is added)."""
        if not self.raw(what).strip():
            return default
        try:
            return parse(self.raw(what))
        except CellError as error:
            self.problem(what, str(error.sentence))
            return default

    def words(self, what: str, most: int, *, lines: bool = False) -> str:
        """Return the cleaned text of a cell; adds a problem if it is longer than `most` characters. `lines`: keep line breaks."""
        try:
            cleaned = text.clean(self.raw(what))
        except text.UnwantedCharacter as error:
            self.problem(what, unwanted_message(error.place))
            return ""
        cleaned = cleaned if lines else " ".join(cleaned.split("\n"))
        if text.count_characters(cleaned) > most:
            self.problem(what, _("%(most)s文字までです。") % {"most": f"{most:,}"})
        return cleaned

    def read(self) -> ImportRow | None:
        """Return the parsed row (with `problems` filled where cells are wrong); None for a row that holds no proposal."""
        if self.is_not_a_proposal():
            return None
        self.check_cells()
        if self.row.beyond:
            self.problem(_("（列名なし）"), _("列の名前がないところに文字があります。"))
        self.theme()
        body = self.words("body", BODY_MAX, lines=True)
        if not body and not self.problems:
            self.problem("body", _("本文が空です。"))
        unnamed = self.parsed("anonymous", is_anonymous, False)
        import_row = ImportRow(
            row_number=self.row.number,
            number="",
            key="",
            code="",
            question=self.question(),
            title=self.words("title", TITLE_MAX),
            body=body,
            name="" if unnamed else self.name(),
            is_anonymous=unnamed,
            channel=self.parsed("channel", parse_choice(Channel), self.reader.batch.channel),
            posted=self.posted(),
            likes=self.parsed("likes", whole_number, 0),
            old_likes=self.parsed("old_likes", whole_number, 0),
            likes_on=self.parsed("likes_on", day, self.reader.batch.likes_on),
            event=self.words("event", EVENT_MAX),
            held_on=self.parsed("held_on", day, None),
            group=self.words("group", GROUP_MAX),
            tags=self.tags(),
            age_band=self.parsed("age_band", parse_choice(AgeBand), ""),
            district=self.parsed("district", parse_choice(District), ""),
            relation=self.parsed("relation", parse_choice(Relation), ""),
            doubts=self.doubts,
        )
        self.set_number(import_row)
        return import_row

    def is_not_a_proposal(self) -> bool:
        """Return True, and add a problem, for totals, a repeated header, and texts that may not be published."""
        if not self.parsed("consent", may_be_public, True):
            self.problem(
                "consent", _("公開できない（「%(value)s」の）行です。") % {"value": self.raw("consent").strip()[:20]}
            )
        elif not self.problems and is_total(self.row.cells.values()):
            self.problem("body", _("合計などの行です。意見ではないため、取り込めません。"))
        elif self.raw("body").strip() and text.fold(self.raw("body")) == text.fold(self.column("body")):
            self.problem("body", _("見出しの行です。意見ではないため、取り込めません。"))
        return bool(self.problems)

    def check_cells(self) -> None:
        """Add problems for formula errors and 同上, doubts for なし, ※ and text that Excel turned into a date."""
        for what, title in self.reader.columns.items():
            cell, odd = self.raw(what), self.row.odd.get(title)
            if reason := why_unusable(cell, odd):
                self.problem(what, reason)
            elif what in TEXT_COLUMNS:
                self.check_text(what, cell, odd)
            elif what in DATE_COLUMNS and is_month_first(cell):
                self.doubt(what, _("「%(cell)s」を、月・日・年の順に読みました。") % {"cell": cell.strip()[:20]})

    def check_text(self, what: str, cell: str, odd: Odd | None) -> None:
        """Add a doubt about a text cell that does not look like content."""
        if odd is Odd.DAY:
            self.doubt(
                what,
                _(
                    "セルが日付（%(day)s）になっています。「1-2」などが Excel で日付に変わっていないか、お確かめください。"
                )
                % {"day": cell},
            )
        elif what != "number" and is_nothing(cell):
            self.doubt(what, _("「%(cell)s」と書かれています。") % {"cell": cell.strip()[:20]})
        elif what == "body" and cell.lstrip().startswith("※"):
            self.doubt(what, _("注記のようです（※で始まっています）。"))

    def theme(self) -> None:
        """Add a problem if the row names another consultation, in a file of several."""
        theme, own = self.raw("theme"), self.reader.consultation.title
        if theme.strip() and text.fold(theme) != text.fold(own):
            self.problem("theme", _("テーマが「%(own)s」ではありません。") % {"own": own})

    def question(self) -> Question:
        """Return the question by its number, by its text, or the only one there is; adds a problem if none fits."""
        questions = self.reader.questions
        number = self.parsed("question_number", whole_number, None)
        wanted = text.fold(self.raw("question"))
        if number is not None:
            found, what = [q for q in questions if q.number == number], "question_number"
        elif wanted:
            by_words = [q for q in questions if text.fold(q.text) == wanted]
            found, what = by_words or [q for q in questions if str(q.number) == wanted], "question"
        else:
            found, what = questions if len(questions) == 1 else [], "question_number"
        if not found:
            self.problem(what, self._unknown_question())
        return (found or questions)[0]

    def _unknown_question(self) -> str:
        """Return what is asked for: the number of one of the questions of the consultation."""
        numbers = "、".join(str(question.number) for question in self.reader.questions)
        return _(
            "どの問いへの意見かわかりません。「設問番号」の列に、このテーマの問いの番号（%(numbers)s）を入れてください。"
        ) % {"numbers": numbers}

    def name(self) -> str:
        """Return the public name; empty for 匿名."""
        name = self.words("name", NAME_MAX)
        if "@" in name:
            self.problem("name", _("メールアドレスは表示名にできません。"))
        return "" if name == ANONYMOUS else name

    def posted(self) -> datetime | None:
        """Return when it was posted; adds a problem if that is in the future."""
        posted = self.parsed("posted", moment, None)
        if posted and posted > timezone.now():
            self.problem("posted", _("先の日付です。"))
        return posted

    def tags(self) -> list[str]:
        """Return the tag names; adds a problem if one is longer than TAG_MAX characters."""
        names = text.split_tags(self.words("tags", 200))
        if any(len(name) > text.TAG_MAX for name in names):
            self.problem("tags", _("タグは一つ20文字までです。"))
        return names

    def set_number(self, import_row: ImportRow) -> None:
        """Set number, code and key, by which the row is matched; adds a problem if the number is repeated in the list."""
        number = self.words("number", NUMBER_MAX)
        of_list = list_of(event=import_row.event, held_on=import_row.held_on, file_name=self.reader.batch.file_name)
        first_rows = self.reader.first_rows
        if number:
            import_row.number, import_row.code, import_row.key = number, code_in(number), import_key(of_list, number)
            first = first_rows.setdefault(import_row.code or import_row.key, import_row.row_number)
            if first != import_row.row_number:
                self.problem(
                    "number",
                    _("番号「%(number)s」が%(row)d行目にもあります。") % {"number": number[:40], "row": first},
                )
            return
        content = "\x1f".join(
            [str(import_row.question.number), import_row.body, import_row.name, str(import_row.posted or "")]
        )
        digest = AUTO + hashlib.sha256(content.encode()).hexdigest()[:24]
        same = import_key(of_list, digest)
        first_rows[same] = first_rows.get(same, 0) + 1  # the same text twice in a list is two proposals
        import_row.number = f"{digest}-{first_rows[same]}"
        import_row.key = import_key(of_list, import_row.number)


def why_unusable(cell: str, odd: Odd | None) -> str:
    """Return why a cell cannot be used (error, hidden, 同上), or an empty string."""
    if is_error(cell):
        return _("計算のエラー（%(cell)s）です。") % {"cell": cell.strip()[:20]}
    if odd is Odd.UNSAVED:
        return _("式の結果がファイルにありません。Excel で開いて保存し直すか、値で貼り付けてください。")
    if odd is Odd.HIDDEN:
        return _("表示形式か文字の色のため、値が見えません。書式を直してください。")
    if is_ditto(cell):
        return _("「%(cell)s」は、上の行の内容を書いてください。") % {"cell": cell.strip()[:20]}
    return ""


def parse_choice(choices: type[Choices]) -> Callable[[str], str]:
    """Return a parser that accepts the code or the label of one of the choices."""
    words = {str(code): str(label) for code, label in choices.choices}
    return lambda raw: choice(raw, words)
