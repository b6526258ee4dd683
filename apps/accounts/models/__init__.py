"""Users, departments, invitations, postings (roles) and restrictions."""

from apps.accounts.models.department import Department
from apps.accounts.models.invitation import Invitation
from apps.accounts.models.posting import Posting, Role
from apps.accounts.models.recipients import Recipients, recipients_of
from apps.accounts.models.restriction import Restriction
from apps.accounts.models.user import (
    NICKNAME_MAX,
    AgeBand,
    District,
    HasLeft,
    Relation,
    Restricted,
    User,
    display_name,
    normalise_email,
)

__all__ = [
    "NICKNAME_MAX",
    "AgeBand",
    "Department",
    "District",
    "HasLeft",
    "Invitation",
    "Posting",
    "Recipients",
    "Relation",
    "Restricted",
    "Restriction",
    "Role",
    "User",
    "display_name",
    "normalise_email",
    "recipients_of",
]
