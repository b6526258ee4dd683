"""Who may change the city's dictionary and freeze what was counted."""

import rules

from apps.accounts.rules import is_city_staff, is_secretariat

rules.add_perm("analysis", is_city_staff)
for model in ("userword", "stopword", "synonym", "dictionaryversion", "snapshot"):
    rules.add_perm(f"analysis.view_{model}", is_city_staff)
for model in ("userword", "stopword", "synonym"):
    for verb in ("add", "change", "delete"):
        rules.add_perm(f"analysis.{verb}_{model}", is_secretariat)
rules.add_perm("analysis.add_snapshot", is_secretariat)
