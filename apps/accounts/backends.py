"""How a signed-in person is read: together with the roles held, in one place."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from apps.accounts.models import User


class PortalBackend(AuthenticationBackend):
    """allauth's sign-in; the person of each request comes with their postings and whether a restriction holds."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, unless they left. Staff rights begin once the second factor is seen (middleware)."""
        person = User.objects.present().with_postings().with_restriction().filter(pk=user_id).first()
        if person is not None:
            person.second_factor_shown = False
        return person
