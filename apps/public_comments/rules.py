"""Permissions of public comments (django-rules predicates)."""

from typing import Any

import rules

from apps.accounts.models import Role, User
from apps.accounts.rules import is_city_staff, is_secretariat
from apps.public_comments.models import Case, CityView


def case_of(thing: Any) -> Case | None:
    """Return the case that a row belongs to; None without a row."""
    return thing if thing is None or isinstance(thing, Case) else thing.case


@rules.predicate
def works_for_its_department(user: User, thing: Any) -> bool:
    """Return whether the person works for the case's department; without a row, for any department."""
    case = case_of(thing)
    if case is None or case.pk is None:
        return user.has_role(Role.STAFF)
    return case.department_id in user.department_ids()


@rules.predicate
def is_asked(user: User, thing: Any) -> bool:
    """Return whether one of the person's departments shall write this view; without a row, any view."""
    if thing is None:
        return user.has_role(Role.STAFF)
    return isinstance(thing, CityView) and thing.assignments.filter(department__in=user.department_ids()).exists()


may_run = is_city_staff & (is_secretariat | works_for_its_department)

rules.add_perm("public_comments", is_city_staff)
rules.add_perm("public_comments.run", may_run)
rules.add_perm("public_comments.view_case", is_city_staff)
for verb in ("add", "change"):
    rules.add_perm(f"public_comments.{verb}_case", may_run)
rules.add_perm("public_comments.view_opinion", may_run)
for verb in ("add", "delete"):
    rules.add_perm(f"public_comments.{verb}_cityview", may_run)
for verb in ("view", "change"):
    rules.add_perm(f"public_comments.{verb}_cityview", may_run | (is_city_staff & is_asked))
for model in ("eligibility", "viewkind"):
    rules.add_perm(f"public_comments.view_{model}", is_city_staff)
    for verb in ("add", "change"):
        rules.add_perm(f"public_comments.{verb}_{model}", is_secretariat)
