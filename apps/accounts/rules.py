"""Predicates about people that every app shares."""

from typing import Any

import rules

from apps.accounts.models import Role


@rules.predicate
def is_signed_in(user: Any) -> bool:
    """Someone with an account that is in use."""
    return user.is_authenticated and user.is_active


@rules.predicate
def is_secretariat(user: Any) -> bool:
    """企画経営課・事務局, or a system administrator."""
    return user.is_authenticated and user.has_role(Role.SECRETARIAT)


@rules.predicate
def is_moderator(user: Any) -> bool:
    """モデレーター, the secretariat or a system administrator."""
    return user.is_authenticated and user.has_role(Role.MODERATOR, Role.SECRETARIAT)


@rules.predicate
def is_city_staff(user: Any) -> bool:
    """Anyone in the city's service."""
    return user.is_authenticated and user.is_staff


def roles_offered_by(user: Any) -> list[Role]:
    """The roles that this person may invite to: nobody hands out their own power, so only a system administrator
    makes somebody part of the secretariat."""
    if user.is_administrator:
        return list(Role)
    return [Role.STAFF, Role.MODERATOR, Role.COUNCIL] if is_secretariat(user) else []


@rules.predicate
def outranks(user: Any, person: Any) -> bool:
    """Whether the user may change this person's rights: never one's own rank or above."""
    if person is None or user.is_administrator:
        return True
    return not person.is_superuser and not any(p.role == Role.SECRETARIAT for p in person.postings.all())


rules.add_perm("accounts", is_moderator)
rules.add_perm("accounts.restrict", is_moderator)
rules.add_perm("accounts.view_user", is_moderator)
rules.add_perm("accounts.change_user", is_secretariat & outranks)
rules.add_perm("accounts.view_posting", is_secretariat)
rules.add_perm("accounts.view_invitation", is_secretariat)
rules.add_perm("accounts.add_invitation", is_secretariat)
for verb in ("view", "add", "change"):
    rules.add_perm(f"accounts.{verb}_department", is_secretariat)


# Operations stands below this app and knows no roles; who may see its records is said here.
rules.add_perm("operations", is_secretariat)
for permission in ("view_auditentry", "view_job", "view_outbox", "view_sitepage", "change_sitepage"):
    rules.add_perm(f"operations.{permission}", is_secretariat)
