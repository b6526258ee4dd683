"""Actions of the portal: delete an account (soft delete), mail an inquiry to the city."""

import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Invitation, Restriction, User
from apps.accounts.sessions import forget_sessions
from apps.consultations.models import AbuseReport, Comment, Decision, Follow, Like, Proposal
from apps.core import rate_limit
from apps.core.exceptions import ActionRefused
from apps.core.submission import content_key
from apps.operations.models import AuditEntry, Contact, Notification, Outbox
from apps.public_comments.models import Opinion
from apps.surveys.models import AnswerMark, DrawEntry

INQUIRIES_AN_ADDRESS = 5  # an hour, from one network
INQUIRIES_A_DAY = 300  # from all networks together: a mailbox is read by people
HOUR, DAY = 3600, 86400


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


@transaction.atomic
def send_inquiry(*, words: str, about: str = "", email: str = "", ip: str, submit_key: uuid.UUID) -> Outbox:
    """Mail an inquiry (お問い合わせ) to the city's contact address; return the mail, whose key gives the receipt number.

    The words stand in the outbox until the mail is sent and nowhere else (ADR 50). email: where the city replies, may be
    empty. Idempotent: the same form with the same content again is the same mail. Raises ActionRefused without a contact
    address and above the rate limits.
    """
    contact = Contact.objects.current()
    if not contact.public_email:
        raise ActionRefused(_("いまは、フォームからのお問い合わせを受け付けていません。"))
    key = f"inquiry:{content_key(submit_key, words=words, about=about, email=email)}"
    if repeated := Outbox.objects.filter(key=key).first():
        return repeated
    fair = rate_limit.hit(f"inquiry-from:{ip}", most=INQUIRIES_AN_ADDRESS, seconds=HOUR)
    if not fair or not rate_limit.hit("inquiries", most=INQUIRIES_A_DAY, seconds=DAY):
        raise ActionRefused(_("短い時間にたくさん送られています。お急ぎのときは、お電話ください。"))
    number = receipt_number(key)
    mail: Outbox = Outbox.objects.enqueue(
        key=key,
        to=contact.public_email,
        subject=f"お問い合わせ {number}（調布市 市民参加ポータル）",
        body=_inquiry_body(words, about=about, email=email, number=number),
        headers={"Reply-To": email} if email else {},
        is_signed=False,
    )
    return mail


def receipt_number(key: str) -> str:
    """Return the number of an inquiry (受付番号) from the key of its mail: eight letters and digits."""
    return key.rpartition(":")[2][:8].upper()


def _inquiry_body(words: str, *, about: str, email: str, number: str) -> str:
    """Return what the city's staff read. In Japanese, whatever language the page was in."""
    reply = f"返信先：{email}（このメールに返信すると届きます）" if email else "返信先：なし（返信は要りません）"
    lines = [f"受付番号：{number}", f"どのページのことか：{about or '書かれていません'}", reply]
    return "\n".join([f"{settings.SITE_URL}/contact/form/ から届いたお問い合わせです。", "", *lines, "", words])
