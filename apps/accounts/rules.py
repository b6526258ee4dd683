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


@rules.predicate
def is_council_member(user: Any) -> bool:
    """協議会構成団体の担当者."""
    return user.is_authenticated and user.has_role(Role.COUNCIL)
