"""Taking words away: a part that names somebody (伏せる), or all of a text for a legal reason (完全削除). Neither can be undone.

Whatever stores a copy of the words changes with them: models say so beside their columns (`core.copies`). Files that may
hold them go before their time. Analysis reads its own rows anew when it hears that a proposal changed.
"""

import re
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.actions.moderation import close
from apps.consultations.models import (
    Batch,
    Comment,
    Decision,
    ModerationCase,
    PolicyArticle,
    Proposal,
    Refused,
    State,
    Tag,
    Topic,
)
from apps.consultations.models.revision import TITLE_MAX
from apps.consultations.models.shared import ERASED
from apps.core.copies import MARK, empty_copies, strike_copies, strike_row
from apps.core.text import replace_part, spans_of
from apps.operations.models import AuditEntry, Job, Notification

Action = Decision.Action
EXPORTS, CHECKS = "export-proposals", "check-import"
TELLING = 6  # letters from which on a wording is told again by a reason that repeats it
QUOTABLE = 10  # letters from which on a sentence of an erased text is struck out where the city repeats it
SENTENCE = re.compile(r"[^。！？!?\n]+")


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
    strike_copies(text, [part])
    _strike_notifications(text, [part])
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
        places, fields = places + more + _drop_tags(part, text), ["title", *fields]
        for column in ("group_label", "external_id"):
            setattr(text, column, replace_part(part, getattr(text, column), "●●")[0])
            fields.append(column)
        for old in text.revisions.all():
            old.title, in_title = _redacted_title(part, old.title)
            old.body, in_body = replace_part(part, old.body, MARK)
            places += in_title + in_body
            old.save(update_fields=["title", "body"])
    if spans_of(part, text.public_name):
        text.public_name, places, fields = "", places + 1, ["public_name", *fields]
    text.save(update_fields=fields)
    return places


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


def _strike_notifications(text: Any, parts: list[str]) -> None:
    """What people were told names a topic by its title, which may say a part."""
    pages = [text.get_absolute_url(), *(topic.get_absolute_url() for topic in Topic.objects.repeating(text))]
    for row in Notification.objects.leading_to(pages):
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
    sentences = _sentences_of(text)
    empty_copies(text, sentences)
    _strike_notifications(text, sentences)
    _empty(text)
    state = State.WITHDRAWN if text.state == State.WITHDRAWN else State.HIDDEN
    decision = close(case, text, action=Action.ERASE, state=state, by=by, article=article)
    AuditEntry.record("erase_reason", text, by=by, reason=reason, case=case.pk)
    _drop_files(text)
    return decision


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
