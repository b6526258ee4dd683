"""Publish a version, and begin its correction."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.documents.actions.sections import get_draft, work_out_changes
from apps.documents.models import ActionRefused, DocumentVersion, Section, State
from apps.documents.services.publication_check import missing_for_publication, seen_key
from apps.operations.models import AuditEntry


@transaction.atomic
def publish_version(*, version: DocumentVersion, by: User | None, seen: str | None = None) -> None:
    """Publish a version (公表): from now on the database refuses every change of it.

    seen: `seen_key` of what the preview showed (optimistic lock); None where nobody looks, as when fixtures are loaded.
    """
    locked = get_draft(version)
    if missing := missing_for_publication(locked):
        raise ActionRefused(_("公表に必要なものがそろっていません。"), missing)
    if seen is not None and seen != seen_key(locked):
        raise ActionRefused(_("確認のあとで内容が変わりました。もう一度、公表前の確認から始めてください。"))
    work_out_changes(locked)
    locked.state, locked.published_at = State.PUBLISHED, timezone.now()
    locked.department_name = locked.document.department.name
    locked.save(update_fields=["state", "published_at", "department_name", "updated_at"])
    AuditEntry.record("publish_version", locked, by=by, sections=locked.sections.count(), file=locked.file_hash)
    version.refresh_from_db()


@transaction.atomic
def correct_version(*, version: DocumentVersion, reason: str, by: User) -> DocumentVersion:
    """Return a draft with the same sections that corrects a published version; the published one stays readable.

    Raise ActionRefused for a draft, without a reason, and while another correction is being written.
    """
    locked = version.get_for_update()
    if not locked.is_published:
        raise ActionRefused(_("まだ公表していない版は、そのまま直せます。"))
    if not reason.strip():
        raise ActionRefused(_("訂正の理由を書いてください。理由は訂正版とともに公開されます。"))
    corrections = locked.corrections.count()
    if locked.corrections.exclude(state=State.PUBLISHED).exists():
        raise ActionRefused(_("この版の訂正版は、すでに作られています。"))
    draft = DocumentVersion.objects.create(
        document=locked.document, stage=locked.stage, slug=f"{locked.slug[:44]}-r{corrections + 1}",
        dated_on=locked.dated_on, as_of=locked.as_of, source=locked.source, base=locked, corrects=locked,
        correction_reason=reason.strip(),
    )  # fmt: skip
    for section in locked.sections.order_by("order"):
        words = {name: getattr(section, name) for name in ("key", "level", "number", "heading", "body", "order")}
        Section.objects.create(version=draft, **words)
    AuditEntry.record("correct_version", locked, by=by, reason=reason.strip(), draft=draft.pk)
    return draft
