"""Whom a letter to a department reaches: the named person, the department's address, its people, else the secretariat."""

from dataclasses import dataclass
from typing import Any

from apps.accounts.models.department import Department
from apps.accounts.models.posting import Role
from apps.accounts.models.user import User


@dataclass(frozen=True)
class Recipients:
    """Each as (name in a letter's key, address). A letter that had to go to the secretariat says so."""

    people: list[tuple[str, str]]
    is_secretariat: bool = False


def recipients_of(department: Department, person: Any = None) -> Recipients:
    """The named person while working for the department; after that the department's own address; without one everybody
    who works for it today; and when nobody does, the secretariat, so that no letter is written to nobody."""
    if person and person.email and person.is_active and department.pk in person.department_ids():
        return Recipients([(f"user-{person.pk}", person.email)])
    if department.email:
        return Recipients([(f"department-{department.pk}", department.email)])
    staff = [one for one in User.objects.on_staff().with_postings() if department.pk in one.department_ids()]
    own = [(f"user-{one.pk}", one.email) for one in staff if one.email]
    if own:
        return Recipients(own)
    secretariat = User.objects.holding(Role.SECRETARIAT)
    return Recipients([(f"user-{one.pk}", one.email) for one in secretariat if one.email], is_secretariat=True)
