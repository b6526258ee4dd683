"""Context of a version's page: its sections, what changed in each and why, and the newer version where there is one."""

from dataclasses import dataclass, field

from apps.documents.models import Change, DocumentVersion, Section
from apps.documents.services.section_voices import SectionVoices, voices_by_section


@dataclass
class Part:
    """A section on its page: what changed in it, whether the newest version has it too, and what was said of it."""

    section: Section
    change: Change | None = None
    newer_url: str = ""
    voices: SectionVoices | None = None


@dataclass
class Neighbours:
    """The versions around one, all published."""

    newest: DocumentVersion | None = None
    correction: DocumentVersion | None = None
    others: list[DocumentVersion] = field(default_factory=list)


def page_of(version: DocumentVersion, versions: list[DocumentVersion]) -> dict[str, object]:
    """Return the context of a version's page. versions: the published ones of its document, the oldest first."""
    around = neighbours_of(version, versions)
    newest_keys = set(around.newest.sections.values_list("key", flat=True)) if around.newest else set()
    changes = list(version.changes.for_pages())
    by_key, voices = {change.key: change for change in changes}, voices_by_section(version)
    parts = [
        Part(
            section,
            by_key.get(section.key),
            f"{around.newest.get_absolute_url()}#{section.key}" if around.newest and section.key in newest_keys else "",
            voices.get(section.pk),
        )
        for section in version.sections.in_order()
    ]
    return {
        "document": version.document,
        "version": version,
        "parts": parts,
        "removed": [change for change in changes if change.kind == Change.Kind.REMOVED],
        "changes": changes,
        **vars(around),
    }


def neighbours_of(version: DocumentVersion, versions: list[DocumentVersion]) -> Neighbours:
    """Return the newest version when it is not this one, the correction of this one, and all others."""
    published = [one for one in versions if one.is_published]
    newest = published[-1] if published and published[-1].place > version.place else None
    correction = next((one for one in reversed(published) if one.corrects_id == version.pk), None)
    return Neighbours(newest, correction, [one for one in published if one.pk != version.pk])
