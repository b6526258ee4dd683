"""Permissions of surveys (django-rules predicates)."""

from typing import Any

import rules

from apps.accounts.models import Role, User
from apps.accounts.rules import is_city_staff, is_secretariat
from apps.surveys.models import Survey


def survey_of(thing: Any) -> Survey | None:
    """Return the survey that a row belongs to; None without a row."""
    return thing if thing is None or isinstance(thing, Survey) else thing.survey


@rules.predicate
def works_for_its_department(user: User, thing: Any) -> bool:
    """Return whether the person works for the survey's department; without a row, for any department."""
    survey = survey_of(thing)
    if survey is None or survey.pk is None:
        return user.has_role(Role.STAFF)
    return survey.department_id in user.department_ids()


may_run = is_city_staff & (is_secretariat | works_for_its_department)

rules.add_perm("surveys", is_city_staff)
rules.add_perm("surveys.run", may_run)
for model in ("survey", "surveyquestion"):
    rules.add_perm(f"surveys.view_{model}", may_run)
    for verb in ("add", "change"):
        rules.add_perm(f"surveys.{verb}_{model}", may_run)
rules.add_perm("surveys.delete_surveyquestion", may_run)
