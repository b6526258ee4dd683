"""Users, departments, invitations, postings (roles) and restrictions."""

from apps.accounts.models.department import Department
from apps.accounts.models.duty_change import DutyChange, stand_in
from apps.accounts.models.invitation import Invitation
from apps.accounts.models.posting import Posting, Role
from apps.accounts.models.recipients import Recipients, enqueue_work_mail, recipients_of, to_people, to_staff_of
from apps.accounts.models.restriction import Restriction
from apps.accounts.models.user import (
    NICKNAME_MAX,
    AgeBand,
    District,
    HasLeft,
    Relation,
    Restricted,
    User,
    WorkMail,
    display_name,
    normalise_email,
)

__all__ = [
    "NICKNAME_MAX",
    "AgeBand",
    "Department",
    "District",
    "DutyChange",
    "HasLeft",
    "Invitation",
    "Posting",
    "Recipients",
    "Relation",
    "Restricted",
    "Restriction",
    "Role",
    "User",
    "WorkMail",
    "display_name",
    "enqueue_work_mail",
    "normalise_email",
    "recipients_of",
    "stand_in",
    "to_people",
    "to_staff_of",
]
