"""Invitations: the only way to a role."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Self

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
    """What is stored of a token: whoever reads the table cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def in_a_week() -> Any:
    """When an invitation made now ends."""
    return timezone.now() + VALID_FOR


class InvitationQuerySet(models.QuerySet[Any]):
    """Questions about invitations."""

    def usable(self) -> Self:
        """Neither used nor expired nor taken back."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())

    def forget_email(self, user: Any) -> int:
        """Who was invited and left: that there was an invitation stays, the address goes."""
        own = Q(accepted_by=user)
        if user.email:
            own |= Q(email__in=[user.email, normalise_email(user.email)])
        return self.filter(own).update(email="")

    def forget_unused_emails(self) -> int:
        """A month after an invitation ended that nobody took, its address goes; how many there were."""
        long_ago = timezone.now() - EMAIL_KEPT
        ended = Q(expires_at__lt=long_ago) | Q(revoked_at__lt=long_ago)
        return self.filter(ended, accepted_at=None).exclude(email="").update(email="")

    def for_token(self, token: str) -> Self:
        """The invitation a mail's link names."""
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
        """The address as it is compared with that of whoever comes."""
        self.email = normalise_email(self.email)

    def __str__(self) -> str:
        return f"{self.email} → {self.get_role_display()}"

    @property
    def place(self) -> str:
        """Where the role is held, in brackets after its name."""
        where = self.department.name if self.department else self.organization
        return f"（{where}）" if where else ""

    @property
    def is_usable(self) -> bool:
        """Whether it can still be taken: neither used nor taken back nor expired."""
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()

    def issue(self, *, by: User) -> str:
        """Store the invitation and return its token, which is shown in the mail and nowhere else."""
        token = secrets.token_urlsafe(32)
        self.token_digest, self.invited_by = digest(token), by
        with transaction.atomic():
            self.save()
            AuditEntry.record("invite", self, by=by, role=self.role)
        return token

    def is_for(self, user: User) -> bool:
        """Whether the signed-in person has the address that was invited."""
        return bool(user.email) and user.email_normalised == normalise_email(self.email)

    @transaction.atomic
    def accept(self, *, by: User) -> Posting:
        """Take the role: once, in time, by the invited address only; raises Invitation.DoesNotExist otherwise."""
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
        """Take an invitation back before it is used."""
        self.revoked_at = timezone.now()
        self.save(update_fields=["revoked_at"])
        AuditEntry.record("revoke_invitation", self, by=by)
