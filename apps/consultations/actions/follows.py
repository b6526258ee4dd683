"""Follow a consultation (フォロー), or stop."""

from django.db import transaction

from apps.accounts.models import User
from apps.consultations.models import Consultation, Follow


@transaction.atomic
def follow(*, user: User, consultation: Consultation, wanted: bool) -> None:
    """Follow a consultation, or stop."""
    user.hold()
    Follow.objects.set(user=user, consultation=consultation, wanted=wanted)
