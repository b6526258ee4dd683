"""Redact a part of a text that names somebody (伏せる), or erase all of it for a legal reason (完全削除).

A redaction can be undone for a day (`redaction_undo`); an erasure cannot, so two people decide (`erasure_requests`).

Columns that may repeat the text change with it: models declare them (`core.copies`). Files that may hold the words are
deleted early. Analysis rereads changed proposals by itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.actions.moderation.cases import close_case
from apps.consultations.models import (
    ActionRefused,
    Batch,
    Comment,
    Decision,
    ErasureRequest,
    ModerationCase,
    Proposal,
    ProposalRevision,
    RedactedWords,
    State,
    Tag,
    Topic,
)
from apps.consultations.models.base import ERASED
from apps.consultations.models.revision import TITLE_MAX
from apps.core.copies import MARK, copies_of, empty_copies, strike_row, struck
from apps.core.text import replace_part, spans_of
from apps.operations.models import AuditEntry, Job, Notification

Written = tuple[models.Model, str, object]  # a row, its column, and the value that it gets

Action = Decision.Action
EXPORTS, CHECKS = "export-proposals", "check-import"
MIN_REPEATED = 6  # characters; a shorter wording is not taken for a quote in a reason
MIN_QUOTED = 10  # characters; shorter sentences of an erased text are not redacted where the city quotes them
SENTENCE = re.compile(r"[^。！？!?\n]+")


@dataclass(frozen=True)
class Change:
    """One column of one row in which a part is replaced: value before and after, and number of places."""

    row: models.Model
    column: str
    before: Any
    after: Any
    places: int
    is_wording: bool  # of the text itself, as people read it; else somebody repeated it

    @property
    def label(self) -> str:
        """Return a label for staff: what of the text changes."""
        names = {"title": _("見出し"), "body": _("本文"), "public_name": _("表示名"), "tags": _("タグ")}
        if isinstance(self.row, ProposalRevision):
            names = {"title": _("編集前の見出し"), "body": _("編集前の本文")}
        return names.get(self.column, "")


def wordings_of(text: Proposal | Comment) -> list[str]:
    """Return all texts of a proposal or comment, including earlier wordings."""
    return [getattr(row, column) for row, column in _wordings(text)]


def _wordings(text: Proposal | Comment) -> list[tuple[Proposal | Comment | ProposalRevision, str]]:
    """Return (row, column) of all texts, including earlier wordings."""
    if isinstance(text, Comment):
        return [(text, "body")]
    rows: list[Proposal | ProposalRevision] = [text, *text.revisions.all()]
    return [(row, column) for row in rows for column in ("title", "body")]


def changes_of(text: Proposal | Comment, part: str) -> list[Change]:
    """Return all changes that replacing a part makes, unsaved. Used by the preview and by `redact`."""
    changes = [*_own_changes(text, part)]
    done = {(change.row._meta.label, change.row.pk, change.column) for change in changes}
    # One object for each row, however many of its columns change: what is saved is read together.
    rows = {(change.row._meta.label, change.row.pk): change.row for change in changes}
    for row, column in _copies(text):
        same = rows.setdefault((row._meta.label, row.pk), row)
        before, after = getattr(same, column), struck(same, column, [part])
        if after != before and (row._meta.label, row.pk, column) not in done:
            changes.append(Change(same, column, before, after, 1, is_wording=False))
    return changes


def _own_changes(text: Proposal | Comment, part: str) -> Iterator[Change]:
    """Yield the changes of the text itself: wordings, public name, tags, and fields of an import file."""
    for row, column in _wordings(text):
        before = getattr(row, column)
        after, places = _redacted_title(part, before) if column == "title" else replace_part(part, before, MARK)
        if places:
            yield Change(row, column, before, after, places, is_wording=True)
    if spans_of(part, text.public_name):
        yield Change(text, "public_name", text.public_name, "", 1, is_wording=True)
    if isinstance(text, Proposal):
        for column in ("group_label", "external_id"):
            before = getattr(text, column)
            after, places = replace_part(part, before, "●●")
            if places:
                yield Change(text, column, before, after, places, is_wording=False)
        names = [tag.name for tag in text.tags.all()]
        remaining = [name for name in names if not spans_of(part, name)]
        if remaining != names:
            yield Change(
                text, "tags", "、".join(names), "、".join(remaining), len(names) - len(remaining), is_wording=True
            )


def _copies(text: Proposal | Comment) -> Iterator[tuple[models.Model, str]]:
    """Yield (row, column) of what may quote the text, in every app and in notifications."""
    for rows, copied in copies_of(text):
        yield from ((row, copied.column) for row in rows)
    for row in _notifications(text):
        yield from ((row, column) for column in ("title", "body"))


@transaction.atomic
def redact(*, case: ModerationCase, by: User, part: str) -> int:
    """Replace a part of a text by ●●（個人情報のため） in every wording. Return the number of places. Undoable for a day.

    The case is closed unless the text waits for approval or an appeal. Raises ActionRefused if the part is not found.
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    text = case.text.locked()
    if text.erased_at:
        raise ActionRefused(_("完全に削除されています。"))
    changes = changes_of(text, part)
    places = sum(change.places for change in changes if change.is_wording)
    if not places:
        raise ActionRefused(_("この部分は、本文にも見出しにも見つかりません。"))
    write_changes((change.row, change.column, change.after) for change in changes if change.column != "tags")
    if isinstance(text, Proposal):
        _drop_tags(part, text)
        text.save(update_fields=["updated_at"])
    waits_on = case.closed_at is None and text.state != State.PUBLISHED
    former, was_open = case.decision, case.closed_at is None
    decision = close_case(case, text, action=Action.REDACT, state=text.state, by=by, article=text.hidden_for)
    RedactedWords.objects.keep(
        decision,
        [[change.row._meta.label, change.row.pk, change.column, change.before, change.after] for change in changes],
    )
    if waits_on and was_open:
        case.decision, case.closed_at = former, None
        case.save(update_fields=["decision", "closed_at"])
    _drop_files(text)
    return places


