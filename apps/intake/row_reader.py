"""取り込み: voices in a file become voices on the portal, each once, however often the file comes.

A row is known again by its number (番号): the portal's own code, or the number that it has in its list, an event or a
file. A list without numbers gets them from what the rows say. What residents wrote on the portal itself is never changed
by a file.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import IO, Any

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
from apps.intake.import_columns import REAL_NAMES, TITLES, columns_of, is_anonymous, may_be_public

AT_ONCE = 500
NUMBER_MAX = 100
NAME_MAX = 20
WORDS = ("number", "title", "body", "name", "event", "group", "tags")  # columns that hold words, no figures and days
DAYS = ("posted", "held_on", "likes_on")
ODD, SAME = "odd", "same"  # why a row is doubted: a cell looks like no content; the same text is there already


@dataclass(frozen=True)
class Problem:
    """What is wrong where."""

    row: int
    column: str
    reason: str

    def as_list(self) -> list[Any]:
        """For JSON and for the report."""
        return [self.row, self.column, self.reason]


@dataclass(frozen=True)
class Doubt(Problem):
    """What can be read and looks wrong; a person decides."""

    kind: str = ODD

    def as_list(self) -> list[Any]:
        """For JSON and for the report."""
        return [*super().as_list(), self.kind]


@dataclass
class ImportRow:
    """One row as it was understood; `key` is its list and its number there, `code` the number of the portal's that it has."""

    row: int
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


class ImportRowReader:
    """Reads the rows of a file as voices for one consultation; keeps what has to be remembered between rows."""

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
        self.seen: dict[str, int] = {}
        self.met: dict[int, int] = {}  # which voice of the portal stands in which row
        self.problems: list[Problem] = []

    def pieces(self, *, after: int = 1) -> Iterator[tuple[list[ImportRow], list[Problem], int, int]]:
        """Voices, problems, number of rows and last row of each piece; rows up to `after` are read but not given."""
        rows = iter(self.table)
        while piece := list(islice(rows, AT_ONCE)):
            self.problems = []
            voices = [voice for voice in map(self.voice, piece) if voice]
            wanted = [voice for voice in voices if voice.row > after]
            problems = [problem for problem in self.problems if problem.row > after]
            count = sum(row.number > after for row in piece)
            if count:
                yield wanted, problems, count, piece[-1].number

    def has(self, what: str) -> bool:
        """Whether the file has this column; what it does not have, it does not change."""
        return bool(self.columns[what])

    def cell(self, row: Row, what: str) -> str:
        """The raw cell of a column, empty where the file has no such column."""
        return row.cells.get(self.columns[what], "") if self.columns[what] else ""

    def voice(self, row: Row) -> ImportRow | None:
        """A row as a voice; None when something is wrong with it, and then `problems` says what."""
        reading = RowReading(self, row)
        voice = reading.read()
        self.problems += reading.problems
        return None if reading.problems else voice


