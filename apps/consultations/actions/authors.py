"""Author of a proposal or comment: a person with an account, or a browser without one. Each has its own limits and its own key."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused, Comment, Consultation, GuestKey, Proposal
from apps.consultations.models.guest import require_guest_may_write
from apps.consultations.services.rate_limit import require_browser_under_limit, require_under_limit
from apps.core.submission import ContentKey

PROPOSALS_AN_HOUR, COMMENTS_AN_HOUR = 10, 30
POSTS_A_BROWSER, POSTS_AN_ADDRESS = 5, 30  # an hour; a school or 市役所 shares one address
COMMENTS_A_BROWSER, COMMENTS_AN_ADDRESS = 10, 60  # an hour


class Posted(NamedTuple):
    """A proposal, whether it is new, and for a new one of a guest its passphrase in clear, which is told only now."""

    proposal: Proposal
    is_new: bool
    passphrase: str = ""


class PostedComment(NamedTuple):
    """A comment, whether it is new, and for a new one of a guest its passphrase in clear, which is told only now."""

    comment: Comment
    is_new: bool
    passphrase: str = ""


@dataclass(frozen=True)
class AccountAuthor:
    """A person who is signed in. The text belongs to the account.

    nickname: chosen with this text by somebody who has none yet; it stays only if the text does.
    """

    user: User
    nickname: str = ""

    is_guest: ClassVar[bool] = False
    handle: ClassVar[str] = ""

    def require_may_write(self) -> None:
        """Raise Restricted while the person may not write."""
        self.user.require_may_write()

    def begin_writing(self) -> None:
        """Lock the person's row and store a new nickname; raise Restricted while the person may not write."""
        self.user.begin_writing()
        if self.nickname:
            self.user.choose_nickname(self.nickname)

    def name_in_key(self, public_name: str) -> dict[str, object]:
        """Return what the choice of a name adds to the content key."""
        return {"anonymous": not public_name}

    def find_posted(self, key: ContentKey) -> Posted | None:
        """Return what this person posted under the key, if anything."""
        proposal = Proposal.objects.filter(author=self.user, submit_key=key).first()
        return Posted(proposal, is_new=False) if proposal else None

    def require_accepted_by(self, consultation: Consultation) -> None:
        """Refuse nobody: every consultation takes proposals of residents."""

    def require_under_limit(self) -> None:
        """Apply the rate limit of a person; raise ActionRefused above it."""
        require_under_limit(by=self.user, rows=Proposal.objects.by_author(self.user), most=PROPOSALS_AN_HOUR)

    def require_may_comment(self, consultation: Consultation) -> None:
        """Apply the rate limit of a person's comments; raise ActionRefused above it. Residents comment everywhere."""
        require_under_limit(by=self.user, rows=Comment.objects.by_author(self.user), most=COMMENTS_AN_HOUR)

    def find_comment(self, key: ContentKey) -> Comment | None:
        """Return the comment that this person posted under the key, if any."""
        return Comment.objects.filter(author=self.user, submit_key=key).first()

    def save_comment(self, comment: Comment, key: ContentKey) -> PostedComment:
        """Insert the comment. The row lock of `begin_writing` keeps a second press out."""
        comment.submit_key = key
        comment.save(force_insert=True)
        return PostedComment(comment, is_new=True)

    def save(self, proposal: Proposal, key: ContentKey) -> Posted:
        """Insert the proposal. The row lock of `begin_writing` keeps a second press out."""
        proposal.submit_key = key
        proposal.save(force_insert=True)
        return Posted(proposal, is_new=True)


@dataclass(frozen=True)
class GuestAuthor:
    """Somebody without an account. The text belongs to whoever knows its passphrase.

    handle: hash of the browser, empty for one that has no number yet; ip, consent_version: needed to post.
    """

    handle: str
    ip: str = ""
    consent_version: str = ""

    is_guest: ClassVar[bool] = True
    user: ClassVar[User | None] = None

    def require_may_write(self) -> None:
        """Raise Restricted while this browser may not write."""
        require_guest_may_write(self.handle)

    def begin_writing(self) -> None:
        """Lock nothing: there is no row of a person. `require_under_limit` refuses a restricted browser."""

    def name_in_key(self, public_name: str) -> dict[str, object]:
        """Return what the choice of a name adds to the content key."""
        return {"nickname": public_name}

    def find_posted(self, key: ContentKey) -> Posted | None:
        """Return what was posted under the key, if anything, without its passphrase."""
        proposal = Proposal.objects.filter(guest_key__submit_key=key).first()
        return Posted(proposal, is_new=False) if proposal else None

    def require_accepted_by(self, consultation: Consultation) -> None:
        """Raise ActionRefused where guests are not asked."""
        if not consultation.allows_guests:
            raise ActionRefused(_("このテーマへの投稿には、ログインまたは新規登録が必要です。"))

    def require_under_limit(self) -> None:
        """Apply the rate limits of a browser and of its network; raise Restricted or TooFast."""
        self.require_may_write()
        require_browser_under_limit(
            "post", handle=self.handle, ip=self.ip, browser=POSTS_A_BROWSER, network=POSTS_AN_ADDRESS
        )

    def save(self, proposal: Proposal, key: ContentKey) -> Posted:
        """Insert the proposal and its key. The unique key decides when the form is sent twice at the same time."""
        passphrase = self._insert(proposal, GuestKey(proposal=proposal), key)
        if not passphrase:
            return Posted(Proposal.objects.get(guest_key__submit_key=key), is_new=False)
        return Posted(proposal, is_new=True, passphrase=passphrase)

    def require_may_comment(self, consultation: Consultation) -> None:
        """Apply the rate limits of a browser's comments and of its network; raise ActionRefused where guests do not comment,
        Restricted or TooFast."""
        if not consultation.takes_guest_comments:
            raise ActionRefused(_("この意見にコメントするには、ログインまたは新規登録が必要です。"))
        self.require_may_write()
        require_browser_under_limit(
            "comment", handle=self.handle, ip=self.ip, browser=COMMENTS_A_BROWSER, network=COMMENTS_AN_ADDRESS
        )

    def find_comment(self, key: ContentKey) -> Comment | None:
        """Return the comment that was posted under the key, if any."""
        return Comment.objects.filter(guest_key__submit_key=key).first()

    def save_comment(self, comment: Comment, key: ContentKey) -> PostedComment:
        """Insert the comment and its key. The unique key decides when the form is sent twice at the same time."""
        passphrase = self._insert(comment, GuestKey(comment=comment), key)
        if not passphrase:
            return PostedComment(Comment.objects.get(guest_key__submit_key=key), is_new=False)
        return PostedComment(comment, is_new=True, passphrase=passphrase)

    def _insert(self, text: Proposal | Comment, guest_key: GuestKey, key: ContentKey) -> str:
        """Insert a text and its key together. Return the passphrase; empty when the same was inserted meanwhile."""
        guest_key.handle, guest_key.submit_key, guest_key.consent_version = self.handle, key, self.consent_version
        passphrase = guest_key.make_passphrase()
        try:
            with transaction.atomic():
                text.save(force_insert=True)
                guest_key.save(force_insert=True)
        except IntegrityError:
            return ""
        return passphrase


Author = AccountAuthor | GuestAuthor
