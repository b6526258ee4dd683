"""People, departments, invitations for the secretariat."""

from apps.accounts.admin.people import DepartmentAdmin, InvitationAdmin, PostingAdmin, UserAdmin

__all__ = ["DepartmentAdmin", "InvitationAdmin", "PostingAdmin", "UserAdmin"]
