"""Taking words away: a part that names somebody (伏せる), or all of a text for a legal reason (完全削除). Neither can be undone.

Whatever stores a copy of the words changes with them: earlier wordings, search columns, notices, reports, requests,
appeals, notes, the files of exports. Analysis reads its own rows anew when it hears that a proposal changed.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.actions.moderation import close
from apps.consultations.models import (
    AbuseReport,
    Comment,
    Decision,
    InternalNote,
    ModerationCase,
    PolicyArticle,
    Proposal,
    Refused,
    State,
    TakedownRequest,
)
from apps.consultations.models.revision import TITLE_MAX
from apps.consultations.models.shared import ERASED
from apps.core.text import replace_part, spans_of
from apps.operations.models import AuditEntry, Job, Notification

Action = Decision.Action
MARK = "●●（個人情報のため）"
EXPORTS = "export-proposals"
TELLING = 6  # letters from which on a wording is told again by a reason that repeats it


def wordings_of(text: Proposal | Comment) -> list[str]:
    """Everything that the text says or once said."""
    if isinstance(text, Comment):
        return [text.body]
    earlier = [wording for old in text.revisions.all() for wording in (old.title, old.body)]
    return [text.title, text.body, *earlier]


@transaction.atomic
def redact(*, case: ModerationCase, by: Any, part: str) -> int:
    """Replace a part of a text, in every wording, by ●●（個人情報のため）; in how many places it stood.

    The case is closed with it unless the text waits for something else (approval, or an appeal).
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    text = case.text.locked()
    if text.erased_at:
        raise Refused(_("完全に削除されています。"))
    places = _redact_wordings(text, part)
    if not places:
        raise Refused(_("この部分は、本文にも見出しにも見つかりません。"))
    _redact_copies(text, part)
    refresh_notices(text)
    waits_on = case.closed_at is None and text.state != State.PUBLISHED
    decision, opened = case.decision, case.closed_at is None
    close(case, text, action=Action.REDACT, state=text.state, by=by, article=text.hidden_for)
    if waits_on and opened:
        case.decision, case.closed_at = decision, None
        case.save(update_fields=["decision", "closed_at"])
    _drop_files(text)
    return places


def _redact_wordings(text: Any, part: str) -> int:
    text.body, places = replace_part(part, text.body, MARK)
    fields = ["body", "updated_at"]
    if isinstance(text, Proposal):
        text.title, more = _redacted_title(part, text.title)
        places, fields = places + more, ["title", *fields]
        for old in text.revisions.all():
            old.title, in_title = _redacted_title(part, old.title)
            old.body, in_body = replace_part(part, old.body, MARK)
            places += in_title + in_body
            old.save(update_fields=["title", "body"])
    text.save(update_fields=fields)
    return places


def _redacted_title(part: str, title: str) -> tuple[str, int]:
    """A title that would grow too long is the mark alone."""
    redacted, places = replace_part(part, title, MARK)
    return (redacted if len(redacted) <= TITLE_MAX else MARK), places


def _copies(text: Any) -> list[tuple[Any, str]]:
    """Where people may have quoted the text: (rows, the column of their words)."""
    copies = [
        (AbuseReport.objects.about(text), "text"),
        (ModerationCase.objects.about(text), "detail"),
        (Decision.objects.about(text), "appeal"),
        (Decision.objects.about(text), "note"),
        (TakedownRequest.objects.about(text), "reason"),
    ]
    return [*copies, (InternalNote.objects.on(text), "body")] if isinstance(text, Proposal) else copies


def _redact_copies(text: Any, part: str) -> None:
    for rows, column in _copies(text):
        for row in rows:
            words = getattr(row, column)
            if spans_of(part, words):
                setattr(row, column, replace_part(part, words, MARK)[0])
                row.save(update_fields=[column])


def _drop_files(text: Any) -> None:
    """Files that may hold the words go before their time: the exports of staff, and the file that the text came in by."""
    Job.objects.of_kind(EXPORTS).drop_files()
    batch = text.batch if isinstance(text, Proposal) else None
    if batch is not None and batch.file:
        batch.forget_file()


def refresh_notices(text: Any) -> None:
    """What people were told quotes the beginning of a text: from now on the present one."""
    if isinstance(text, Proposal):
        Notification.objects.rewrite(kind="liked", key=text.code, body=text.heading)
    else:
        Notification.objects.rewrite(kind="comment", key=str(text.pk), body=text.body[:120])


@transaction.atomic
def erase(*, case: ModerationCase, by: Any, article: PolicyArticle, reason: str) -> Decision:
    """完全削除: nothing of the text is left but a placeholder. For what the law forbids to keep.

    reason: goes into the audit trail, so it must not repeat the words. Raises Refused when it was done before.
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    text = case.text.locked()
    if text.erased_at:
        raise Refused(_("完全に削除されています。"))
    if any(len(wording) >= TELLING and spans_of(wording, reason) for wording in wordings_of(text)):
        raise Refused(_("根拠に、消す文のことばを書かないでください。"))
    _empty(text)
    for rows, column in _copies(text):
        rows.order_by().update(**{column: ERASED if column == "body" else ""})
    refresh_notices(text)
    state = State.WITHDRAWN if text.state == State.WITHDRAWN else State.HIDDEN
    decision = close(case, text, action=Action.ERASE, state=state, by=by, article=article)
    AuditEntry.record("erase_reason", text, by=by, reason=reason, case=case.pk)
    _drop_files(text)
    return decision


def _empty(text: Any) -> None:
    """The row without words, name and attributes; `save` fills the search columns from what is left: the mark is no word."""
    text.body, text.public_name, text.erased_at = ERASED, "", timezone.now()
    fields = ["body", "public_name", "erased_at", "updated_at"]
    if isinstance(text, Proposal):
        text.title, text.age_band, text.district, text.relation = "", "", "", ""
        fields += ["title", "age_band", "district", "relation"]
        text.revisions.all().delete()
        text.tags.clear()
    text.save(update_fields=fields)
