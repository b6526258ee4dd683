"""Enter a list of proposals that were collected on paper (まとめ入力). They never carry the name of who typed them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused, Batch, Proposal, Question, State
from apps.consultations.models.batch import require_intake
from apps.consultations.models.codes import next_codes
from apps.core.submission import content_key
from apps.core.wake_tasks import wake
from apps.operations.models import AuditEntry

AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """One sticky note (付箋): its text, and the table or group it came from."""

    number: int
    body: str
    group: str = ""


@transaction.atomic
def enter_batch(
    *,
    question: Question,
    channel: str,
    event_name: str,
    held_on: date,
    lines: Sequence[Line],
    by: User,
    submit_key: uuid.UUID,
) -> tuple[Batch, bool]:
    """Publish proposals that people wrote on paper. Return the batch and whether it is new. Idempotent per `submit_key`.

    They are public at once, without author and name; who typed them is kept with the batch and in the audit trail.
    Raises ActionRefused before the opening, after the city's answer and for staff of other departments.
    """
    key = content_key(
        submit_key, by=by, question=question, channel=channel, event_name=event_name, held_on=held_on, lines=lines
    )
    existing = Batch.objects.filter(submit_key=key).first()
    if existing:
        return existing, False
    require_intake(question.consultation)
    if not by.has_perm("consultations.change_consultation", question.consultation):
        raise ActionRefused(_("このテーマの所管課か事務局の職員だけが入力できます。"))
    batch = Batch(
        consultation=question.consultation,
        channel=channel,
        event_name=event_name,
        held_on=held_on,
        entered_by=by,
        submit_key=key,
    )
    batch.full_clean(validate_unique=False, exclude=["consultation", "entered_by"])
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError:
        return Batch.objects.get(submit_key=key), False
    publish_proposals(
        [
            Proposal(question=question, batch=batch, channel=channel, body=line.body, group_label=line.group)
            for line in lines
        ]
    )
    AuditEntry.record("enter_batch", batch, by=by, consultation=batch.consultation_id, voices=len(lines))
    return batch, True


def publish_proposals(proposals: Sequence[Proposal]) -> None:
    """Create public proposals without author; codes are assigned here. Raises ValidationError if one is not valid."""
    now = timezone.now()
    for proposal, code in zip(proposals, next_codes(len(proposals)) if proposals else [], strict=True):
        proposal.code, proposal.state, proposal.author = code, State.PUBLISHED, None
        proposal.consultation = proposal.question.consultation
        proposal.published_at = proposal.published_at or now
        proposal.full_clean(validate_unique=False, validate_constraints=False, exclude=KNOWN)
        proposal.fill_search()
    Proposal.objects.bulk_create(proposals, batch_size=AT_ONCE)
    wake("proposal-changed")


KNOWN = ["question", "consultation", "author", "batch", "code"]
