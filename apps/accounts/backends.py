"""Authentication backend: loads the user of a session with postings and restriction."""

from allauth.account.auth_backends import AuthenticationBackend

from apps.accounts.models import User


class PortalBackend(AuthenticationBackend):
    """allauth's backend; `request.user` has postings prefetched and `restriction_id` annotated."""

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session, None for one who left or is inactive.

        Staff rights are off until SecondFactorMiddleware has seen the second factor.
        """
        user: User | None = User.objects.present().with_restriction().with_holding().filter(pk=user_id).first()
        if user is not None:
            user.second_factor_shown = False
            user.load_postings()
        return user
