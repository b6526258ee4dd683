"""Undo a redaction within a day."""

from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.actions.moderation.cases import is_open_elsewhere
from apps.consultations.actions.moderation.decision_notifications import notify_of_undo
from apps.consultations.actions.moderation.redaction import Written, write_changes
from apps.consultations.actions.proposals import set_tags
from apps.consultations.models import ActionRefused, Comment, Decision, ModerationCase, Proposal, RedactedWords
from apps.core.sealing import Unsealable
from apps.core.wake_tasks import wake
from apps.operations.models import AuditEntry


@transaction.atomic
def undo_redaction(*, case: ModerationCase, by: User) -> Decision:
    """Undo the last redaction of a text and reopen its case. Return the undone decision.

    Raises ActionRefused when the time is over, or the text changed meanwhile. Quotes elsewhere that changed meanwhile stay as
    they are, and so do immutable ones (a published reply, a result report).
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    text = case.text.locked()
    redacted = RedactedWords.objects.in_time().for_target(text).select_for_update(of=("self",)).first()
    if redacted is None or text.erased_at:
        raise ActionRefused(_("元に戻せる伏せた部分がありません。伏せてから24時間を過ぎると、元に戻せません。"))
    decision = redacted.decision
    _restore(redacted, text)
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])
    redacted.delete()
    _open_again(decision)
    facts = {"undone": decision.action, "before": text.state, "after": text.state}
    AuditEntry.record("undo", text, by=by, case=decision.case_id, **facts)
    notify_of_undo(decision, text)
    wake("proposal-changed")
    return decision


def _restore(redacted: RedactedWords, text: Proposal | Comment) -> None:
    """Restore the former value of every column that still holds what the redaction left."""
    try:
        words = redacted.words
    except Unsealable as error:
        raise ActionRefused(_("もとのことばを読み出せないため、元に戻せません。")) from error
    own: list[Written] = []
    rows: dict[tuple[str, int], models.Model | None] = {}
    for label, pk, column, before, after in words:
        is_text = (label, pk) == (text._meta.label, text.pk)
        if is_text and column == "tags" and isinstance(text, Proposal):
            set_tags(proposal=text, names=before.split("、"))
            continue
        row = text if is_text else rows.get((label, pk)) or apps.get_model(label)._base_manager.filter(pk=pk).first()
        rows[label, pk] = row
        if is_text and getattr(row, column) != after:
            raise ActionRefused(_("伏せたあとに文が変わったため、元に戻せません。"))
        if is_text:
            own.append((row, column, before))
        elif row is not None and getattr(row, column) == after:
            _restore_copy(row, column, before)
    write_changes(own)


def _restore_copy(row: models.Model, column: str, before: object) -> None:
    """Restore a quote; what a trigger of the database protects stays redacted."""
    try:
        with transaction.atomic():
            write_changes([(row, column, before)])
    except DatabaseError:
        row.refresh_from_db(fields=[column])


def _open_again(decision: Decision) -> None:
    """Reopen the case of the redaction, unless it was decided on since, or another case is open."""
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=decision.case_id)
    if case.decision_id == decision.pk and not is_open_elsewhere(case):
        case.decision, case.closed_at = Decision.objects.in_force().of_case(case).first(), None
        case.save(update_fields=["decision", "closed_at"])


def forget_redacted_words() -> int:
    """Delete redacted words that can no longer be restored. Return how many redactions."""
    return RedactedWords.objects.forget_due()
