"""Withdraw a batch that was entered by mistake (取り消し), with a reason, and restore it: a soft delete.

`Batch.taken_back_at` holds the wanted state; the proposals are brought to it in chunks, the first at once, the rest in a
resumable job. No row is deleted, so that the code of a withdrawn proposal still leads to its placeholder.
"""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused, Batch, Proposal, ProposalRevision, State
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.wake_tasks import wake
from apps.intake.actions.former_wordings import swap
from apps.intake.services.batch_proposals import added_by, brought_in_by, count_reimported, published, restorable
from apps.operations.models import AuditEntry, Job

CHUNK_SIZE = 1000


@transaction.atomic
def withdraw_batch(*, batch: Batch, reason: str, by: User) -> int:
    """Withdraw all proposals that a batch added and undo its changes to others. Return the number of both.

    Likes and comments stay with the withdrawn rows, hidden, and return with them. Raises ActionRefused while a job of the
    batch is running, for a batch that is withdrawn already, and for staff of other departments.
    """
    batch = _locked(batch, by)
    if batch.taken_back_at:
        raise ActionRefused(_("すでに取り消されています。"))
    count = published(added_by(batch)).count() + ProposalRevision.objects.in_force_of(batch).count()
    Batch.objects.with_parts(batch).mark(taken_back_at=timezone.now(), reason=reason)
    AuditEntry.record("take_back_batch", batch, by=by, reason=reason, voices=count)
    _start(batch, by)
    return count


@transaction.atomic
def restore_batch(*, batch: Batch, by: User) -> int:
    """Publish a withdrawn batch again, with its codes, likes and comments. Return the number of proposals concerned.

    Raises ActionRefused if a later file has imported the same numbers.
    """
    batch = _locked(batch, by)
    if not batch.taken_back_at:
        raise ActionRefused(_("取り消されていません。"))
    withdrawn = restorable(brought_in_by(batch))
    reimported = count_reimported(withdrawn)
    if reimported:
        sentence = _("同じ番号の意見が、あとから%(n)d件取り込まれています。先に、その取り込みを取り消してください。")
        raise ActionRefused(sentence % {"n": reimported})
    count = withdrawn.count() + ProposalRevision.objects.in_force_of(batch).count()
    Batch.objects.with_parts(batch).mark(taken_back_at=None, reason="")
    AuditEntry.record("put_back_batch", batch, by=by, reason=batch.taken_back_reason, voices=count)
    _start(batch, by)
    return count


def _locked(batch: Batch, by: User) -> Batch:
    """Return the batch, locked. Raises ActionRefused without permission, for an event of a file, and while a job is open."""
    if not by.has_perm("consultations.change_consultation", batch.consultation):
        raise ActionRefused(_("このテーマの所管課か事務局の職員だけが取り消せます。"))
    batch = Batch.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=batch.pk)
    if batch.part_of_id:
        raise ActionRefused(_("ファイルから取り込んだ意見です。ファイルの画面から、まとめて取り消してください。"))
    if Job.objects.for_target(batch).open().exists():
        raise ActionRefused(_("このまとまりの処理が続いています。終わってから、もう一度お試しください。"))
    return batch


def _start(batch: Batch, by: User) -> None:
    """Update the first chunk now and enqueue a job for the rest, if any."""
    if sync_batch_state(batch=batch) == CHUNK_SIZE:
        Job.objects.enqueue(
            kind="move-batch",
            key=str(batch.pk),
            title=_("意見の公開・取り消し：%(batch)s")[:200] % {"batch": batch},
            about=batch,
            url=reverse("admin:consultations_batch_withdraw", args=[batch.pk]),
            by=by,
            arguments={"batch": batch.pk},
        )


@transaction.atomic
def sync_batch_state(*, batch: Batch) -> int:
    """Bring up to CHUNK_SIZE proposals of the batch to the state that `taken_back_at` implies. Idempotent.

    Return how many changed; fewer than CHUNK_SIZE means finished. The batch's changes to proposals of other batches are
    undone (or made again) first, then its own proposals are withdrawn (or published).
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    changed = ProposalRevision.objects.to_swap(batch)[:CHUNK_SIZE]
    for revision in changed:
        swap(revision)
    is_in_force = batch.taken_back_at is None
    proposals, size = brought_in_by(batch), CHUNK_SIZE - len(changed)
    if is_in_force:
        moved = _update_chunk(restorable(proposals), State.PUBLISHED, size=size)
    else:
        moved = _update_chunk(published(proposals), State.WITHDRAWN, size=size)
    wake("proposal-changed")
    return len(changed) + moved


def _update_chunk(proposals: ProposalQuerySet, state: str, *, size: int) -> int:
    """Lock the first `size` proposals and set their state. Return how many changed."""
    now = timezone.now()
    chunk = list(proposals.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True)[:size])
    return Proposal.objects.filter(pk__in=chunk).update(state=state, state_changed_at=now, updated_at=now)
