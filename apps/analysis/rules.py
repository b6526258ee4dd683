"""Permissions: who may change the dictionary, freeze snapshots and see counts by attribute."""

import rules
from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import Role, User
from apps.accounts.rules import is_city_staff, is_secretariat
from apps.analysis.models import CodingRule
from apps.consultations.models import Consultation
from apps.consultations.rules import works_for_its_department


@rules.predicate
def answers_for_it(user: User | AnonymousUser, consultation: Consultation | None) -> bool:
    """Return True for a consultation of the user's own department; None is a viewpoint, which belongs to none."""
    return consultation is not None and bool(works_for_its_department(user, consultation))


@rules.predicate
def answers_its_theme(user: User, rule: CodingRule | None) -> bool:
    """Return True for a coding rule of a theme that the user's departments answer; without one, for staff."""
    if rule is None or rule.pk is None:
        return user.has_role(Role.STAFF)
    return CodingRule.objects.manageable_by(user).filter(pk=rule.pk).exists()


rules.add_perm("analysis", is_city_staff)
for model in ("userword", "stopword", "themestopword", "synonym", "dictionaryversion", "snapshot"):
    rules.add_perm(f"analysis.view_{model}", is_city_staff)
for model in ("userword", "stopword", "themestopword", "synonym"):
    for verb in ("add", "change", "delete"):
        rules.add_perm(f"analysis.{verb}_{model}", is_secretariat)
for verb in ("view", "add", "change", "delete"):
    rules.add_perm(f"analysis.{verb}_codingrule", is_city_staff & (is_secretariat | answers_its_theme))
rules.add_perm("analysis.add_snapshot", is_secretariat)
# Age bands, districts and relations of authors, counted live: never for everyone (docs/adr/0036).
rules.add_perm("analysis.view_attributes", is_city_staff & (is_secretariat | answers_for_it))
