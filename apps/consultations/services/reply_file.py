"""Replies of a consultation as a workbook: what staff fill in, and what a filled-in file would change."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _

from apps.accounts.models import Department, User
from apps.consultations.models import Assignment, Consultation, Proposal, Reply, ReplyStatus, Topic
from apps.core.filled_in_files import BadCell, words_of
from apps.core.spreadsheet import Column, Row, TableReader, Unreadable
from apps.core.text import as_number

ANSWER_MAX, MOST_ROWS = 4000, 500
NUMBER, SUBJECT, COUNT, DEPARTMENT, STATUS, ANSWER = "番号", "論点・意見", "件数", "担当課", "状況", "市の考え方"
COLUMNS = [
    Column("number", NUMBER, "論点（T）または意見（C）の番号。変えない"),
    Column("subject", SUBJECT, "論点の題とまとめ、または意見の文。読み直すときは使わない"),
    Column("count", COUNT, "論点にまとめた公開中の意見の数。読み直すときは使わない", "整数"),
    Column("department", DEPARTMENT, "答える課。変えない"),
    Column("status", STATUS, "回答の状況の名前。空欄のままでも下書きになる"),
    Column("answer", ANSWER, "市の考え方。見出しや箇条書きはMarkdownで書ける。空欄の行は変えない"),
]
NEEDED = (NUMBER, DEPARTMENT, STATUS, ANSWER)
Target = Proposal | Topic


@dataclass(frozen=True)
class DraftRow:
    """One row that can be saved: what it answers, the department, the words, and the draft that it replaces."""

    code: str
    subject: str
    department: str  # code
    department_name: str
    status: str  # code, empty for none
    status_name: str
    answer: str
    old_status: str
    old_answer: str
    version: int  # of the draft as it was read; 0 without one
    is_new: bool  # there is no draft of the department yet

    @property
    def is_same(self) -> bool:
        """Return whether exactly this is the draft already."""
        return (self.status_name, self.answer) == (self.old_status, self.old_answer)


@dataclass
class Checked:
    """The result of reading a file: rows to save, rows that say nothing new or nothing at all, and what cannot be read."""

    rows: list[DraftRow] = field(default_factory=list)
    same: int = 0
    empty: int = 0
    problems: list[tuple[int, str, str]] = field(default_factory=list)  # row, column, sentence


class ReplyScope:
    """What a person may answer in a consultation: its topics and assigned or answered proposals, and the replies to them."""

    def __init__(self, consultation: Consultation, user: User, departments: list[Department]) -> None:
        self.departments = {row.name: row for row in departments}
        self.user = user
        topics = Topic.objects.manageable_by(user).in_consultation(consultation).with_counts().order_by("pk")
        self.targets: dict[str, Target] = {topic.code: topic for topic in topics}
        self.replies = {
            (reply.target.code, reply.department.name): reply
            for reply in Reply.objects.in_consultation(consultation).for_departments(departments).with_targets()
        }
        asked = Assignment.objects.in_consultation(consultation).for_departments(departments).by_due_day()
        self.asked = {(row.target.code, row.department.name) for row in asked}
        codes = {code for code, _name in (*self.replies, *self.asked) if code not in self.targets}
        self.targets |= {row.code: row for row in Proposal.objects.answerable_by(user).by_codes(codes)}
        self.consultation = consultation

    def pairs(self) -> Iterator[tuple[Target, str]]:
        """Yield each target with the departments that answer it: those asked or begun, else the consultation's own."""
        for code, target in self.targets.items():
            names = sorted({name for other, name in (*self.replies, *self.asked) if other == code})
            own = self.consultation.department.name
            for name in names or ([own] if own in self.departments else []):
                yield target, name


def subject_of(target: Target) -> str:
    """Return the words by which staff know what is answered."""
    return "\n".join(filter(None, (target.title, target.summary))) if isinstance(target, Topic) else target.body


def table_rows(scope: ReplyScope) -> Iterator[list[object]]:
    """Yield the cells of each row, in the order of COLUMNS, with the drafts as they are."""
    for target, name in scope.pairs():
        reply = scope.replies.get((target.code, name))
        count = target.proposal_count if isinstance(target, Topic) else 1
        status = str(reply.draft_status or "") if reply else ""
        yield [target.code, subject_of(target), count, name, status, reply.draft_body if reply else ""]


def read_file(file: IO[bytes], scope: ReplyScope) -> Checked:
    """Return what a filled-in file would change; nothing is written. Raise Unreadable for a file that is no such table."""
    reader = TableReader(file)
    missing = [title for title in NEEDED if title not in reader.header]
    if missing:
        raise reader.missing(missing)
    statuses = {row.name: row for row in ReplyStatus.objects.offered()}
    checked, seen = Checked(), set[tuple[str, str]]()
    for number, row in enumerate(reader):
        if number >= MOST_ROWS:
            raise Unreadable(_("行が多すぎます（%(most)d行まで）。ファイルを分けてください。") % {"most": MOST_ROWS})
        try:
            _read_row(row, scope, statuses, checked, seen)
        except BadCell as bad:
            checked.problems.append((row.number, bad.column, bad.sentence))
    return checked


def _read_row(
    row: Row, scope: ReplyScope, statuses: dict[str, ReplyStatus], checked: Checked, seen: set[tuple[str, str]]
) -> None:
    """Add one row to the result; raise BadCell."""
    code, name, status = as_number(row.get(NUMBER)), row.get(DEPARTMENT).strip(), row.get(STATUS).strip()
    answer = words_of(row, ANSWER, ANSWER_MAX)
    if not answer:
        checked.empty += 1
        return
    target = scope.targets.get(code)
    if target is None:
        raise BadCell(NUMBER, _("このテーマで、あなたの課が答える番号ではありません。"))
    if name not in scope.departments:
        raise BadCell(DEPARTMENT, _("あなたが書ける課の名前ではありません。"))
    if status and status not in statuses:
        raise BadCell(STATUS, _("いま選べる状況は、%(names)sです。") % {"names": "、".join(statuses)})
    if (code, name) in seen:
        raise BadCell(NUMBER, _("同じ番号と課の行が、上にもあります。"))
    seen.add((code, name))
    reply = scope.replies.get((code, name))
    draft = DraftRow(
        code=code, subject=subject_of(target)[:120], department=scope.departments[name].code, department_name=name,
        status=statuses[status].code if status else "", status_name=status, answer=answer,
        old_status=str(reply.draft_status or "") if reply else "", old_answer=reply.draft_body if reply else "",
        version=reply.draft_version if reply else 0, is_new=reply is None,
    )  # fmt: skip
    if draft.is_same:
        checked.same += 1
    else:
        checked.rows.append(draft)


def as_data(rows: list[DraftRow]) -> list[dict[str, Any]]:
    """Return the rows as JSON values, as the page hands them back."""
    return [
        {name: getattr(row, name) for name in ("code", "department", "status", "answer", "version")} for row in rows
    ]
