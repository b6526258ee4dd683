"""取り消し: what was entered or brought in by mistake goes as a whole, with a reason, and can be put back.

The batch carries a mark, the voices follow it: the first ones at once, the rest of a large file in a job that may be
killed and goes on. Rows stay, so that a number on paper leads to the placeholder and nothing of it is lost.
"""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.models import ActionRefused, Batch, Proposal, ProposalRevision, State
from apps.core.wake_tasks import wake
from apps.intake.former_wordings import swap
from apps.operations.models import AuditEntry, Job

PIECE = 1000


@transaction.atomic
def take_back(*, batch: Batch, reason: str, by: Any) -> int:
    """Take back everything that came in by a batch; how many voices go. Raises ActionRefused while it is being brought in.

    Voices of other batches that it changed stay, and say again what they said before.
    Always possible, whatever others did meanwhile: likes and comments stay with the rows, unseen, and come back with them.
    """
    batch = _locked(batch, by)
    if batch.taken_back_at:
        raise ActionRefused(_("すでに取り消されています。"))
    voices = (
        Proposal.objects.added_by(batch).in_force(True).count() + ProposalRevision.objects.in_force_of(batch).count()
    )
    Batch.objects.making_up(batch).mark(taken_back_at=timezone.now(), reason=reason)
    AuditEntry.record("take_back_batch", batch, by=by, reason=reason, voices=voices)
    _begin(batch, by)
    return voices


@transaction.atomic
def put_back(*, batch: Batch, by: Any) -> int:
    """The batch was right after all: its voices are public again, with their numbers, likes and comments; how many.

    Raises ActionRefused when a later file has brought the same numbers in.
    """
    batch = _locked(batch, by)
    if not batch.taken_back_at:
        raise ActionRefused(_("取り消されていません。"))
    gone = Proposal.objects.in_batch(batch).in_force(False)
    again = gone.numbers_came_again()
    if again:
        sentence = _("同じ番号の意見が、あとから%(n)d件取り込まれています。先に、その取り込みを取り消してください。")
        raise ActionRefused(sentence % {"n": again})
    voices = gone.count() + ProposalRevision.objects.in_force_of(batch).count()
    Batch.objects.making_up(batch).mark(taken_back_at=None, reason="")
    AuditEntry.record("put_back_batch", batch, by=by, reason=batch.taken_back_reason, voices=voices)
    _begin(batch, by)
    return voices


def _locked(batch: Batch, by: Any) -> Batch:
    """The batch as it is now, held; refused to whoever may not enter voices here, for a part, and while a job works."""
    if not by.has_perm("consultations.change_consultation", batch.consultation):
        raise ActionRefused(_("このテーマの所管課か事務局の職員だけが取り消せます。"))
    batch = Batch.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=batch.pk)
    if batch.part_of_id:
        raise ActionRefused(_("ファイルから取り込んだ意見です。ファイルの画面から、まとめて取り消してください。"))
    if Job.objects.about(batch).open().exists():
        raise ActionRefused(_("このまとまりの処理が続いています。終わってから、もう一度お試しください。"))
    return batch


def _begin(batch: Batch, by: Any) -> None:
    """Move the first piece now, and ask for the rest if there is one."""
    if follow_mark(batch=batch) == PIECE:
        Job.objects.enqueue(
            kind="move-batch",
            key=str(batch.pk),
            title=_("意見の公開・取り消し：%(batch)s")[:200] % {"batch": batch},
            about=batch,
            url=reverse("admin:consultations_batch_take_back", args=[batch.pk]),
            by=by,
            arguments={"batch": batch.pk},
        )


@transaction.atomic
def follow_mark(*, batch: Batch) -> int:
    """Bring a piece of a batch to where its mark says; how many moved. Fewer than a piece: the rest is done.

    First what it changed of other batches' voices says again what it said before, then its own voices go.
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    changed = ProposalRevision.objects.to_swap(batch)[:PIECE]
    for revision in changed:
        swap(revision)
    stands = batch.taken_back_at is None
    voices = Proposal.objects.in_batch(batch).in_force(not stands)
    moved = voices.move_piece(State.PUBLISHED if stands else State.WITHDRAWN, size=PIECE - len(changed))
    wake("proposal-changed")
    return len(changed) + moved
