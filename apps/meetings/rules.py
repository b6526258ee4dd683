"""Permissions of meetings (django-rules predicates)."""

from typing import Any

import rules

from apps.accounts.models import Role, User
from apps.accounts.rules import is_city_staff, is_secretariat
from apps.meetings.models import Minutes, Organ


def organ_of(thing: Any) -> Organ | None:
    """Return the body that a row belongs to; None without a row."""
    if thing is None or isinstance(thing, Organ):
        return thing
    return thing.meeting.organ if isinstance(thing, Minutes) else thing.organ


@rules.predicate
def works_for_its_department(user: User, thing: Any) -> bool:
    """Return whether the person works for the body's department; without a row, for any department."""
    if thing is None or thing.pk is None:
        return user.has_role(Role.STAFF)
    organ = organ_of(thing)
    return organ is not None and organ.department_id in user.department_ids()


may_run = is_city_staff & (is_secretariat | works_for_its_department)

rules.add_perm("meetings", is_city_staff)
rules.add_perm("meetings.run", may_run)
rules.add_perm("meetings.see_delays", is_city_staff)
for model in ("organ", "meeting", "minutes", "dayrule"):
    rules.add_perm(f"meetings.view_{model}", is_city_staff)
for model in ("organ", "meeting", "minutes"):
    for verb in ("add", "change"):
        rules.add_perm(f"meetings.{verb}_{model}", may_run)
for verb in ("add", "change"):
    rules.add_perm(f"meetings.{verb}_dayrule", is_secretariat)
