"""市民参加・協働実践状況調査: the year, a department's return with its lines, the frozen edition of the report."""

from apps.core.exceptions import ActionRefused
from apps.participation.models.edition import ParticipationEdition
from apps.participation.models.entry import CollaborationEntry, ParticipationAct, Source, Unit
from apps.participation.models.program import ParticipationProgram, ProgramStep
from apps.participation.models.report import ParticipationReport, ParticipationYear
from apps.participation.models.vocabulary import ProcedureKind

__all__ = [
    "ActionRefused",
    "CollaborationEntry",
    "ParticipationAct",
    "ParticipationEdition",
    "ParticipationProgram",
    "ParticipationReport",
    "ParticipationYear",
    "ProcedureKind",
    "ProgramStep",
    "Source",
    "Unit",
]
