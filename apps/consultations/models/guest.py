"""登録のない参加: the key of a proposal or comment written without an account, and guests' likes, one a browser."""

import re
import uuid
from collections.abc import Iterable
from functools import cache
from typing import Self, cast

from django.contrib.auth.hashers import check_password, make_password
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Restricted, Restriction
from apps.consultations.models.comment import Comment
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.proposal import Proposal
from apps.consultations.passphrase import new_passphrase, normalised
from apps.core.concurrency import insert_once
from apps.core.submission import SubmitKeyField
from apps.core.text import as_number

COMMENT = re.compile(r"(C[0-9]{2}-[0-9]{1,8})-([0-9]{1,15})", re.ASCII)
HANDLE = 64  # a browser is known by a hash of what its cookie holds


def require_guest_may_write(handle: str) -> None:
    """Refuse, with why and until when, while this browser may not write."""
    restriction = Restriction.objects.current().on_guest(handle).first()
    if restriction is not None:
        how = gettext("異議があるときは、番号と合言葉で自分の意見を開くと、申し立てられます。")
        raise Restricted(f"{restriction.sentence} {how}")


class GuestKeyQuerySet(models.QuerySet["GuestKey"]):
    """QuerySet of GuestKey."""

    def of_number(self, code: str) -> Self:
        """Return the key of the proposal (C26-0001) or comment (C26-0001-12) with this number, as it was typed."""
        number = as_number(code)
        if comment := COMMENT.fullmatch(number):
            return self.filter(comment__proposal__code=comment[1], comment=int(comment[2]))
        return self.filter(proposal__code=number)

    def with_text(self) -> Self:
        """Load the proposal or comment of each."""
        return self.select_related("proposal__consultation", "comment__proposal__consultation")

    def opened_by(self, code: str, typed: str) -> "GuestKey | None":
        """Return the key of this text, if the passphrase is right. A number without key takes as long to refuse."""
        key = self.get_by_code_or_none(code)
        stored = key.passphrase if key else nobodys()
        return key if check_password(normalised(typed), stored) and key else None

    def is_from(self, code: str, handle: str) -> bool:
        """Return whether the text was written in this browser."""
        return bool(handle) and self.of_number(code).filter(handle=handle).exists()

    def get_by_code_or_none(self, code: str) -> "GuestKey | None":
        """Return the key of the text with this number."""
        return self.of_number(code).with_text().first()


class GuestKey(models.Model):
    """What opens a proposal or comment to the person who wrote it without an account: a passphrase, shown once, stored hashed.

    It acts as the author of the text: verbs take it as `by`. handle: which browser wrote it, never who.
    """

    audit_role = "guest"
    audit_id = None
    is_authenticated = False

    proposal = models.OneToOneField(Proposal, models.CASCADE, null=True, related_name="guest_key")
    comment = models.OneToOneField(Comment, models.CASCADE, null=True, related_name="guest_key")
    passphrase = models.CharField(max_length=200, editable=False)
    handle = models.CharField(max_length=HANDLE, db_index=True, editable=False)
    submit_key = SubmitKeyField(unique=True)
    consent_version = models.CharField(_("同意した規約の版"), max_length=20, editable=False)
    consented_at = models.DateTimeField(_("同意日時"), default=timezone.now, editable=False)

    objects = GuestKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("登録のない参加の鍵")
        verbose_name_plural = _("登録のない参加の鍵")
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, comment=None) | Q(proposal=None, comment__isnull=False),
                name="guest_key_one_text",
            ),
        ]

    def __str__(self) -> str:
        return str(self.proposal_id or self.comment_id)

    @property
    def text(self) -> Proposal | Comment:
        """Return the proposal or comment that it opens."""
        return cast("Proposal | Comment", self.proposal or self.comment)

    @property
    def consultation(self) -> Consultation:
        """Return the consultation of the text."""
        return (self.text if isinstance(self.text, Proposal) else self.text.proposal).consultation

    def get_absolute_url(self) -> str:
        """Return the URL of the page where its author sees the text and what can be done with it."""
        return self.url_of("guest_proposal" if self.proposal_id else "guest_comment")

    def url_of(self, page: str) -> str:
        """Return the URL of a page about the text, by the name of its path."""
        text = self.text
        args = [text.code] if isinstance(text, Proposal) else [text.proposal.code, text.pk]
        return reverse(f"consultations:{page}", args=args)

    @property
    def restriction(self) -> Restriction | None:
        """Return the restriction that holds now for the browser that wrote the text."""
        return Restriction.objects.current().on_guest(self.handle).first()

    def require_may_write(self) -> None:
        """Refuse while this browser may not write."""
        require_guest_may_write(self.handle)

    def hold(self) -> None:
        """Lock nothing: there is no row of a person."""

    begin_writing = require_may_write

    def make_passphrase(self) -> str:
        """Make a new passphrase and store its hash. Return it in clear: it is told only now."""
        words = new_passphrase()
        self.passphrase = make_password(normalised(words))
        return words


@cache
def nobodys() -> str:
    """Return a hash that no passphrase matches, checked where there is no key."""
    return make_password(uuid.uuid4().hex)


class GuestLikeQuerySet(models.QuerySet["GuestLike"]):
    """The one write path of guests' likes."""

    def liked_among(self, proposals: Iterable[int], *, handle: str) -> frozenset[int]:
        """Return the ids of those proposals that a browser likes; none for an empty handle."""
        if not handle:
            return frozenset()
        return frozenset(self.filter(handle=handle, proposal__in=proposals).values_list("proposal", flat=True))

    def set(self, *, handle: str, proposal: Proposal, wanted: bool) -> bool:
        """Make a browser like the proposal or not; whether anything changed. The row decides, as with residents' likes."""
        with transaction.atomic(savepoint=False):
            if wanted:
                changed = insert_once(GuestLike(handle=handle, proposal=proposal))
            else:
                changed = bool(self.filter(handle=handle, proposal=proposal).delete()[0])
            if changed:
                step = 1 if wanted else -1
                Proposal.objects.filter(pk=proposal.pk).update(guest_like_count=F("guest_like_count") + step)
        return changed


class GuestLike(models.Model):
    """A guest's イイネ！: one a browser and proposal, shown and exported apart from those of residents, never sorted on."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="guest_likes", verbose_name=_("意見"))
    handle = models.CharField(max_length=HANDLE, editable=False)
    created_at = models.DateTimeField(_("日時"), auto_now_add=True)

    objects = GuestLikeQuerySet.as_manager()

    class Meta:
        verbose_name = _("ゲストのイイネ！")
        verbose_name_plural = _("ゲストのイイネ！")
        constraints = [models.UniqueConstraint(fields=["handle", "proposal"], name="guest_like_once")]

    def __str__(self) -> str:
        return f"→ {self.proposal_id}"
