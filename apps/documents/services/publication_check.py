"""What a version still lacks before it may be published, and what a preview has shown."""

import hashlib

from django.utils.translation import gettext as _

from apps.documents.models import DocumentVersion


def missing_for_publication(version: DocumentVersion) -> list[str]:
    """Return what is missing, in sentences; an empty list when the version may be published."""
    missing = []
    if not version.sections.exists():
        missing.append(_("本文がありません。「本文を入れる」から文を入れてください。"))
    if version.base_id is None and DocumentVersion.objects.published().filter(document=version.document_id).exists():
        missing.append(_("比べる前の版が選ばれていません。選ぶと、変更の一覧が作られます。"))
    if version.base and version.base.document_id != version.document_id:
        missing.append(_("比べる前の版が、別の文書のものです。"))
    if version.base and not version.base.is_published:
        missing.append(_("比べる前の版が、まだ公表されていません。"))
    return missing


def seen_key(version: DocumentVersion) -> str:
    """Return a hash of everything that a preview shows: facts, sections, reasons and causes."""
    facts = (
        version.stage_id,
        version.slug,
        version.dated_on,
        version.as_of,
        version.base_id,
        version.file_hash,
        version.source,
    )
    sections = version.sections.order_by("order", "pk").values_list("key", "level", "number", "heading", "body")
    changes = version.changes.order_by("pk").values_list(
        "pk", "kind", "origin", "reason", "causes__proposal", "causes__topic"
    )
    return hashlib.sha256(repr([facts, list(sections), list(changes)]).encode()).hexdigest()
