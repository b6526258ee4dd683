"""Predicates and permissions (django-rules) about users and roles, shared by all apps."""

import rules
from django.contrib.auth.models import AnonymousUser

from apps.accounts.models import Role, User


@rules.predicate
def is_signed_in(user: User | AnonymousUser) -> bool:
    """Return whether the user is signed in and active."""
    return user.is_authenticated and user.is_active


@rules.predicate
def is_secretariat(user: User | AnonymousUser) -> bool:
    """Return whether the user is in 企画経営課・事務局, or a system administrator."""
    return user.is_authenticated and user.has_role(Role.SECRETARIAT)


@rules.predicate
def is_moderator(user: User | AnonymousUser) -> bool:
    """Return whether the user is モデレーター, in the secretariat, or a system administrator."""
    return user.is_authenticated and user.has_role(Role.MODERATOR, Role.SECRETARIAT)


@rules.predicate
def is_city_staff(user: User | AnonymousUser) -> bool:
    """Return whether the user is city staff, whatever the role."""
    return user.is_authenticated and user.is_staff


def roles_offered_by(user: User) -> list[Role]:
    """Return the roles that the user may invite to; only a system administrator may invite to the secretariat."""
    if user.is_administrator:
        return list(Role)
    return [Role.STAFF, Role.MODERATOR, Role.COUNCIL] if is_secretariat(user) else []


@rules.predicate
def outranks(user: User, person: User | None) -> bool:
    """Return whether the user may change this person's rights: never one's own rank or above."""
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
for permission in (
    "view_auditentry",
    "view_job",
    "view_outbox",
    "view_sitepage",
    "change_sitepage",
    "view_contact",
    "change_contact",
):
    rules.add_perm(f"operations.{permission}", is_secretariat)
for verb in ("view", "add", "change", "delete"):
    rules.add_perm(f"operations.{verb}_furiganaword", is_secretariat)
