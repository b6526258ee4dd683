"""Admin pages of the council's registry. Texts of projects are edited on the site, where their history is kept."""

from apps.council.admin.registry import (
    CheckSheetAdmin,
    OrganizationAdmin,
    OrganizationKindAdmin,
    ProjectAdmin,
    ProjectUpdateAdmin,
)

__all__ = ["CheckSheetAdmin", "OrganizationAdmin", "OrganizationKindAdmin", "ProjectAdmin", "ProjectUpdateAdmin"]
