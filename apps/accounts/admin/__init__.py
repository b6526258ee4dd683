"""People, departments, invitations for the secretariat; restrictions for moderators."""

from apps.accounts.admin.people import DepartmentAdmin, InvitationAdmin, PostingAdmin, UserAdmin
from apps.accounts.admin.restriction import RestrictionAdmin

__all__ = ["DepartmentAdmin", "InvitationAdmin", "PostingAdmin", "RestrictionAdmin", "UserAdmin"]