class RowReading:
    """The reading of one row: every cell is looked at, so that all that is wrong is said at once."""

    def __init__(self, reader: ImportRowReader, row: Row) -> None:
        self.reader, self.row = reader, row
        self.problems, self.doubts = list[Problem](), list[Doubt]()

    def problem(self, what: str, reason: Any) -> None:
        """Something is wrong with a cell of this row."""
        self.problems.append(Problem(self.row.number, self.column(what), str(reason)))

    def doubt(self, what: str, reason: Any) -> None:
        """Something about a cell of this row looks wrong."""
        self.doubts.append(Doubt(self.row.number, self.column(what), str(reason)))

    def column(self, what: str) -> str:
        """The name of a column as this file has it."""
        return self.reader.columns.get(what) or (TITLES[what][0] if what in TITLES else what)

    def raw(self, what: str) -> str:
        """The cell as it stands in the file."""
        return self.reader.cell(self.row, what)

    def parsed(self, what: str, parse: Callable[[str], Any], default: Any) -> Any:
        """The cell as `parse` reads it; the default when it is empty or cannot be read."""
        if not self.raw(what).strip():
            return default
        try:
            return parse(self.raw(what))
        except CellError as error:
            self.problem(what, error.sentence)
            return default

    def words(self, what: str, most: int, *, lines: bool = False) -> str:
        """The cell as a text of at most so many characters."""
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
        """Every cell; None for a row that is no voice at all."""
        if self.is_no_voice():
            return None
        self.look_at_cells()
        if self.row.beyond:
            self.problem(_("（列名なし）"), _("列の名前がないところに文字があります。"))
        self.theme()
        body = self.words("body", BODY_MAX, lines=True)
        if not body and not self.problems:
            self.problem("body", _("本文が空です。"))
        unnamed = self.parsed("anonymous", is_anonymous, False)
        voice = ImportRow(
            row=self.row.number,
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
        self.number(voice)
        return voice

    def is_no_voice(self) -> bool:
        """Whether the row is something else: sums, the heading once more, words that may not be published."""
        if not self.parsed("consent", may_be_public, True):
            self.problem(
                "consent", _("公開できない（「%(value)s」の）行です。") % {"value": self.raw("consent").strip()[:20]}
            )
        elif not self.problems and is_total(self.row.cells.values()):
            self.problem("body", _("合計などの行です。意見ではないため、取り込めません。"))
        elif self.raw("body").strip() and text.fold(self.raw("body")) == text.fold(self.column("body")):
            self.problem("body", _("見出しの行です。意見ではないため、取り込めません。"))
        return bool(self.problems)

    def look_at_cells(self) -> None:
        """Errors of formulas and 同上 cannot be taken; なし, ※ and what was turned into a day are pointed out."""
        for what, title in self.reader.columns.items():
            cell, odd = self.raw(what), self.row.odd.get(title)
            if reason := why_unusable(cell, odd):
                self.problem(what, reason)
            elif what in WORDS:
                self.look_at_words(what, cell, odd)
            elif what in DAYS and is_month_first(cell):
                self.doubt(what, _("「%(cell)s」を、月・日・年の順に読みました。") % {"cell": cell.strip()[:20]})

    def look_at_words(self, what: str, cell: str, odd: Odd | None) -> None:
        """What stands in a cell of words and looks like none."""
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
        """A file of several themes: rows of another one are not for here."""
        theme, own = self.raw("theme"), self.reader.consultation.title
        if theme.strip() and text.fold(theme) != text.fold(own):
            self.problem("theme", _("テーマが「%(own)s」ではありません。") % {"own": own})

    def question(self) -> Question:
        """By its number, by its words, or the only one there is."""
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
            self.problem(what, _("このテーマにない設問です。設問番号（1〜）か、設問の文を入れてください。"))
        return (found or questions)[0]

    def name(self) -> str:
        """The public name; nothing for 匿名."""
        name = self.words("name", NAME_MAX)
        if "@" in name:
            self.problem("name", _("メールアドレスは表示名にできません。"))
        return "" if name == ANONYMOUS else name

    def posted(self) -> datetime | None:
        """When it was posted; not in the future."""
        posted = self.parsed("posted", moment, None)
        if posted and posted > timezone.now():
            self.problem("posted", _("先の日付です。"))
        return posted

    def tags(self) -> list[str]:
        """Tag names, each of at most twenty letters."""
        names = text.split_tags(self.words("tags", 200))
        if any(len(name) > text.TAG_MAX for name in names):
            self.problem("tags", _("タグは一つ20文字までです。"))
        return names

    def number(self, voice: ImportRow) -> None:
        """By which the row is known again; a number may stand in a list once."""
        number = self.words("number", NUMBER_MAX)
        of_list = list_of(event=voice.event, held_on=voice.held_on, file_name=self.reader.batch.file_name)
        seen = self.reader.seen
        if number:
            voice.number, voice.code, voice.key = number, code_in(number), import_key(of_list, number)
            first = seen.setdefault(voice.code or voice.key, voice.row)
            if first != voice.row:
                self.problem(
                    "number",
                    _("番号「%(number)s」が%(row)d行目にもあります。") % {"number": number[:40], "row": first},
                )
            return
        said = "\x1f".join([str(voice.question.number), voice.body, voice.name, str(voice.posted or "")])
        digest = "auto-" + hashlib.sha256(said.encode()).hexdigest()[:24]
        same = import_key(of_list, digest)
        seen[same] = seen.get(same, 0) + 1  # the same words twice in a list are two voices
        voice.number = f"{digest}-{seen[same]}"
        voice.key = import_key(of_list, voice.number)


def why_unusable(cell: str, odd: Odd | None) -> str:
    """Why a cell cannot be taken for what it shows; empty for any other."""
    if is_error(cell):
        return _("計算のエラー（%(cell)s）です。") % {"cell": cell.strip()[:20]}
    if odd is Odd.UNSAVED:
        return _("式の結果がファイルにありません。Excel で開いて保存し直すか、値で貼り付けてください。")
    if odd is Odd.HIDDEN:
        return _("表示しない書式のため、値が見えません。書式を直してください。")
    if is_ditto(cell):
        return _("「%(cell)s」は、上の行の内容を書いてください。") % {"cell": cell.strip()[:20]}
    return ""


def parse_choice(choices: Any) -> Callable[[str], str]:
    """Reads one of the choices by its code or its words."""
    words = {str(code): str(label) for code, label in choices.choices}
    return lambda raw: choice(raw, words)
