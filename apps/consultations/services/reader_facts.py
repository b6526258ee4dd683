"""What pages that are made for all residents ask of each of them (`core.two_phase`)."""

from django.http import HttpRequest

from apps.accounts.requests import user_of
from apps.consultations.models import Comment, Follow
from apps.core.two_phase import FACTS


def follows(request: HttpRequest, consultations: set[int]) -> frozenset[int]:
    """Return which of these consultations the reader follows; a guest follows none."""
    if not request.user.is_authenticated:
        return frozenset()
    return Follow.objects.followed_among(consultations, user=user_of(request))


def waiting_comment(request: HttpRequest, proposals: set[int]) -> frozenset[int]:
    """Return on which of these proposals a comment of the reader waits for approval; a guest is told nothing of it."""
    if not request.user.is_authenticated:
        return frozenset()
    return Comment.objects.proposals_with_held_of(proposals, user=user_of(request))


FACTS.update(follows=follows, waiting_comment=waiting_comment)
