"""Choose the recipients of a mail to a department, with fallbacks, so that no mail goes to nobody."""

from dataclasses import dataclass

from apps.accounts.models.department import Department
from apps.accounts.models.posting import Role
from apps.accounts.models.user import User


@dataclass(frozen=True)
class Recipients:
    """Recipients as (part of the outbox key, e-mail address); `is_secretariat` for the last fallback."""

    people: list[tuple[str, str]]
    is_secretariat: bool = False


def recipients_of(department: Department, person: User | None = None) -> Recipients:
    """Return the first that exists of: the person while in the department, the department's e-mail address, everybody
    who works for it today, the secretariat.
    """
    if person and person.email and person.is_active and department.pk in person.department_ids():
        return Recipients([(f"user-{person.pk}", person.email)])
    if department.email:
        return Recipients([(f"department-{department.pk}", department.email)])
    staff = [user for user in User.objects.on_staff().with_postings() if department.pk in user.department_ids()]
    people = [(f"user-{user.pk}", user.email) for user in staff if user.email]
    if people:
        return Recipients(people)
    secretariat = User.objects.holding(Role.SECRETARIAT)
    return Recipients([(f"user-{user.pk}", user.email) for user in secretariat if user.email], is_secretariat=True)
