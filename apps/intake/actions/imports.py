"""Bringing in a file: what was planned becomes voices, in the transaction in which the job notes how far it is."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.consultations.models import Batch, Consultation, Proposal, ProposalRevision, ProposalTag, Tag
from apps.consultations.models.batch import require_intake
from apps.core.concurrency import wait_for_turn
from apps.core.submission import content_key
from apps.core.text import file_name, tag_key
from apps.core.wake_tasks import wake
from apps.intake.actions.batches import AT_ONCE, KNOWN, publish_voices
from apps.intake.former_wordings import facts_of
from apps.intake.import_plan import Plan
from apps.intake.row_reader import ImportRow
from apps.operations.models import AuditEntry, Job

CHANGED = [
    "question", "title", "body", "public_name", "channel", "published_at", "imported_like_count", "imported_likes_on",
    "batch", "group_label", "age_band", "district", "relation", "search_text", "search_bigrams", "updated_at",
]  # fmt: skip


@transaction.atomic
def upload(
    *,
    consultation: Consultation,
    file: Any,
    channel: str,
    likes_on: Any,
    by: Any,
    submit_key: Any,
    use_names: bool = False,
) -> Batch:
    """Keep a file privately until it was looked at and brought in; the same file sent twice by one form is one.

    Raises ActionRefused when voices may not be brought in now.
    """
    key = content_key(
        submit_key, by=by, consultation=consultation, file=file, file_name=file.name, channel=channel, likes_on=likes_on,
        use_names=use_names,
    )  # fmt: skip
    wait_for_turn(f"upload:{key}")
    repeated = Batch.objects.filter(submit_key=key).first()
    if repeated:
        return repeated
    require_intake(consultation)
    batch = Batch(
        consultation=consultation,
        source=Batch.Source.FILE,
        channel=channel,
        likes_on=likes_on,
        use_names=use_names,
        file_name=file_name(file.name),
        entered_by=by,
        submit_key=key,
    )
    batch.file.save(f"{key}.{file.name.rsplit('.', 1)[-1].lower()}", file, save=False)
    batch.save(force_insert=True)
    return batch


@transaction.atomic
def ask_for_export(*, consultation: Consultation, kind: str, form: str, by: Any) -> Job:
    """Have a file of voices written; taking it out is noted in the trail."""
    note_export(consultation=consultation, kind=kind, form=form, by=by)
    return Job.objects.enqueue(
        kind="export-proposals",
        key=f"{consultation.pk}:{kind}:{form}:{by.pk}",
        title=f"意見の書き出し：{consultation}"[:200],
        about=consultation,
        url=f"{reverse('admin:consultations_batch_export')}?consultation={consultation.slug}",
        by=by,
        arguments={"consultation": consultation.pk, "kind": kind, "form": form},
    )[0]


def note_export(*, consultation: Consultation, kind: str, form: str, by: Any) -> None:
    """Who took out which file of voices."""
    AuditEntry.record("export", consultation, by=by, kind=kind, form=form)


def ask_for_check(*, batch: Batch, by: Any) -> Job:
    """Have an uploaded file looked at; nothing of it is brought in yet."""
    return _ask("check-import", str(batch.pk), f"取り込みの確認：{batch}", batch, by, {})[0]


def ask_for_import(*, batch: Batch, by: Any, skip_bad: bool, take: Collection[str] = ()) -> tuple[Job, bool]:
    """Bring a checked file in; one file at a time for a consultation.

    skip_bad: leave out the rows that cannot be read; take: what was asked for beside new rows without doubts, of
    "update", "odd" and "same".
    """
    key = f"consultation-{batch.consultation_id}"
    arguments = {"skip_bad": skip_bad, "take": sorted(take)}
    return _ask("import-proposals", key, f"意見の取り込み：{batch}", batch, by, arguments)


def _ask(kind: str, key: str, title: str, batch: Batch, by: Any, arguments: dict[str, Any]) -> tuple[Job, bool]:
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
def bring_in(*, batch: Batch, plan: Plan) -> None:
    """Add and change the voices of one piece of a file. The caller holds the transaction."""
    Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk).require_standing()
    sittings = Sittings(batch)
    new = [(voice, as_proposal(voice, new_proposal(voice), sittings)) for voice in plan.add]
    publish_voices([proposal for _voice, proposal in new])
    keep_former([change.found for change in plan.update], batch)
    changed = [(change.voice, as_proposal(change.voice, change.found, sittings)) for change in plan.update]
    now = timezone.now()
    for _voice, proposal in changed:
        proposal.updated_at = now
        proposal.full_clean(validate_unique=False, validate_constraints=False, exclude=KNOWN)
        proposal.fill_search()
    Proposal.objects.bulk_update([proposal for _voice, proposal in changed], CHANGED, batch_size=AT_ONCE)
    set_many_tags([(voice.tags, proposal) for voice, proposal in [*new, *changed] if voice.tags])
    if changed:
        wake("proposal-changed")


def new_proposal(voice: ImportRow) -> Proposal:
    """A voice that nobody knows yet, with the number by which the same list will know it."""
    return Proposal(external_id=voice.number, import_key=voice.key)


def keep_former(found: list[Proposal], batch: Batch) -> None:
    """Keep what voices say now, whole: taking the file back restores it."""
    ProposalRevision.objects.bulk_create(
        [
            ProposalRevision(proposal=row, title=row.title, body=row.body, facts=facts_of(row), batch=batch)
            for row in found
        ],
        batch_size=AT_ONCE,
    )


class Sittings:
    """The batch of each event that a file names; rows without one belong to the file's own."""

    def __init__(self, batch: Batch) -> None:
        self.batch, self.known = batch, dict[Any, Batch]()

    def of(self, voice: ImportRow) -> Batch:
        """The batch that a row belongs to."""
        if not voice.event and not voice.held_on:
            return self.batch
        key = (voice.event, voice.held_on, voice.channel)
        if key not in self.known:
            self.known[key] = Batch.objects.get_or_create(
                consultation=self.batch.consultation,
                source=Batch.Source.FILE,
                event_name=voice.event,
                held_on=voice.held_on,
                channel=voice.channel,
                file_name="",
                part_of=self.batch,
                defaults={"entered_by": self.batch.entered_by, "imported_at": timezone.now()},
            )[0]
        return self.known[key]


