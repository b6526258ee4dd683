"""What public comments said of the sections of a version: it is named in `settings.SECTION_SOURCES`."""

from collections import defaultdict

from apps.documents.models import DocumentVersion
from apps.documents.services.section_voices import SectionVoice
from apps.public_comments.models import ResultRow


def voices_of_version(version: DocumentVersion) -> dict[int, list[SectionVoice]]:
    """Return by section the published opinions about it and those that changed it, in one statement."""
    found = defaultdict[int, list[SectionVoice]](list)
    for row in ResultRow.objects.public().about_version(version):
        voice = SectionVoice(f"No. {row.number}", row.summary, row.result.case.title, row.get_absolute_url())
        if row.section_id:
            found[row.section_id].append(voice)
        if row.changed_section_id:
            found[row.changed_section_id].append(voice.as_cause())
    return found
