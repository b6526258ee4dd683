"""Create the demonstration accounts: one for every role, none stands for a person."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import generate_totp_secret

from apps.accounts import second_factor
from apps.accounts.models import Department, Posting, Role, User


@dataclass(frozen=True)
class Account:
    """One demonstration account: a role, never a person."""

    key: str
    title: str
    nickname: str
    role: Role | None = None
    department: str = ""
    organization: str = ""
    is_superuser: bool = False

    @property
    def email(self) -> str:
        """Return an e-mail address of the domain reserved for examples: no mail can ever reach anybody."""
        return f"{self.key}@example.com"

    @property
    def needs_code(self) -> bool:
        """Return whether the role signs in with an authenticator app besides."""
        return self.is_superuser or self.role in {Role.STAFF, Role.SECRETARIAT, Role.MODERATOR}


ACCOUNTS = [
    Account("resident-a", "市民A", "市民A（見本）"),
    Account("resident-b", "市民B", "市民B（見本）"),
    Account(
        "council", "協議会構成団体の担当者", "見本団体 担当（見本）", Role.COUNCIL, organization="見本団体（デモ）"
    ),
    Account("staff", "職員（協働推進課）", "協働推進課 職員（見本）", Role.STAFF, "kyodo-suishin"),
    Account("secretariat", "職員（企画経営課・事務局）", "企画経営課 職員（見本）", Role.SECRETARIAT, "kikaku-keiei"),
    Account("moderator", "モデレーター", "モデレーター（見本）", Role.MODERATOR),
    Account("superuser", "システム管理者", "システム管理者（見本）", is_superuser=True),
]


def make_accounts() -> None:
    """Create one account for each role, with a confirmed e-mail address; staff with an authenticator app."""
    for account in ACCOUNTS:
        user = User.objects.create_user(
            email=account.email, nickname=account.nickname, is_superuser=account.is_superuser
        )
        EmailAddress.objects.create(user=user, email=account.email, verified=True, primary=True)
        if account.role:
            department = Department.objects.get(code=account.department) if account.department else None
            Posting.objects.create(
                user=user, role=account.role, department=department, organization=account.organization
            )
        if account.needs_code:
            second_factor.attach_totp(user, generate_totp_secret())


def account_named(key: str) -> Account | None:
    """Return the account with this short name."""
    return next((a for a in ACCOUNTS if a.key == key), None)
