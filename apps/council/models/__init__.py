"""調布スマートシティ協議会: organizations, what they do together, and what came of it. Not the city assembly (市議会)."""

from apps.council.models.agreement import Agreement, AgreementSignature
from apps.council.models.check_sheet import CheckAnswer, CheckNote, CheckSheet, CheckSide, SheetKind, Side
from apps.council.models.choices import Domain, Method, Part, Sector, Stage
from apps.council.models.links import ProjectLink, ProjectPicture
from apps.council.models.match import Match, MatchSide
from apps.council.models.match_message import MatchMessage
from apps.council.models.matching import CallState, Challenge, ChallengeTag, Offer, OfferTag
from apps.council.models.organization import Organization, OrganizationKind
from apps.council.models.project import Participation, Project, ProjectTag, ProjectViewpoint
from apps.council.models.revision import OrganizationRevision, ProjectRevision, RevisionState
from apps.council.models.stage_change import StageChange
from apps.council.models.update import ProjectUpdate

__all__ = [
    "Agreement",
    "AgreementSignature",
    "CallState",
    "Challenge",
    "ChallengeTag",
    "CheckAnswer",
    "CheckNote",
    "CheckSheet",
    "CheckSide",
    "Domain",
    "Match",
    "MatchMessage",
    "MatchSide",
    "Method",
    "Offer",
    "OfferTag",
    "Organization",
    "OrganizationKind",
    "OrganizationRevision",
    "Part",
    "Participation",
    "Project",
    "ProjectLink",
    "ProjectPicture",
    "ProjectRevision",
    "ProjectTag",
    "ProjectUpdate",
    "ProjectViewpoint",
    "RevisionState",
    "Sector",
    "SheetKind",
    "Side",
    "Stage",
    "StageChange",
]
