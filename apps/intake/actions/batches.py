"""What staff bring in: a list typed after a workshop, a file. Never under the name of who typed it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.models import ActionRefused, Batch, Proposal, Question, State
from apps.consultations.models.batch import require_intake
from apps.consultations.models.codes import next_codes
from apps.core.submission import content_key
from apps.core.wake_tasks import wake
from apps.operations.models import AuditEntry

AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """One 付箋: the words on it, and the table or group it came from."""

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
    by: Any,
    submit_key: uuid.UUID,
) -> tuple[Batch, bool]:
    """Publish voices that people wrote on paper; the batch and whether it is new: a second press adds nothing.

    They are public at once, without author and name. Who typed them is kept with the batch and in the audit trail.
    Raises ActionRefused before the opening and after the city's answer.
    """
    key = content_key(
        submit_key, by=by, question=question, channel=channel, event_name=event_name, held_on=held_on, lines=lines
    )
    repeated = Batch.objects.filter(submit_key=key).first()
    if repeated:
        return repeated, False
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
    publish_voices(
        [
            Proposal(question=question, batch=batch, channel=channel, body=line.body, group_label=line.group)
            for line in lines
        ]
    )
    AuditEntry.record("enter_batch", batch, by=by, consultation=batch.consultation_id, voices=len(lines))
    return batch, True


def publish_voices(voices: Sequence[Proposal]) -> None:
    """Make voices without author public, each checked as one typed on the portal would be; raises ValidationError."""
    now = timezone.now()
    for voice, code in zip(voices, next_codes(len(voices)) if voices else [], strict=True):
        voice.code, voice.state, voice.author = code, State.PUBLISHED, None
        voice.consultation = voice.question.consultation
        voice.published_at = voice.published_at or now
        voice.full_clean(validate_unique=False, validate_constraints=False, exclude=KNOWN)
        voice.fill_search()
    Proposal.objects.bulk_create(voices, batch_size=AT_ONCE)
    wake("proposal-changed")


KNOWN = ["question", "consultation", "author", "batch", "code"]
