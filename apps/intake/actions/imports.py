"""Upload, check and import files of proposals, and request exports. Long work runs in jobs."""

import uuid
from collections.abc import Collection
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.consultations.models import Batch, Consultation, Proposal, ProposalRevision, ProposalTag, Tag
from apps.consultations.models.batch import require_intake
from apps.core.concurrency import wait_for_turn
from apps.core.submission import content_key
from apps.core.text import file_name, tag_key
from apps.core.wake_tasks import wake
from apps.intake.actions.batches import AT_ONCE, KNOWN, publish_proposals
from apps.intake.actions.former_wordings import facts_of
from apps.intake.services.import_plan import Plan
from apps.intake.services.row_reader import ImportRow
from apps.operations.models import AuditEntry, Job

CHANGED = [
    "question", "title", "body", "public_name", "channel", "published_at", "imported_like_count", "imported_likes_on",
    "batch", "group_label", "age_band", "district", "relation", "search_text", "search_bigrams", "updated_at",
]  # fmt: skip


@transaction.atomic
def upload(
    *,
    consultation: Consultation,
    file: "UploadedFile[bytes]",
    channel: str,
    likes_on: date | None,
    by: User,
    submit_key: uuid.UUID,
    use_names: bool = False,
) -> Batch:
    """Store the uploaded file privately for checking and return its batch. Idempotent per `submit_key`.

    Raises ActionRefused when the consultation takes no proposals from staff now.
    """
    name = file.name or ""
    key = content_key(
        submit_key, by=by, consultation=consultation, file=file, file_name=file.name, channel=channel, likes_on=likes_on,
        use_names=use_names,
    )  # fmt: skip
    wait_for_turn(f"upload:{key}")
    existing = Batch.objects.filter(submit_key=key).first()
    if existing:
        return existing
    require_intake(consultation)
    batch = Batch(
        consultation=consultation,
        source=Batch.Source.FILE,
        channel=channel,
        likes_on=likes_on,
        use_names=use_names,
        file_name=file_name(name),
        entered_by=by,
        submit_key=key,
    )
    batch.file.save(f"{key}.{name.rsplit('.', 1)[-1].lower()}", file, save=False)
    batch.save(force_insert=True)
    return batch


@transaction.atomic
def request_export(*, consultation: Consultation, kind: str, form: str, by: User) -> Job:
    """Enqueue the writing of an export file and audit it. Return the job."""
    audit_export(consultation=consultation, kind=kind, form=form, by=by)
    return Job.objects.enqueue(
        kind="export-proposals",
        key=f"{consultation.pk}:{kind}:{form}:{by.pk}",
        title=f"意見の書き出し：{consultation}"[:200],
        about=consultation,
        url=f"{reverse('admin:consultations_batch_export')}?consultation={consultation.slug}",
        by=by,
        arguments={"consultation": consultation.pk, "kind": kind, "form": form},
    )[0]


def audit_export(*, consultation: Consultation, kind: str, form: str, by: User) -> None:
    """Record in the audit trail who exported which file."""
    AuditEntry.record("export", consultation, by=by, kind=kind, form=form)


def request_check(*, batch: Batch, by: User) -> Job:
    """Enqueue the check of an uploaded file, which imports nothing. Return the job."""
    return _enqueue("check-import", str(batch.pk), f"取り込みの確認：{batch}", batch, by, {})[0]


def request_import(*, batch: Batch, by: User, skip_bad: bool, take: Collection[str] = ()) -> tuple[Job, bool]:
    """Enqueue the import of a checked file. Return the job and whether it is new: one import at a time per consultation.

    skip_bad: leave out the rows that cannot be read; take: which of "update", "odd" and "same" to import beside the new
    rows without doubts.
    """
    key = f"consultation-{batch.consultation_id}"
    arguments = {"skip_bad": skip_bad, "take": sorted(take)}
    return _enqueue("import-proposals", key, f"意見の取り込み：{batch}", batch, by, arguments)


def _enqueue(kind: str, key: str, title: str, batch: Batch, by: User, arguments: dict[str, object]) -> tuple[Job, bool]:
    return Job.objects.enqueue(
        kind=kind,
        key=key,
        title=title[:200],
        about=batch,
        url=batch.get_absolute_url(),
        by=by,
        arguments={"batch": batch.pk, **arguments},
    )


