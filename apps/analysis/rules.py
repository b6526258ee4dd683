"""Permissions: who may change the dictionary, freeze snapshots and see counts by attribute."""

import rules
from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import User
from apps.accounts.rules import is_city_staff, is_secretariat
from apps.consultations.models import Consultation
from apps.consultations.rules import works_for_its_department


@rules.predicate
def answers_for_it(user: User | AnonymousUser, consultation: Consultation | None) -> bool:
    """Return True for a consultation of the user's own department; None is a viewpoint, which belongs to none."""
    return consultation is not None and bool(works_for_its_department(user, consultation))


rules.add_perm("analysis", is_city_staff)
for model in ("userword", "stopword", "themestopword", "synonym", "dictionaryversion", "snapshot"):
    rules.add_perm(f"analysis.view_{model}", is_city_staff)
for model in ("userword", "stopword", "themestopword", "synonym"):
    for verb in ("add", "change", "delete"):
        rules.add_perm(f"analysis.{verb}_{model}", is_secretariat)
rules.add_perm("analysis.add_snapshot", is_secretariat)
# Age bands, districts and relations of authors, counted live: never for everyone (docs/adr/0036).
rules.add_perm("analysis.view_attributes", is_city_staff & (is_secretariat | answers_for_it))
