"""Permissions of the yearly survey (django-rules predicates)."""

from typing import Any

import rules

from apps.accounts.models import Role, User
from apps.accounts.rules import is_city_staff, is_secretariat
from apps.participation.models import ParticipationProgram, ParticipationReport


@rules.predicate
def works_for_its_department(user: User, report: Any) -> bool:
    """Return whether the person works for the department of a return or program; without a row, for any department."""
    if not isinstance(report, ParticipationReport | ParticipationProgram) or report.pk is None:
        return user.has_role(Role.STAFF)
    return report.department_id in user.department_ids()


may_fill_in = is_city_staff & (is_secretariat | works_for_its_department)

rules.add_perm("participation", is_city_staff)
rules.add_perm("participation.run", is_secretariat)
for verb in ("view", "change"):
    rules.add_perm(f"participation.{verb}_participationreport", may_fill_in)
for verb in ("view", "add", "change"):
    rules.add_perm(f"participation.{verb}_participationprogram", may_fill_in)
    rules.add_perm(f"participation.{verb}_participationyear", is_secretariat)
rules.add_perm("participation.view_procedurekind", is_city_staff)
for verb in ("add", "change"):
    rules.add_perm(f"participation.{verb}_procedurekind", is_secretariat)
