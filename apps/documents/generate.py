"""Make documents for demonstrations and tests through the verbs that staff use."""

from collections.abc import Mapping, Sequence
from datetime import date

from apps.accounts.models import Department, User
from apps.consultations.models import Proposal, Topic
from apps.documents.actions import explain_change, publish_version, take_text
from apps.documents.models import Change, Document, DocumentVersion, Stage
from apps.documents.text_splitter import split_sections


def publish_loaded() -> None:
    """Publish every draft without anybody having looked, the oldest first: versions that fixtures brought."""
    for version in DocumentVersion.objects.drafts().in_order():
        publish_version(version=version, by=None)


def tell_document(
    *,
    title: str,
    slug: str,
    summary: str,
    department: Department,
    by: User | None,
    texts: Sequence[tuple[str, str, date, str]],
    reasons: Mapping[str, tuple[str, Sequence[Proposal | Topic]]],
) -> Document:
    """Return a document with these versions, all published.

    texts: (slug, code of the stage, date, Markdown) of each version; reasons: heading → (reason, what moved the section).
    """
    document = Document.objects.create(title=title, slug=slug, summary=summary, department=department)
    base = None
    for version_slug, stage, day, text in texts:
        version = DocumentVersion.objects.create(
            document=document, stage=Stage.objects.get_by_natural_key(stage), slug=version_slug, dated_on=day, base=base
        )
        take_text(version=version, drafts=split_sections(text), by=by)
        for change in version.changes.for_pages():
            reason, causes = reasons.get(change.section.heading, ("", ()))
            if reason:
                origin = Change.Origin.VOICES if causes else Change.Origin.OFFICE
                explain_change(change=change, kind=change.kind, origin=origin, reason=reason, causes=causes, by=by)
        publish_version(version=version, by=by)
        base = version
    return document
