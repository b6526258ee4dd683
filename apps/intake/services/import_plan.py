"""Plan an import (dry run): which rows of a file add a proposal, change one, change nothing, or cannot be imported.

A column that the file lacks is not changed by it. Importing an unchanged export again is idempotent: likes given on the
portal stay its own and are not added twice.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Choices
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import AgeBand, District, Relation
from apps.consultations.models import Batch, Channel, ModerationRule, Proposal
from apps.core.text import fold
from apps.intake.services.batch_proposals import by_external_number, existing_bodies
from apps.intake.services.import_columns import TITLES
from apps.intake.services.row_reader import ODD, SAME, Doubt, ImportRow, ImportRowReader, Problem

Compared = tuple[str, object, object]  # name of a column, value now, value in the file


@dataclass(frozen=True)
class Change:
    """A row that differs from the proposal it names; `fields` holds (column title, value now, value in the file)."""

    row: ImportRow
    proposal: Proposal
    fields: list[tuple[str, str, str]]

    @property
    def digest(self) -> str:
        """Return a short hash of the change, as an optimistic lock.

        The import only makes the updates whose digest is the one that staff agreed to after the check.
        """
        content = json.dumps([self.proposal.pk, self.fields], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def as_list(self) -> list[Any]:
        """Return [row number, code, fields, likes, comments] for JSON and for the report."""
        proposal = self.proposal
        return [
            self.row.row_number,
            proposal.code,
            [list(line) for line in self.fields],
            proposal.like_total,
            proposal.comment_count,
        ]


@dataclass
class Plan:
    """What one chunk of the file would do: rows to add, changes to make, problems, and counts."""

    add: list[ImportRow] = field(default_factory=list)
    update: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    row_count: int = 0
    last_row: int = 1
    left: int = 0  # rows that staff decided to leave out

    @property
    def doubts(self) -> list[Doubt]:
        """Return the doubts about rows that would add or change something, in the order of the rows."""
        rows = [*self.add, *(change.row for change in self.update)]
        return [doubt for row in sorted(rows, key=lambda row: row.row_number) for doubt in row.doubts]

    def decide(self, *, take: Collection[str], agreed: dict[str, str]) -> None:
        """Drop rows whose kind of doubt is not in `take`, and updates whose digest is not in `agreed` (row number → digest)."""
        adding = [row for row in self.add if all(doubt.kind in take for doubt in row.doubts)]
        updating = [
            change
            for change in self.update
            if agreed.get(str(change.row.row_number)) == change.digest
            and all(doubt.kind in take for doubt in change.row.doubts)
        ]
        self.left += len(self.add) - len(adding) + len(self.update) - len(updating)
        self.add, self.update = adding, updating


def plan_import(
    batch: Batch,
    reader: ImportRowReader,
    import_rows: Iterable[ImportRow],
    problems: Iterable[Problem],
    row_count: int,
    last_row: int,
) -> Plan:
    """Return the plan for one chunk of rows; writes nothing."""
    plan = Plan(problems=list(problems), row_count=row_count, last_row=last_row)
    rows = list(import_rows)
    proposals = Proposal.objects.in_consultation(batch.consultation)
    by_number = by_external_number(
        proposals, codes={row.code for row in rows if row.code}, keys={row.key for row in rows}
    )
    for row in rows:
        proposal = by_number.get(row.code) or by_number.get(row.key)
        resolved = RowResolver(reader, batch, row, proposal).resolve()
        if isinstance(resolved, Problem):
            plan.problems.append(resolved)
        elif proposal is not None and reader.row_by_proposal.setdefault(proposal.pk, row.row_number) != row.row_number:
            where = {"code": proposal.code, "row": reader.row_by_proposal[proposal.pk]}
            reason = _("「%(code)s」は%(row)d行目の意見と同じものです。") % where
            plan.problems.append(Problem(row.row_number, TITLES["number"][0], reason))
        elif proposal is None:
            plan.add.append(resolved)
        elif not proposal.is_public:
            plan.unchanged += 1  # a proposal that is not public is never changed
        else:
            _compare(plan, resolved, proposal)
    _doubt_personal([*plan.add, *(change.row for change in plan.update)])
    others = proposals.public().exclude(batch__in=Batch.objects.with_parts(batch))
    _doubt_same(plan, existing_bodies(others, [row.body for row in plan.add]))
    return plan


def _compare(plan: Plan, row: ImportRow, proposal: Proposal) -> None:
    fields = differences(row, proposal)
    if not fields:
        plan.unchanged += 1
    elif proposal.batch_id is None:
        reason = _("「%(code)s」はポータルで投稿された意見のため、取り込みでは変えられません。") % {
            "code": proposal.code
        }
        plan.problems.append(Problem(row.row_number, TITLES["number"][0], reason))
    else:
        plan.update.append(Change(row, proposal, fields))


def _doubt_personal(rows: list[ImportRow]) -> None:
    """Add a doubt to rows whose text seems to hold personal data such as a telephone number."""
    text_by_row = {row.row_number: f"{row.title}\n{row.body}" for row in rows}
    hints = ModerationRule.objects.personal_hints(text_by_row.values())
    for row in rows:
        if kinds := hints[text_by_row[row.row_number]]:
            sentence = _("%(kinds)sらしい文字列があります") % {"kinds": "、".join(kinds)}
            row.doubts.append(Doubt(row.row_number, TITLES["body"][0], sentence, ODD))


def _doubt_same(plan: Plan, codes: dict[str, str]) -> None:
    """Add a doubt to new rows whose text exists already; `codes` maps a text to the code of the proposal that has it.

    It may be another person's proposal, or the same list under another name: staff decide.
    """
    for row in plan.add:
        if code := codes.get(row.body):
            sentence = _("同じ文の意見「%(code)s」がすでにあります。") % {"code": code}
            row.doubts.append(Doubt(row.row_number, TITLES["body"][0], sentence, SAME))


class RowResolver:
    """Fill a row's missing values from the proposal that it updates: what the file does not hold stays as it is."""

    KEPT = {
        "title": "title", "body": "body", "name": "public_name", "channel": "channel", "group": "group_label",
        "age_band": "age_band", "district": "district", "relation": "relation",
    }  # fmt: skip

    def __init__(self, reader: ImportRowReader, batch: Batch, row: ImportRow, proposal: Proposal | None) -> None:
        self.reader, self.batch, self.row, self.proposal = reader, batch, row, proposal

    def resolve(self) -> ImportRow | Problem:
        """Return the completed row, or the Problem that keeps it from being imported."""
        likes, likes_on = self.likes()
        if likes and not likes_on:
            reason = _("いつの時点のイイネ！の数か、わかりません（「イイネ時点」の列を加えてください）。")
            return Problem(self.row.row_number, self.reader.columns["likes"] or TITLES["likes"][0], str(reason))
        resolved = replace(self.row, likes=likes, old_likes=0, likes_on=likes_on if likes else None)
        return replace(resolved, **self.kept()) if self.proposal else resolved

    def likes(self) -> tuple[int, date | None]:
        """Return the number of imported likes and their date.

        In a row that names a proposal by its code, イイネ数 are likes given on the portal, and only 移行イイネ数 can be set.
        """
        row, proposal = self.row, self.proposal
        if proposal is None or proposal.code != row.code:
            if proposal and not (self.reader.has("likes") or self.reader.has("old_likes")):
                return proposal.imported_like_count, proposal.imported_likes_on
            return row.likes + row.old_likes, row.likes_on
        if not self.reader.has("old_likes"):
            return proposal.imported_like_count, proposal.imported_likes_on
        return row.old_likes, row.likes_on or proposal.imported_likes_on

    def kept(self) -> dict[str, Any]:
        """Return the proposal's values for the columns that the file does not have."""
        proposal = self.proposal
        assert proposal is not None  # noqa: S101 - only called then
        kept = {what: getattr(proposal, name) for what, name in self.KEPT.items() if not self.reader.has(what)}
        if self.row.is_anonymous:
            kept["name"] = ""
        if not (self.reader.has("question") or self.reader.has("question_number")):
            kept["question"] = proposal.question
        if proposal.batch:
            for what, value in (("event", proposal.batch.event_name), ("held_on", proposal.batch.held_on)):
                if not self.reader.has(what):
                    kept[what] = value
        return kept


