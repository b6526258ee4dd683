"""Taking words away: a part that names somebody (伏せる), or all of a text for a legal reason (完全削除).

A part can be put back for a day (`actions.redacting`); what was erased cannot, so two people decide (`actions.asking`).

Whatever stores a copy of the words changes with them: models say so beside their columns (`core.copies`). Files that may
hold them go before their time. Analysis reads its own rows anew when it hears that a proposal changed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.actions.moderation.cases import close
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

Action = Decision.Action
EXPORTS, CHECKS = "export-proposals", "check-import"
TELLING = 6  # letters from which on a wording is told again by a reason that repeats it
QUOTABLE = 10  # letters from which on a sentence of an erased text is struck out where the city repeats it
SENTENCE = re.compile(r"[^。！？!?\n]+")


@dataclass(frozen=True)
class Change:
    """One column of one row in which a part is replaced: what stands there, what will, and in how many places."""

    row: Any
    column: str
    before: Any
    after: Any
    places: int
    is_wording: bool  # of the text itself, as people read it; else somebody repeated it

    @property
    def label(self) -> str:
        """What of the text it is, in words for staff."""
        names = {"title": _("見出し"), "body": _("本文"), "public_name": _("表示名"), "tags": _("タグ")}
        if isinstance(self.row, ProposalRevision):
            names = {"title": _("編集前の見出し"), "body": _("編集前の本文")}
        return names.get(self.column, "")


def wordings_of(text: Proposal | Comment) -> list[str]:
    """Everything that the text says or once said."""
    return [getattr(row, column) for row, column in _wordings(text)]


def _wordings(text: Any) -> list[tuple[Any, str]]:
    """The row and column of everything that the text says or once said."""
    if isinstance(text, Comment):
        return [(text, "body")]
    rows = [text, *text.revisions.all()]
    return [(row, column) for row in rows for column in ("title", "body")]


def changes_of(text: Proposal | Comment, part: str) -> list[Change]:
    """Everything that replacing a part would change; nothing is changed yet. The preview and the act ask the same."""
    found = [*_own_changes(text, part)]
    done = {(one.row._meta.label, one.row.pk, one.column) for one in found}
    # One object for each row, however many of its columns change: what is saved is read together.
    rows = {(one.row._meta.label, one.row.pk): one.row for one in found}
    for row, column in _places_of_copies(text):
        same = rows.setdefault((row._meta.label, row.pk), row)
        before, after = getattr(same, column), struck(same, column, [part])
        if after != before and (row._meta.label, row.pk, column) not in done:
            found.append(Change(same, column, before, after, 1, is_wording=False))
    return found


def _own_changes(text: Any, part: str) -> Iterator[Change]:
    """Of the text itself: its wordings, the name beside it, its tags, and what a file said of it."""
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
        kept = [name for name in names if not spans_of(part, name)]
        if kept != names:
            yield Change(text, "tags", "、".join(names), "、".join(kept), len(names) - len(kept), is_wording=True)


def _places_of_copies(text: Any) -> Iterator[tuple[Any, str]]:
    """The row and column of whatever may repeat the text, in every app, and of what people were told about it."""
    for rows, copied in copies_of(text):
        yield from ((row, copied.column) for row in rows)
    for row in _notifications(text):
        yield from ((row, column) for column in ("title", "body"))


@transaction.atomic
def redact(*, case: ModerationCase, by: Any, part: str) -> int:
    """Replace a part of a text, in every wording, by ●●（個人情報のため）; in how many places it stood.

    The case is closed with it unless the text waits for something else (approval, or an appeal). For a day the words
    before can be put back (`redacting.put_words_back`); until then they are kept sealed.
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
    standing, opened = case.decision, case.closed_at is None
    decision = close(case, text, action=Action.REDACT, state=text.state, by=by, article=text.hidden_for)
    RedactedWords.objects.keep(
        decision, [[one.row._meta.label, one.row.pk, one.column, one.before, one.after] for one in changes]
    )
    if waits_on and opened:
        case.decision, case.closed_at = standing, None
        case.save(update_fields=["decision", "closed_at"])
    _drop_files(text)
    return places