def as_proposal(voice: ImportRow, proposal: Proposal, sittings: Sittings) -> Proposal:
    """Put what a row says into a proposal."""
    held = proposal.batch
    if held is None or (held.event_name, held.held_on) != (voice.event, voice.held_on):
        proposal.batch = sittings.of(voice)  # a voice whose event stays the same belongs to whoever brought it in
    proposal.question = voice.question
    proposal.title, proposal.body, proposal.public_name = voice.title, voice.body, voice.name
    proposal.channel, proposal.group_label = voice.channel, voice.group
    proposal.published_at = voice.posted or proposal.published_at
    proposal.imported_like_count, proposal.imported_likes_on = voice.likes, voice.likes_on
    proposal.age_band, proposal.district, proposal.relation = voice.age_band, voice.district, voice.relation
    return proposal


@transaction.atomic
def set_many_tags(pairs: list[tuple[list[str], Proposal]]) -> None:
    """Put tags on many proposals; a word new to the city waits for staff, as everywhere."""
    known = {tag.key: tag for tag in Tag.objects.named_or_new(name for tags, _proposal in pairs for name in tags)}
    ProposalTag.objects.on_proposals([proposal for _tags, proposal in pairs]).delete()
    items = [
        ProposalTag(tag=known[key], content_object=row)
        for tags, row in pairs
        for key in dict.fromkeys(tag_key(name) for name in tags)
        if key
    ]
    ProposalTag.objects.bulk_create(items, batch_size=AT_ONCE)


@transaction.atomic
def finish_import(*, batch: Batch, counts: dict[str, int], by_id: int | None) -> None:
    """The file is in: keep the numbers, note it in the trail, remove the file. Done once, however often it is called."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.imported_at:
        return
    batch.imported_at, batch.result = timezone.now(), {**batch.result, "imported": counts}
    batch.save(update_fields=["imported_at", "result"])
    AuditEntry.record("import", batch, by=batch.entered_by, requested_by=by_id, counts=counts)
    batch.forget_file()


@transaction.atomic
def note_check(*, batch: Batch, result: dict[str, Any]) -> None:
    """Keep what the check found."""
    batch.result, batch.checked_at = result, timezone.now()
    batch.save(update_fields=["result", "checked_at"])
