"""取り込み: voices in a file become voices on the portal, each once, however often the file comes.

A row is known again by its number (番号): the portal's own code, or the number that the file gave it. A file without
numbers gets them from what the rows say. What residents wrote on the portal itself is never changed by a file.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import AgeBand, District, Relation
from apps.consultations.models import Batch, Channel, Question
from apps.consultations.models.batch import EVENT_MAX, GROUP_MAX
from apps.consultations.models.proposal import BODY_MAX
from apps.consultations.models.revision import TITLE_MAX
from apps.consultations.models.shared import ANONYMOUS
from apps.core import text
from apps.core.spreadsheet import CellError, Row, TableReader, Unreadable, choice, day, moment, whole_number

AT_ONCE = 500
NUMBER_MAX = 100
NAME_MAX = 20
# What a column is → the names under which files have it (half-width, without blanks). The first is ours.
TITLES = {
    "number": ("番号", "取込番号", "ID", "id", "No.", "No", "NO"),
    "theme": ("テーマ",),
    "question_number": ("設問番号",),
    "question": ("設問", "問い"),
    "title": ("見出し", "タイトル", "件名"),
    "body": ("本文", "意見", "アイデア", "アイデア・意見", "投稿内容", "内容"),
    "name": ("表示名", "投稿者", "ニックネーム", "匿名/name", "匿名", "名前", "name"),
    "channel": ("収集経路", "経路"),
    "posted": ("投稿日時", "公開日時", "投稿日", "日付"),
    "likes": ("イイネ数", "イイネ!数", "イイネ!の数", "イイネ!", "イイネ", "いいね数", "いいね"),
    "old_likes": ("移行イイネ数",),
    "likes_on": ("イイネ時点",),
    "event": ("行事名",),
    "held_on": ("集めた日",),
    "group": ("グループ", "テーブル"),
    "tags": ("タグ",),
    "age_band": ("年代",),
    "district": ("地域",),
    "relation": ("関わり",),
}
KNOWN_TITLES = {title for titles in TITLES.values() for title in titles}


@dataclass(frozen=True)
class Problem:
    """What is wrong where."""

    row: int
    column: str
    reason: str

    def as_list(self) -> list[Any]:
        """For JSON and for the report."""
        return [self.row, self.column, self.reason]


@dataclass
class Voice:
    """One row as it was understood."""

    row: int
    number: str
    question: Question
    title: str
    body: str
    name: str
    channel: str
    posted: datetime | None
    likes: int
    likes_on: date | None
    event: str
    held_on: date | None
    group: str
    tags: list[str]
    age_band: str
    district: str
    relation: str


class VoiceReader:
    """Reads the rows of a file as voices for one consultation; keeps what has to be remembered between rows."""

    def __init__(self, batch: Batch, file: IO[bytes]) -> None:
        self.batch, self.consultation = batch, batch.consultation
        self.table = TableReader(file)
        self.columns = {
            what: next((title for title in titles if title in self.table.header), "") for what, titles in TITLES.items()
        }
        if not self.columns["body"]:
            raise Unreadable(_("「本文」の列がありません。1行目に列の名前が必要です。見本のファイルをご覧ください。"))
        self.unused = [title for title in self.table.header if title and title not in KNOWN_TITLES]
        self.questions = list(self.consultation.questions.all())
        self.seen: dict[str, int] = {}
        self.problems: list[Problem] = []

    def pieces(self, *, after: int = 1) -> Iterator[tuple[list[Voice], list[Problem], int, int]]:
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

    def cell(self, row: Row, what: str) -> str:
        """The raw cell of a column, empty where the file has no such column."""
        return row.cells.get(self.columns[what], "") if self.columns[what] else ""

    def voice(self, row: Row) -> Voice | None:
        """A row as a voice; None when something is wrong with it, and then `problems` says what."""
        reading = RowReading(self, row)
        voice = reading.read()
        self.problems += reading.problems
        return None if reading.problems else voice


class RowReading:
    """The reading of one row: every cell is looked at, so that all that is wrong is said at once."""

    def __init__(self, reader: VoiceReader, row: Row) -> None:
        self.reader, self.row, self.problems = reader, row, list[Problem]()

    def problem(self, what: str, reason: Any) -> None:
        """Something is wrong with a cell of this row."""
        column = self.reader.columns.get(what) or (TITLES[what][0] if what in TITLES else what)
        self.problems.append(Problem(self.row.number, column, str(reason)))

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
        except text.UnwantedCharacter:
            self.problem(what, _("使えない文字（制御文字など）が含まれています。"))
            return ""
        cleaned = cleaned if lines else " ".join(cleaned.split("\n"))
        if text.count_characters(cleaned) > most:
            self.problem(what, _("%(most)s文字までです。") % {"most": f"{most:,}"})
        return cleaned

    def read(self) -> Voice:
        """Every cell."""
        if self.row.beyond:
            self.problem(_("（列名なし）"), _("列の名前がないところに文字があります。"))
        self.theme()
        body = self.words("body", BODY_MAX, lines=True)
        if not body and not self.problems:
            self.problem("body", _("本文が空です。"))
        likes = self.parsed("likes", whole_number, 0) + self.parsed("old_likes", whole_number, 0)
        likes_on = self.parsed("likes_on", day, self.reader.batch.likes_on)
        if likes and not likes_on:
            self.problem("likes", _("いつの時点のイイネ！の数か、わかりません（「イイネ時点」の列を加えてください）。"))
        voice = Voice(
            row=self.row.number,
            number="",
            question=self.question(),
            title=self.words("title", TITLE_MAX),
            body=body,
            name=self.name(),
            channel=self.parsed("channel", chosen(Channel), self.reader.batch.channel),
            posted=self.posted(),
            likes=likes,
            likes_on=likes_on if likes else None,
            event=self.words("event", EVENT_MAX),
            held_on=self.parsed("held_on", day, None),
            group=self.words("group", GROUP_MAX),
            tags=self.tags(),
            age_band=self.parsed("age_band", chosen(AgeBand), ""),
            district=self.parsed("district", chosen(District), ""),
            relation=self.parsed("relation", chosen(Relation), ""),
        )
        voice.number = self.number(voice)
        return voice

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

    def number(self, voice: Voice) -> str:
        """By which the row is known again; a number may stand in a file once."""
        number = self.words("number", NUMBER_MAX)
        seen = self.reader.seen
        if number:
            if number in seen:
                self.problem(
                    "number",
                    _("番号「%(number)s」が%(row)d行目にもあります。") % {"number": number[:40], "row": seen[number]},
                )
            seen.setdefault(number, voice.row)
            return number
        said = "\x1f".join([str(voice.question.number), voice.body, voice.name, str(voice.posted or "")])
        digest = "auto-" + hashlib.sha256(said.encode()).hexdigest()[:24]
        seen[digest] = seen.get(digest, 0) + 1  # the same words twice in a file are two voices
        return f"{digest}-{seen[digest]}"


def chosen(choices: Any) -> Callable[[str], str]:
    """Reads one of the choices by its code or its words."""
    words = {str(code): str(label) for code, label in choices.choices}
    return lambda raw: choice(raw, words)