@transaction.atomic
def write_changes(changes: Iterable[tuple[Any, str, Any]]) -> None:
    """Write other words into rows: (row, column, words). A text's search columns and time follow by `save`."""
    rows: dict[int, tuple[Any, list[str]]] = {}  # a row may have been read twice, each time for another column
    for row, column, words in changes:
        setattr(row, column, words)
        rows.setdefault(id(row), (row, []))[1].append(column)
    for row, columns in rows.values():
        is_text = isinstance(row, Proposal | Comment)
        row.save(update_fields=[*columns, "updated_at"] if is_text else columns)


def _drop_tags(part: str, text: Proposal) -> int:
    """Take the tags off that say the part; how many there were."""
    named = [tag for tag in text.tags.all() if spans_of(part, tag.name)]
    text.tags.remove(*named)
    Tag.objects.forget_unused()
    return len(named)


def _redacted_title(part: str, title: str) -> tuple[str, int]:
    """A title that would grow too long is the mark alone."""
    redacted, places = replace_part(part, title, MARK)
    return (redacted if len(redacted) <= TITLE_MAX else MARK), places


def _notifications(text: Any) -> Any:
    """What people were told names a topic by its title, which may say a part."""
    pages = [text.get_absolute_url(), *(topic.get_absolute_url() for topic in Topic.objects.repeating(text))]
    return Notification.objects.leading_to(pages)


def _strike_notifications(text: Any, parts: list[str]) -> None:
    for row in _notifications(text):
        for column in ("title", "body"):
            strike_row(row, column, parts)


def _drop_files(text: Any) -> None:
    """Files that may hold the words go before their time: the exports of staff, and files that are to be brought in.

    Their check has shown what they would change, with the present words; whoever still wants one sends it again.
    """
    Job.objects.of_kind(EXPORTS).drop_files()
    Job.objects.of_kind(CHECKS).drop_files()
    for batch in Batch.objects.repeating(text):
        batch.forget_file()


@transaction.atomic
def erase(*, request: ErasureRequest, by: Any) -> Decision:
    """完全削除: nothing of the text is left but a placeholder. For what the law forbids to keep.

    Called by `asking.confirm_erasure` alone, which sees to it that two people want it. Case and text are locked here.
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=request.case_id)
    text = case.text.locked()
    if text.erased_at:
        raise ActionRefused(_("完全に削除されています。"))
    reason, sentences = request.reason, _sentences_of(text)
    empty_copies(text, sentences)
    _strike_notifications(text, sentences)
    _empty(text)
    RedactedWords.objects.about(text).delete()
    state = State.WITHDRAWN if text.state == State.WITHDRAWN else State.HIDDEN
    decision = close(case, text, action=Action.ERASE, state=state, by=by, article=request.article)
    AuditEntry.record("erase_reason", text, by=by, reason=reason, case=case.pk)
    _drop_files(text)
    return decision


def require_no_words(text: Any, reason: str) -> None:
    """Refuse a reason that repeats the text: it goes into the audit trail, where nothing is taken away."""
    if any(len(wording) >= TELLING and spans_of(wording, reason) for wording in wordings_of(text)):
        raise ActionRefused(_("根拠に、消す文のことばを書かないでください。"))


def _sentences_of(text: Any) -> list[str]:
    """What somebody may have quoted of a text: its sentences, long enough to be nobody else's words."""
    said = {found.strip() for wording in wordings_of(text) for found in SENTENCE.findall(wording)}
    return sorted((words for words in said if len(words) >= QUOTABLE), key=len, reverse=True)


def _empty(text: Any) -> None:
    """The row without words, name and attributes; `save` fills the search columns from what is left: the mark is no word."""
    text.body, text.public_name, text.erased_at = ERASED, "", timezone.now()
    fields = ["body", "public_name", "erased_at", "updated_at"]
    if isinstance(text, Proposal):
        text.title, text.age_band, text.district, text.relation = "", "", "", ""
        fields += ["title", "age_band", "district", "relation"]
        text.revisions.all().delete()
        text.tags.clear()
        Tag.objects.forget_unused()
    text.save(update_fields=fields)
