"""Invitations by e-mail: the only way to a role. Tokens are stored as hash."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.department import Department
from apps.accounts.models.posting import Posting, Role
from apps.accounts.models.user import User, normalise_email
from apps.core.modelfields import PortalEmailField
from apps.core.textfields import TypedCharField
from apps.operations.models import AuditEntry

VALID_FOR = timedelta(days=7)
EMAIL_KEPT = timedelta(days=30)  # the page プライバシー says 30日: change both together


def digest(token: str) -> str:
    """Return the SHA-256 of a token; only this is stored, so that whoever reads the table cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def in_a_week() -> datetime:
    """Return the expiry of an invitation made now."""
    return timezone.now() + VALID_FOR


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """QuerySet of invitations: usable ones, by token, and erasure of e-mail addresses."""

    def usable(self) -> Self:
        """Return those neither accepted nor expired nor revoked."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())

    def forget_email(self, user: User) -> int:
        """Erase the e-mail address from the invitations of a user who leaves; the rows stay. Return how many."""
        own = Q(accepted_by=user)
        if user.email:
            own |= Q(email__in=[user.email, normalise_email(user.email)])
        return self.filter(own).update(email="")

    def forget_unused_emails(self) -> int:
        """Erase the e-mail address of invitations that ended unused EMAIL_KEPT ago. Return how many."""
        long_ago = timezone.now() - EMAIL_KEPT
        ended = Q(expires_at__lt=long_ago) | Q(revoked_at__lt=long_ago)
        return self.filter(ended, accepted_at=None).exclude(email="").update(email="")

    def for_token(self, token: str) -> Self:
        """Return the invitation with this token, with its department."""
        return self.filter(token_digest=digest(token)).select_related("department")


class Invitation(models.Model):
    """A role offered to one e-mail address, once, for a week. Only the person with that address can take it."""

    email = PortalEmailField(_("メールアドレス"))
    role = models.CharField(_("役割"), max_length=20, choices=Role.choices)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, verbose_name=_("所管課"))
    organization = TypedCharField(_("団体名"), max_length=100, blank=True)
    ends_on = models.DateField(_("役割の終了日"), null=True, blank=True)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False, verbose_name=_("招待した人"))
    created_at = models.DateTimeField(_("招待日時"), auto_now_add=True)
    expires_at = models.DateTimeField(_("期限"), default=in_a_week)
    accepted_at = models.DateTimeField(_("受諾日時"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("受諾した人")
    )
    revoked_at = models.DateTimeField(_("取消日時"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("招待")
        verbose_name_plural = _("招待")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_whole",
            ),
            models.CheckConstraint(
                condition=~Q(role="staff") | Q(department__isnull=False),
                name="invitation_staff_department",
                violation_error_message=_("所管課の職員には所管課を選んでください。"),
            ),
            models.CheckConstraint(
                condition=~Q(role="council") | ~Q(organization=""),
                name="invitation_council_organization",
                violation_error_message=_("協議会構成団体の担当者には団体名を入れてください。"),
            ),
        ]

    def clean(self) -> None:
        """Normalise the e-mail address."""
        self.email = normalise_email(self.email)

    def __str__(self) -> str:
        return f"{self.email} → {self.get_role_display()}"

    @property
    def place(self) -> str:
        """Return the department or organization in brackets, to stand behind the role; an empty text without one."""
        where = self.department.name if self.department else self.organization
        return f"（{where}）" if where else ""

    @property
    def is_usable(self) -> bool:
        """Return whether it is neither accepted nor revoked nor expired."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()

    def issue(self, *, by: User) -> str:
        """Store the invitation with its audit entry. Return its token, which is in the mail and nowhere else."""
        token = secrets.token_urlsafe(32)
        self.token_digest, self.invited_by = digest(token), by
        with transaction.atomic():
            self.save()
            AuditEntry.record("invite", self, by=by, role=self.role)
        return token

    def is_for(self, user: User) -> bool:
        """Return whether the user has the e-mail address that was invited."""
        return bool(user.email) and user.email_normalised == normalise_email(self.email)

    @transaction.atomic
    def accept(self, *, by: User) -> Posting:
        """Accept under a row lock: create the posting and the audit entry. Return the posting.

        Raise Invitation.DoesNotExist when it is not usable any more, or was sent to another e-mail address.
        """
        invitation = Invitation.objects.usable().select_for_update().get(pk=self.pk)
        if not invitation.is_for(by):
            raise Invitation.DoesNotExist
        invitation.accepted_at, invitation.accepted_by = timezone.now(), by
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        posting, _made = Posting.objects.get_or_create(
            user=by,
            role=invitation.role,
            department=invitation.department,
            organization=invitation.organization,
            starts_on=timezone.localdate(),
            defaults={"ends_on": invitation.ends_on},
        )
        AuditEntry.record("accept_invitation", invitation, by=by, role=invitation.role)
        return posting

    @transaction.atomic
    def revoke(self, *, by: User) -> None:
        """Revoke the invitation, audited."""
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])
        AuditEntry.record("revoke_invitation", self, by=by)
