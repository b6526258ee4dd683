"""Permissions of the council's registry (django-rules)."""

import rules
from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import Role, User
from apps.accounts.rules import is_city_staff, is_secretariat, is_signed_in


@rules.predicate
def is_council_member(user: User | AnonymousUser) -> bool:
    """Return whether a person speaks for an organization today."""
    return user.is_authenticated and any(posting.role == Role.COUNCIL for posting in user.current_postings())


rules.add_perm("council.work", is_signed_in & (is_council_member | is_secretariat))
rules.add_perm("council.workspace", is_signed_in & (is_council_member | is_city_staff))
rules.add_perm("council.publish", is_secretariat)

# The admin site: read by all staff, written by the secretariat. Words change on the site, where history is kept.
rules.add_perm("council", is_city_staff)
for model in ("organization", "organizationkind", "project", "projectupdate", "checksheet"):
    rules.add_perm(f"council.view_{model}", is_city_staff)
for model in ("organization", "organizationkind"):
    for verb in ("add", "change"):
        rules.add_perm(f"council.{verb}_{model}", is_secretariat)
rules.add_perm("council.change_project", is_secretariat)
