"""利用の制限: a user or guest may not write for a while, or not sign in; with reason, end, and one objection (appeal)."""

from typing import TYPE_CHECKING, Protocol, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.date_formats import jdatetime
from apps.core.textfields import TypedTextField
from apps.operations.models import AuditEntry

if TYPE_CHECKING:
    from apps.accounts.models.user import User

APPEAL_MAX = 1000


class Holder(Protocol):
    """Who a restriction is about: a user, or the guest of a browser."""

    def hold(self) -> None:
        """Lock the row until the end of the transaction."""


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """QuerySet of restrictions: in force, of one person, appealed; and the appeal itself."""

    def current(self) -> Self:
        """Return those in force now, the gravest first."""
        now = timezone.now()
        begun = self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now, lifted_at=None)
        return begun.order_by("-kind", "-pk")

    def for_user(self, user: "User | int") -> Self:
        """Return those of one user."""
        return self.filter(user=user)

    def on_guest(self, handle: str) -> Self:
        """Return those of a guest, by the hash that identifies the browser; none for an empty one."""
        return self.filter(guest=handle) if handle else self.none()

    def appealed(self) -> Self:
        """Return those in force against which the person objected."""
        return self.current().filter(appealed_at__isnull=False)

    def object_to(self, restriction: "Restriction", *, words: str, by: Holder) -> bool:
        """Store an objection (異議の申立て) under a row lock, audited; once only. Return whether it was accepted.

        by: the restricted user. Raise HasLeft when the user has left meanwhile.
        """
        with transaction.atomic():
            by.hold()
            locked = self.select_for_update(of=("self",)).get(pk=restriction.pk)
            if locked.appealed_at or not locked.is_current:
                return False
            locked.appeal, locked.appealed_at = words, timezone.now()
            locked.save(update_fields=["appeal", "appealed_at"])
            AuditEntry.record("object_to_restriction", locked, by=by)
        return True

    def forget_appeals_of(self, user: "User") -> int:
        """Erase the objections of a user who leaves; the restrictions stay. Return how many."""
        return self.filter(user=user).update(appeal="")


class Restriction(models.Model):
    """One restriction of one person (or of one guest): 投稿の制限 (reads, writes nothing) or 利用停止 (signs in no more)."""

    class Kind(models.TextChoices):
        """What is not possible meanwhile. In alphabetical order the graver one comes last."""

        LIMITED = "limited", _("投稿の制限（読むことはできる）")
        SUSPENDED = "suspended", _("利用停止（ログインできない）")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="restrictions",
        verbose_name=_("利用者"),
    )
    guest = models.CharField(_("登録していない人"), max_length=64, blank=True, editable=False)
    kind = models.CharField(_("制限の内容"), max_length=10, choices=Kind.choices)
    reason = TypedTextField(_("理由"), max_length=500, help_text=_("本人に伝わる文です。"))
    article = models.PositiveSmallIntegerField(_("運用ポリシーの条"), help_text=_("第○条の数字"))
    starts_at = models.DateTimeField(_("開始"), default=timezone.now)
    ends_at = models.DateTimeField(
        _("終了"), null=True, blank=True, help_text=_("空欄のときは、解除するまで続きます。")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("判断した人"),
    )
    created_at = models.DateTimeField(_("登録日時"), auto_now_add=True)
    appeal = TypedTextField(_("異議の申立て"), blank=True, editable=False)
    appealed_at = models.DateTimeField(_("申立て日時"), null=True, blank=True, editable=False)
    lifted_at = models.DateTimeField(_("解除日時"), null=True, blank=True, editable=False)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("利用の制限")
        verbose_name_plural = _("利用の制限")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, guest="") | (Q(user=None) & ~Q(guest="")), name="restriction_one_person"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="restriction_period",
                violation_error_message=_("終了は開始より後にしてください。"),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="restriction_reason"),
        ]
        indexes = [models.Index(fields=["guest"], name="restriction_guest", condition=~Q(guest=""))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.end_shown}"

    @property
    def is_current(self) -> bool:
        """Return whether it is in force now."""
        now = timezone.now()
        return self.starts_at <= now and self.lifted_at is None and (self.ends_at is None or now < self.ends_at)

    @property
    def end_shown(self) -> str:
        """Return the end as text: date and time, or 解除するまで."""
        if self.ends_at is None:
            return gettext("解除するまで")
        return gettext("%(when)sまで") % {"when": jdatetime(self.ends_at)}

    @property
    def name(self) -> str:
        """Return what it is called on pages and in mails: 投稿の制限 or 利用停止."""
        return gettext("利用停止") if self.kind == self.Kind.SUSPENDED else gettext("投稿の制限")

    @property
    def sentence(self) -> str:
        """Return the sentence for the restricted person: until when and why."""
        about = {"until": self.end_shown, "reason": self.reason, "article": self.article}
        if self.kind == self.Kind.SUSPENDED:
            text = gettext(
                "利用停止中です（%(until)s）。ログインできません。理由：%(reason)s（運用ポリシー第%(article)d条）"
            )
        else:
            text = gettext(
                "投稿の制限中です（%(until)s）。投稿やコメントはできません。理由：%(reason)s（運用ポリシー第%(article)d条）"
            )
        return text % about
