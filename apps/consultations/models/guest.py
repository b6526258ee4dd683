"""登録のない参加: the key of a proposal written without an account, and guests' likes, one a browser."""

import uuid
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Restricted, Restriction
from apps.consultations.models.proposal import Proposal
from apps.consultations.passphrase import new_passphrase, normalised
from apps.core.concurrency import insert_once
from apps.core.submission import SubmitKeyField
from apps.core.text import as_number

HANDLE = 64  # a browser is known by a hash of what its cookie holds


def require_guest_may_write(handle: str) -> None:
    """Refuse, with why and until when, while this browser may not write."""
    restriction = Restriction.objects.current().on_guest(handle).first()
    if restriction is not None:
        how = gettext("異議があるときは、番号と合言葉で自分の意見を開くと、申し立てられます。")
        raise Restricted(f"{restriction.sentence} {how}")


class GuestKeyQuerySet(models.QuerySet["GuestKey"]):
    """QuerySet of GuestKey."""

    def opened_by(self, code: str, typed: str) -> "GuestKey | None":
        """Return the key of this proposal, if the passphrase is right. A number without key takes as long to refuse."""
        key = self.select_related("proposal").filter(proposal__code=as_number(code)).first()
        stored = key.passphrase if key else nobodys()
        return key if check_password(normalised(typed), stored) and key else None

    def is_from(self, code: str, handle: str) -> bool:
        """Return whether the proposal was written in this browser."""
        return bool(handle) and self.filter(proposal__code=as_number(code), handle=handle).exists()

    def get_by_code_or_none(self, code: str) -> "GuestKey | None":
        """Return the key of this proposal."""
        return self.select_related("proposal").filter(proposal__code=as_number(code)).first()


class GuestKey(models.Model):
    """What opens a proposal to the person who wrote it without an account: a passphrase, shown once, stored hashed.

    It acts as the proposal's author: verbs take it as `by`. handle: which browser wrote it, never who.
    """

    audit_role = "guest"
    audit_id = None
    is_authenticated = False

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="guest_key")
    passphrase = models.CharField(max_length=200, editable=False)
    handle = models.CharField(max_length=HANDLE, db_index=True, editable=False)
    submit_key = SubmitKeyField(unique=True)
    consent_version = models.CharField(_("同意した規約の版"), max_length=20, editable=False)
    consented_at = models.DateTimeField(_("同意日時"), default=timezone.now, editable=False)

    objects = GuestKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("登録のない参加の鍵")
        verbose_name_plural = _("登録のない参加の鍵")

    def __str__(self) -> str:
        return str(self.proposal_id)

    @property
    def restriction(self) -> Restriction | None:
        """Return the restriction that holds now for the browser that wrote the proposal."""
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

    def set(self, *, handle: str, proposal: Proposal, wanted: bool) -> bool:
        """Make a browser like the proposal or not; whether anything changed. The row decides, as with residents' likes."""
        with transaction.atomic():
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
