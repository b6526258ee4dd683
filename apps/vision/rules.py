"""Permissions of the vision's texts and indicators (django-rules)."""

import rules

from apps.accounts.rules import is_city_staff, is_secretariat

WRITTEN_BY_THE_SECRETARIAT = (
    "viewpoint",
    "field",
    "visiontext",
    "sourcedocument",
    "priorityproject",
    "surveyranking",
    "digitalcase",
    "indicator",
)

rules.add_perm("vision", is_city_staff)
for model in WRITTEN_BY_THE_SECRETARIAT:
    rules.add_perm(f"vision.view_{model}", is_city_staff)
    for verb in ("add", "change"):
        rules.add_perm(f"vision.{verb}_{model}", is_secretariat)