@transaction.atomic
def write_changes(changes: Iterable[Written]) -> None:
    """Save new values (row, column, value). Search columns follow by `save`."""
    rows: dict[int, tuple[models.Model, list[str]]] = {}  # a row may have been read twice, each time for another column
    for row, column, words in changes:
        setattr(row, column, words)
        rows.setdefault(id(row), (row, []))[1].append(column)
    for row, columns in rows.values():
        is_text = isinstance(row, Proposal | Comment)
        row.save(update_fields=[*columns, "updated_at"] if is_text else columns)


def _drop_tags(part: str, text: Proposal) -> int:
    """Remove tags that contain the part. Return how many."""
    named = [tag for tag in text.tags.all() if spans_of(part, tag.name)]
    text.tags.remove(*named)
    Tag.objects.forget_unused()
    return len(named)


def _redacted_title(part: str, title: str) -> tuple[str, int]:
    """Return the redacted title, the mark alone if it would grow too long, and the number of places."""
    redacted, places = replace_part(part, title, MARK)
    return (redacted if len(redacted) <= TITLE_MAX else MARK), places


def _notifications(text: Proposal | Comment) -> models.QuerySet[Notification]:
    """Return notifications about the text and its topics, whose titles may contain a part."""
    pages = [text.get_absolute_url(), *(topic.get_absolute_url() for topic in Topic.objects.repeating(text))]
    return Notification.objects.leading_to(pages)


def _strike_notifications(text: Proposal | Comment, parts: list[str]) -> None:
    for row in _notifications(text):
        for column in ("title", "body"):
            strike_row(row, column, parts)


def _drop_files(text: Proposal | Comment) -> None:
    """Delete files that may hold the words: exports of staff, and import files that wait, with their checks."""
    Job.objects.filter(kind=EXPORTS).drop_files()
    Job.objects.filter(kind=CHECKS).drop_files()
    for batch in Batch.objects.repeating(text):
        batch.forget_file()


@transaction.atomic
def erase(*, request: ErasureRequest, by: User) -> Decision:
    """Erase a text for good (完全削除): only a placeholder is left. For what the law forbids to keep.

    Called only by `confirm_erasure`, which ensures the two-person rule. Locks case and text.
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=request.case_id)
    text = case.text.locked()
    if text.erased_at:
        raise ActionRefused(_("完全に削除されています。"))
    reason, sentences = request.reason, _sentences_of(text)
    empty_copies(text, sentences)
    _strike_notifications(text, sentences)
    _empty(text)
    RedactedWords.objects.for_target(text).delete()
    state = State.WITHDRAWN if text.state == State.WITHDRAWN else State.HIDDEN
    decision = close_case(case, text, action=Action.ERASE, state=state, by=by, article=request.article)
    AuditEntry.record("erase_reason", text, by=by, reason=reason, case=case.pk)
    _drop_files(text)
    return decision


def require_no_words(text: Proposal | Comment, reason: str) -> None:
    """Raise ActionRefused if a reason quotes the text: the audit trail cannot be redacted."""
    if any(len(wording) >= MIN_REPEATED and spans_of(wording, reason) for wording in wordings_of(text)):
        raise ActionRefused(_("根拠に、消す文のことばを書かないでください。"))


def _sentences_of(text: Proposal | Comment) -> list[str]:
    """Return the sentences of a text that are long enough to be recognised as quotes, longest first."""
    sentences = {sentence.strip() for wording in wordings_of(text) for sentence in SENTENCE.findall(wording)}
    return sorted((sentence for sentence in sentences if len(sentence) >= MIN_QUOTED), key=len, reverse=True)


def _empty(text: Proposal | Comment) -> None:
    """Clear texts, name and attributes of the row; `save` updates the search columns."""
    text.body, text.public_name, text.erased_at = ERASED, "", timezone.now()
    fields = ["body", "public_name", "erased_at", "updated_at"]
    if isinstance(text, Proposal):
        text.title, text.age_band, text.district, text.relation = "", "", "", ""
        fields += ["title", "age_band", "district", "relation"]
        text.revisions.all().delete()
        text.tags.clear()
        Tag.objects.forget_unused()
    text.save(update_fields=fields)
