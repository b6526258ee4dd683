"""Voices about the sections of a version that upper apps know, such as the opinions of a public comment."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.module_loading import import_string

from apps.documents.models import DocumentVersion


@dataclass(frozen=True)
class SectionVoice:
    """One voice: its number, what it says, where it was said, its address; is_cause: the section was changed for it."""

    number: str
    words: str
    place: str
    url: str
    is_cause: bool = False

    def as_cause(self) -> "SectionVoice":
        """Return it as one that changed a section."""
        return replace(self, is_cause=True)


@dataclass(frozen=True)
class SectionVoices:
    """The voices about one section: those that changed it, and the others."""

    causes: tuple[SectionVoice, ...] = ()
    others: tuple[SectionVoice, ...] = ()


def voices_by_section(version: DocumentVersion) -> dict[int, SectionVoices]:
    """Return by section what the functions of `settings.SECTION_SOURCES` know of a version."""
    found: dict[int, list[SectionVoice]] = {}
    for name in settings.SECTION_SOURCES:
        for section, voices in import_string(name)(version).items():
            found.setdefault(section, []).extend(voices)
    return {
        section: SectionVoices(
            tuple(voice for voice in voices if voice.is_cause), tuple(voice for voice in voices if not voice.is_cause)
        )
        for section, voices in found.items()
    }
