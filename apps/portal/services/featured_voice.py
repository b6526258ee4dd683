"""Choose the proposal on the home page that led to a project: shows a newcomer what becomes of a proposal."""

from dataclasses import dataclass

from apps.consultations.models import Proposal
from apps.council.models import Project


@dataclass(frozen=True)
class Followed:
    """A proposal, and the project that answers it or its topic."""

    voice: Proposal
    project: Project


def followed_voice() -> Followed | None:
    """Return the voice behind the project that changed last (of a topic, the one with the most likes), or None."""
    project = Project.objects.public().with_voice().newest().first()
    if project is None:
        return None
    voice = project.topic.leading_proposal if project.topic and project.topic.is_public else project.proposal
    return Followed(voice, project) if voice and voice.is_public else None
