"""Who may write the words of the vision."""

import rules

from apps.accounts.rules import is_city_staff, is_secretariat

rules.add_perm("vision", is_city_staff)
for model in ("viewpoint", "field"):
    rules.add_perm(f"vision.view_{model}", is_city_staff)
    for verb in ("add", "change"):
        rules.add_perm(f"vision.{verb}_{model}", is_secretariat)
