"""調布スマートシティ協議会: organizations, what they do together, and what came of it. Not the city assembly (市議会)."""

from apps.council.models.choices import Domain, Method, Part, Sector, Stage
from apps.council.models.links import ProjectLink, ProjectPicture
from apps.council.models.organization import Organization, OrganizationKind
from apps.council.models.project import Participation, Project, ProjectTag, ProjectViewpoint, StageChange
from apps.council.models.update import ProjectUpdate

__all__ = [
    "Domain",
    "Method",
    "Organization",
    "OrganizationKind",
    "Part",
    "Participation",
    "Project",
    "ProjectLink",
    "ProjectPicture",
    "ProjectTag",
    "ProjectUpdate",
    "ProjectViewpoint",
    "Sector",
    "Stage",
    "StageChange",
]