def differences(row: ImportRow, proposal: Proposal) -> list[tuple[str, str, str]]:
    """Return (column title, value now, value in the file), in readable form, for each column that differs."""
    changed: list[tuple[str, str, str]] = []
    if proposal.question_id != row.question.pk:
        changed.append((TITLES["question"][0], proposal.question.text, row.question.text))
    lines: list[Compared] = [
        ("title", proposal.title, row.title),
        ("body", proposal.body, row.body),
        ("name", proposal.public_name, row.name),
        ("channel", proposal.channel, row.channel),
    ]
    if proposal.batch is not None:  # likes, tags and the other details of residents' own proposals belong to the portal
        lines += _details(row, proposal, proposal.batch)
    for what, now, then in lines:
        if now != then:
            word = WORDED.get(what, str)
            changed.append((TITLES[what][0], word(now), word(then)))
    return changed


def _details(row: ImportRow, proposal: Proposal, batch: Batch) -> list[Compared]:
    lines: list[Compared] = [
        ("old_likes", proposal.imported_like_count, row.likes),
        ("likes_on", proposal.imported_likes_on, row.likes_on),
        ("event", batch.event_name, row.event),
        ("held_on", batch.held_on, row.held_on),
        ("group", proposal.group_label, row.group),
        ("age_band", proposal.age_band, row.age_band),
        ("district", proposal.district, row.district),
        ("relation", proposal.relation, row.relation),
    ]
    if row.posted is not None:
        lines.append(("posted", proposal.published_at, row.posted))
    tags = [tag.name for tag in proposal.tags.all() if tag.is_approved]
    if row.tags and {fold(name) for name in row.tags} not in ({fold(name) for name in tags}, _all_tags(proposal)):
        lines.append(("tags", "、".join(sorted(tags)), "、".join(row.tags)))
    return lines


def _all_tags(proposal: Proposal) -> set[str]:
    """Return the folded names of all tags, including those that wait for approval: this file may have brought them."""
    return {fold(tag.name) for tag in proposal.tags.all()}


def _label(choices: type[Choices]) -> Callable[[object], str]:
    """Return a function that turns a choice's value into its label."""
    words = dict(choices.choices)
    return lambda value: str(words.get(value, value))


def _local(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


WORDED: dict[str, Callable[[Any], str]] = {
    "name": lambda value: value or _("匿名"),
    "posted": _local,
    "likes_on": lambda value: str(value or ""),
    "held_on": lambda value: str(value or ""),
    "channel": _label(Channel),
    "age_band": _label(AgeBand),
    "district": _label(District),
    "relation": _label(Relation),
}
