"""Permissions of plan sheets (django-rules predicates)."""

import rules

from apps.accounts.models import Role, User
from apps.accounts.rules import is_city_staff, is_secretariat
from apps.plans.models import PlanSheet


@rules.predicate
def works_for_its_department(user: User, sheet: PlanSheet | None) -> bool:
    """Return whether the person works for one of the plan's departments; without a sheet, for any department."""
    if sheet is None:
        return user.has_role(Role.STAFF)
    return sheet.plan.is_responsibility_of(user)


may_write = is_city_staff & (is_secretariat | works_for_its_department)

rules.add_perm("plans.write_sheet", may_write)
rules.add_perm("plans.confirm_sheet", is_secretariat)

# The admin site: everyone in the city's service reads; the tree and the scales are the secretariat's.
rules.add_perm("plans", is_city_staff)
for model in (
    "policy",
    "measure",
    "plan",
    "plandepartment",
    "plansheet",
    "grade",
    "progressmark",
    "metric",
    "stagedeadline",
):
    rules.add_perm(f"plans.view_{model}", is_city_staff)
for model in ("policy", "measure", "plan", "plandepartment", "grade", "progressmark", "metric", "stagedeadline"):
    for verb in ("add", "change"):
        rules.add_perm(f"plans.{verb}_{model}", is_secretariat)
rules.add_perm("plans.delete_plandepartment", is_secretariat)

for verb in ("view", "add"):
    rules.add_perm(f"plans.{verb}_report", is_secretariat)
