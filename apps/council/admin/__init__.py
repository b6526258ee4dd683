"""The council's registry in the admin site: what the secretariat keeps. Words of projects change on the site."""

from apps.council.admin.registry import (
    CheckSheetAdmin,
    OrganizationAdmin,
    OrganizationKindAdmin,
    ProjectAdmin,
    ProjectUpdateAdmin,
)

__all__ = ["CheckSheetAdmin", "OrganizationAdmin", "OrganizationKindAdmin", "ProjectAdmin", "ProjectUpdateAdmin"]
