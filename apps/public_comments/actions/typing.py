"""Opinions typed in from paper: a scan beside them, a second person who compares both, and what was mistyped."""

from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.public_comments.models import ActionRefused, Opinion, OpinionPart, OpinionScan, State
from apps.public_comments.models.scan import SCANS_MOST


@transaction.atomic
def add_scan(*, opinion: Opinion, file: "ContentFile[bytes]", by: User | None) -> OpinionScan:
    """Keep a checked file beside an opinion that was typed in. Raise ActionRefused for one of the web, and for too many."""
    locked = _typed(opinion)
    if locked.scans.count() >= SCANS_MOST:
        raise ActionRefused(_("写しは、1通に%(n)d枚までです。") % {"n": SCANS_MOST})
    if not hasattr(locked, "sender"):
        raise ActionRefused(_("氏名と住所を消したあとは、写しを加えられません。"))
    scan = OpinionScan.objects.create(opinion=locked, file=file, added_by=by)
    AuditEntry.record("add_scan", locked, by=by)
    return scan


@transaction.atomic
def read_scan(*, scan: OpinionScan, by: User) -> OpinionScan:
    """Return a scan to be looked at, and note the look: name and address stand on it."""
    AuditEntry.record("read_scan", scan.opinion, by=by)
    return scan


@transaction.atomic
def remove_scan(*, scan: OpinionScan, by: User | None) -> None:
    """Delete a scan that was put to the wrong opinion, with its file."""
    AuditEntry.record("remove_scan", scan.opinion, by=by)
    OpinionScan.objects.filter(pk=scan.pk).erase()


@transaction.atomic
def check_typing(*, opinion: Opinion, by: User | None) -> None:
    """Note that a second person has compared what was typed with the paper. Raise ActionRefused for who typed it."""
    locked = _typed(opinion)
    if locked.checked_at is not None:
        return
    if by is not None and locked.typed_by_id == by.pk:
        raise ActionRefused(_("入力した人は、確かめられません。別の職員が紙と見くらべてください。"))
    locked.checked_at, locked.checked_by = timezone.now(), by
    locked.save(update_fields=["checked_at", "checked_by"])
    AuditEntry.record("check_typing", locked, by=by)


@transaction.atomic
def mend_typing(*, opinion: Opinion, bodies: Sequence[str], by: User | None) -> None:
    """Write anew what was mistyped, as another edition; the former words stay for staff. It has to be checked again.

    bodies: the words of each part, in their order. Raise ActionRefused once points were cut from it, with nothing changed,
    and with an empty part.
    """
    locked = _typed(opinion)
    parts = list(locked.parts.current().select_related("section").order_by("order", "pk"))
    words = [body.strip() for body in bodies]
    if len(words) != len(parts) or not all(words):
        raise ActionRefused(_("意見を書いてください。"))
    if words == [part.body for part in parts]:
        raise ActionRefused(_("変わったところがありません。"))
    if any(part.points.exists() for part in parts):
        raise ActionRefused(_("要点を切り出したあとは直せません。先に要点を消してください。"))
    locked.edition += 1
    for part, body in zip(parts, words, strict=True):
        row = OpinionPart(opinion=locked, edition=locked.edition, section=part.section, body=body, order=part.order)
        row.note_words()
        row.full_clean(exclude=["opinion", "section"], validate_constraints=False)
        row.save()
    locked.changed_at, locked.typed_by, locked.checked_at, locked.checked_by = timezone.now(), by, None, None
    locked.save(update_fields=["edition", "changed_at", "typed_by", "checked_at", "checked_by"])
    AuditEntry.record("mend_typing", locked, by=by, edition=locked.edition)


def _typed(opinion: Opinion) -> Opinion:
    """Return an opinion that was typed in, locked; raise ActionRefused for any other, and once the result is public."""
    case = opinion.case.get_for_update()
    locked = opinion.get_for_update()
    if not locked.is_typed or locked.state == State.WITHDRAWN:
        raise ActionRefused(_("紙などから入力した意見ではありません。"))
    if case.has_result:
        raise ActionRefused(_("結果を公表した案件の意見は変えられません。"))
    return locked
