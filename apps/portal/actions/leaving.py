"""Delete an account (soft delete): what goes with its person, and what stays without a name."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from apps.accounts.models import Invitation, Restriction, User
from apps.accounts.sessions import forget_sessions
from apps.consultations.models import AbuseReport, Comment, Decision, Follow, Like, Proposal
from apps.operations.models import AuditEntry, Notification, Outbox
from apps.public_comments.models import Opinion
from apps.surveys.models import AnswerMark, DrawEntry


def what_leaves(user: User) -> dict[str, int]:
    """Count what a person has here, to be shown before the account is deleted."""
    return {
        "proposals": Proposal.objects.by_author(user).count(),
        "comments": Comment.objects.by_author(user).count(),
        "likes": Like.objects.by_user(user).count(),
    }


@transaction.atomic
def leave(*, user: User, withdraw: bool) -> None:
    """Soft-delete an account: likes (with their counts), follows, notifications and every way to sign in go. Idempotent.

    Proposals and comments stay as 匿名 or are withdrawn; earlier wordings go either way. The row of the account stays
    as an empty tombstone. Sessions go in every browser. Opinions of a public comment stay until the day of their case,
    without the account.

    withdraw: take all texts back, hidden ones too; hidden ones that are kept are erased a year later all the same.

    The person's row is locked first: what they were writing in another window is done by then, and goes with the rest,
    or waits and is refused (`accounts.leaving_guard`). Leaving twice at once is leaving once.
    """
    if not User.objects.lock_for_leaving(user):
        return
    AuditEntry.record("leave", user, by=user, withdraw=withdraw)
    Like.objects.remove_all(user)
    Follow.objects.by_user(user).delete()
    if withdraw:
        Comment.objects.by_author(user).withdraw_all()
        Proposal.objects.by_author(user).withdraw_all()
    Comment.objects.by_author(user).forget_name()
    Proposal.objects.by_author(user).forget_name()
    Proposal.objects.by_author(user).forget_earlier_wordings()
    AbuseReport.objects.by_user(user).forget_reporter()
    Decision.objects.forget_appeals_of(user)
    Restriction.objects.forget_appeals_of(user)
    Notification.objects.visible_to(user).delete()
    Opinion.objects.by_author(user).forget_author()
    DrawEntry.objects.of_account(user).delete()
    AnswerMark.objects.forget_account(user)
    Invitation.objects.forget_email(user)
    forget_sessions(user=user)
    if user.email:
        Outbox.objects.forget_email(user.email)
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    user.erase()