@transaction.atomic
def import_rows(*, batch: Batch, plan: Plan) -> None:
    """Add and change the proposals of one chunk of a file, in the transaction in which the job saves its progress.

    Raises ActionRefused if the batch was withdrawn.
    """
    Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk).require_not_withdrawn()
    batches = EventBatches(batch)
    new = [(row, as_proposal(row, new_proposal(row), batches)) for row in plan.add]
    publish_proposals([proposal for _row, proposal in new])
    save_former_wordings([change.proposal for change in plan.update], batch)
    changed = [(change.row, as_proposal(change.row, change.proposal, batches)) for change in plan.update]
    now = timezone.now()
    for _row, proposal in changed:
        proposal.updated_at = now
        proposal.full_clean(validate_unique=False, validate_constraints=False, exclude=KNOWN)
        proposal.fill_search()
    Proposal.objects.bulk_update([proposal for _row, proposal in changed], CHANGED, batch_size=AT_ONCE)
    set_many_tags([(row.tags, proposal) for row, proposal in [*new, *changed] if row.tags])
    if changed:
        wake("proposal-changed")


def new_proposal(row: ImportRow) -> Proposal:
    """Return an unsaved proposal with the number and key by which a later import matches it."""
    return Proposal(external_id=row.number, import_key=row.key)


def save_former_wordings(proposals: list[Proposal], batch: Batch) -> None:
    """Save what the proposals say now as revisions, so that withdrawing the batch can restore it."""
    ProposalRevision.objects.bulk_create(
        [
            ProposalRevision(
                proposal=proposal, title=proposal.title, body=proposal.body, facts=facts_of(proposal), batch=batch
            )
            for proposal in proposals
        ],
        batch_size=AT_ONCE,
    )


class EventBatches:
    """Get or create the batch of each event that a file names; rows without an event belong to the file's own batch."""

    def __init__(self, batch: Batch) -> None:
        self.batch, self.known = batch, dict[tuple[str, date | None, str], Batch]()

    def for_row(self, row: ImportRow) -> Batch:
        """Return the batch that a row belongs to."""
        if not row.event and not row.held_on:
            return self.batch
        key = (row.event, row.held_on, row.channel)
        if key not in self.known:
            self.known[key] = Batch.objects.get_or_create(
                consultation=self.batch.consultation,
                source=Batch.Source.FILE,
                event_name=row.event,
                held_on=row.held_on,
                channel=row.channel,
                file_name="",
                part_of=self.batch,
                defaults={"entered_by": self.batch.entered_by, "imported_at": timezone.now()},
            )[0]
        return self.known[key]


def as_proposal(row: ImportRow, proposal: Proposal, batches: EventBatches) -> Proposal:
    """Copy the row's values into the proposal and return it, unsaved."""
    batch = proposal.batch
    if batch is None or (batch.event_name, batch.held_on) != (row.event, row.held_on):
        proposal.batch = batches.for_row(row)  # if the event stays the same, so does the batch
    proposal.question = row.question
    proposal.title, proposal.body, proposal.public_name = row.title, row.body, row.name
    proposal.channel, proposal.group_label = row.channel, row.group
    proposal.published_at = row.posted or proposal.published_at
    proposal.imported_like_count, proposal.imported_likes_on = row.likes, row.likes_on
    proposal.age_band, proposal.district, proposal.relation = row.age_band, row.district, row.relation
    return proposal


@transaction.atomic
def set_many_tags(pairs: list[tuple[list[str], Proposal]]) -> None:
    """Replace the tags of many proposals; a tag that is new waits for approval by staff."""
    known = {tag.key: tag for tag in Tag.objects.named_or_new(name for tags, _proposal in pairs for name in tags)}
    ProposalTag.objects.on_proposals([proposal for _tags, proposal in pairs]).delete()
    items = [
        ProposalTag(tag=known[key], content_object=proposal)
        for tags, proposal in pairs
        for key in dict.fromkeys(tag_key(name) for name in tags)
        if key
    ]
    ProposalTag.objects.bulk_create(items, batch_size=AT_ONCE)


@transaction.atomic
def finish_import(*, batch: Batch, counts: dict[str, int], by_id: int | None) -> None:
    """Save the counts, audit the import and delete the file. Idempotent."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.imported_at:
        return
    batch.imported_at, batch.result = timezone.now(), {**batch.result, "imported": counts}
    batch.save(update_fields=["imported_at", "result"])
    AuditEntry.record("import", batch, by=batch.entered_by, requested_by=by_id, counts=counts)
    batch.forget_file()


@transaction.atomic
def save_check_result(*, batch: Batch, result: dict[str, object]) -> None:
    """Save the result of the check with the batch."""
    batch.result, batch.checked_at = result, timezone.now()
    batch.save(update_fields=["result", "checked_at"])
