"""意見と市の考え方 (対照表) of a consultation: one data set for its page, CSV, XLSX and PDF."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import strip_tags

from apps.consultations.models import Consultation, Proposal, Reply, Topic
from apps.core import markdown
from apps.core.date_formats import wareki
from apps.core.printing import typeset_once
from apps.core.spreadsheet import Column

SOURCE = settings.BASE_DIR / "templates" / "consultations" / "answer_table.typ"
WAITING = "回答待ち"
COLUMNS = [
    Column("number", "番号", "論点（T）または意見（C）の番号"),
    Column("subject", "論点・意見", "論点の題。論点にまとめていない意見は、その文"),
    Column("summary", "まとめ", "論点のまとめ。意見では空欄"),
    Column("count", "件数", "論点にまとめた公開中の意見の数。意見では1。ほかの行と重なることがある", "整数"),
    Column("answer", "市の考え方", "公開中の市の答え。空欄は回答待ち"),
    Column("status", "状況", f"公開中の状況。公開した答えがないときは「{WAITING}」"),
    Column("department", "担当課", "答えた課"),
    Column("said_on", "公開した日", "いまの答えを公開した日", "日付"),
    Column("url", "アドレス", "論点または意見のページ"),
]


@dataclass(frozen=True)
class AnswerRow:
    """One line: a topic or a proposal, and what one department says to it (nothing while it waits)."""

    number: str
    subject: str
    summary: str
    count: int
    path: str
    answer: str = ""  # Markdown, as it was published
    status: str = WAITING
    shown_status: str = ""  # in the language of the reader
    is_answer: bool = False  # 受付 and 検討中 are none
    department: str = ""
    said_on: date | None = None

    @property
    def plain_answer(self) -> str:
        """Return the answer without marks, for files."""
        words = strip_tags(markdown.render(self.answer).replace("<li>", "<li>・"))
        return re.sub(r"\n{2,}", "\n", words).strip()

    @property
    def is_waiting(self) -> bool:
        """Return whether nothing is published to it."""
        return not self.answer


@dataclass(frozen=True)
class AnswerFigures:
    """How many public proposals there are, and how many of them an answer reached, themselves or through a topic."""

    proposals: int
    answered: int

    @property
    def waiting(self) -> int:
        """Return how many no answer has reached."""
        return self.proposals - self.answered


def figures_of(consultation: Consultation) -> AnswerFigures:
    """Return the figures of a consultation; 受付 and 検討中 are no answers."""
    public = Proposal.objects.public().in_consultation(consultation)
    return AnswerFigures(public.count(), public.in_reply_state("replied").count())


def rows_of(consultation: Consultation) -> list[AnswerRow]:
    """Return the public topics, the largest first, each with its replies; then the proposals with replies of their own."""
    topics = list(Topic.objects.public().in_consultation(consultation).for_lists())
    replies: dict[tuple[str, int], list[Reply]] = {}
    for reply in Reply.objects.public().in_consultation(consultation).for_pages():
        key = ("topic", reply.topic_id) if reply.topic_id else ("proposal", reply.proposal_id or 0)
        replies.setdefault(key, []).append(reply)
    rows = []
    for topic in topics:
        blank = AnswerRow(topic.code, topic.title, topic.summary, topic.proposal_count, topic.get_absolute_url())
        rows += _said(blank, replies.get(("topic", topic.pk), [])) or [blank]
    answered = Proposal.objects.public().in_bulk([pk for kind, pk in replies if kind == "proposal"])
    for pk, proposal in sorted(answered.items()):
        blank = AnswerRow(proposal.code, proposal.body, "", 1, proposal.get_absolute_url())
        rows += _said(blank, replies["proposal", pk])
    return rows


def _said(blank: AnswerRow, replies: list[Reply]) -> list[AnswerRow]:
    """Return the line once for each reply."""
    rows = []
    for reply in replies:
        change = reply.last_change
        if change is not None:
            said = {
                "answer": change.body,
                "status": change.status_name,
                "shown_status": change.shown_status,
                "department": change.department_name,
            }
            is_answer = bool(reply.status and reply.status.is_answer)
            day = timezone.localdate(change.published_at)
            rows.append(AnswerRow(**{**asdict(blank), **said, "said_on": day, "is_answer": is_answer}))
    return rows


def table_rows(consultation: Consultation) -> Iterator[list[object]]:
    """Yield the cells of each line, in the order of COLUMNS."""
    for row in rows_of(consultation):
        yield [
            row.number, row.subject, row.summary, row.count, row.plain_answer, row.status, row.department, row.said_on,
            f"{settings.SITE_URL}{row.path}",
        ]  # fmt: skip


def about(consultation: Consultation) -> dict[str, str]:
    """Return the entries of the last sheet: what the table is about, with the figures that its rows do not hold."""
    figures = figures_of(consultation)
    with translation.override("ja"):
        return {
            "テーマ": consultation.title,
            "担当課": consultation.department.name,
            "作成した日": wareki(timezone.localdate()),
            "公開中の意見": f"{figures.proposals}件",
            "うち回答した意見": f"{figures.answered}件",
            "市の回答（まとめ）": consultation.answer or "まだ公開していません",
        }


def draw_table(consultation: Consultation, *, url: str) -> bytes:
    """Return the table as a tagged A4 PDF."""
    facts = [[name, value] for name, value in about(consultation).items() if name != "テーマ"]
    rows = [
        [row.number, "\n".join(filter(None, (row.subject, row.summary))), str(row.count), row.status,
         "\n".join(filter(None, (row.plain_answer, f"（{row.department}）" if row.department else "")))]
        for row in rows_of(consultation)
    ]  # fmt: skip
    content = {"title": consultation.title, "department": consultation.department.name, "address": url, "facts": facts,
               "rows": rows}  # fmt: skip
    return typeset_once("answer-table", str(consultation.pk), SOURCE, content)
