"""People for tests: residents, and each role with its posting and an authenticator app."""

import time
from typing import Any

import factory
from django.test import Client

from apps.accounts import second_factor
from apps.accounts.models import Department, Posting, Role, User


class DepartmentFactory(factory.django.DjangoModelFactory):
    """A department that exists today."""

    class Meta:
        model = Department

    code = factory.Sequence(lambda n: f"department-{n + 1}")
    name = factory.Sequence(lambda n: f"試験{n + 1}課")


class UserFactory(factory.django.DjangoModelFactory):
    """A resident with an address and without nickname, who asked for the weekly mail."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"resident{n + 1}@example.com")
    wants_digest = True


class PostingFactory(factory.django.DjangoModelFactory):
    """A role that holds from today."""

    class Meta:
        model = Posting

    user = factory.SubFactory(UserFactory)
    role = Role.SECRETARIAT


def make_staff(department: Department | None = None, **fields: Any) -> User:
    """職員（所管課）, of this department or a new one."""
    return _with_role(Role.STAFF, department=department or DepartmentFactory(), **fields)


def make_secretariat(**fields: Any) -> User:
    """職員（企画経営課・事務局）."""
    return _with_role(Role.SECRETARIAT, **fields)


def make_moderator(**fields: Any) -> User:
    """モデレーター."""
    return _with_role(Role.MODERATOR, **fields)


def make_council_member(organization: str = "見本団体", **fields: Any) -> User:
    """協議会構成団体の担当者."""
    return _with_role(Role.COUNCIL, organization=organization, **fields)


def make_superuser(**fields: Any) -> User:
    """システム管理者."""
    user = UserFactory(is_superuser=True, **fields)
    second_factor.attach_totp(user, second_factor.secret_from(user.handle))
    return user


def show_second_factor(client: Client, user: User, *, ago: float = 0) -> None:
    """What a browser's session holds after the person typed the code of the authenticator app, so many seconds ago."""
    session, at = client.session, time.time() - ago
    session["account_authentication_methods"] = [
        {"method": "code", "at": at},
        {"method": "mfa", "at": at, "type": "totp", "reauthenticated": True},
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def _with_role(
    role: Role, *, department: Department | None = None, organization: str = "", totp: bool = True, **fields: Any
) -> User:
    user = UserFactory(**fields)
    PostingFactory(user=user, role=role, department=department, organization=organization)
    if totp:
        second_factor.attach_totp(user, second_factor.secret_from(user.handle))
    return user
