"""Where the portal's sign-in differs from allauth's own."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Names never come from an e-mail address."""

    def populate_username(self, request: Any, user: Any) -> None:
        """People have no user name."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """LINE and Google only say who somebody is."""


class MFAAdapter(DefaultMFAAdapter):
    """The second factor of staff, passkeys of everyone."""
