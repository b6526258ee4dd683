"""所管課: the departments of the city."""

import secrets
from typing import Any, Self

from django.apps import apps
from django.db import models, transaction
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.modelfields import PortalEmailField
from apps.core.textfields import TypedCharField
from apps.operations.models import AuditEntry


class DepartmentQuerySet(models.QuerySet["Department"]):
    """QuerySet of departments."""

    def with_reach(self) -> Self:
        """Annotate `is_reached` (bool): whether an e-mail reaches it, by its own address or its staff of today."""
        today = timezone.localdate()
        staff = apps.get_model("accounts", "Posting")._default_manager.filter(
            Q(ends_on=None) | Q(ends_on__gte=today), department=OuterRef("pk"), starts_on__lte=today,
            role__in=["staff", "secretariat"], user__is_active=True, user__erased_at=None, user__email__isnull=False,
        )  # fmt: skip
        return self.annotate(is_reached=ExpressionWrapper(~Q(email="") | Exists(staff), models.BooleanField()))


class DepartmentManager(models.Manager.from_queryset(DepartmentQuerySet)):  # type: ignore[misc]
    """Manager of departments; fixtures refer to them by code."""

    def get_by_natural_key(self, code: str) -> "Department":
        """Return the department with this code (natural key)."""
        department: Department = self.get(code=code)
        return department

    def offered_to(self, own: set[int] | None) -> DepartmentQuerySet:
        """Return the active departments; only those with these ids unless `own` is None."""
        active: DepartmentQuerySet = self.filter(is_active=True)
        return active if own is None else active.filter(pk__in=own)

    def by_calendar_key(self, key: str) -> "Department | None":
        """Return the department whose calendar of due days has this key in its URL; None for any other key."""
        return self.filter(calendar_key=key).first() if key else None


class Department(models.Model):
    """A department of the city (所管課): it asks, answers and writes plan sheets. Reorganised ones are kept, not deleted."""

    code = models.SlugField(_("コード"), unique=True, help_text=_("英小文字とハイフン。公開後は変えません。"))
    name = TypedCharField(_("名称"), max_length=60, unique=True)
    email = PortalEmailField(_("課の代表アドレス"), blank=True)
    head_email = PortalEmailField(
        _("所属長のアドレス"), blank=True, help_text=_("期限を7日過ぎても答えのない割り当てを知らせる先です。")
    )
    calendar_key = models.CharField(max_length=43, unique=True, null=True, blank=True, editable=False)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)
    is_active = models.BooleanField(_("現在ある課"), default=True)

    is_reached: bool  # of rows read `with_reach`

    objects = DepartmentManager()

    class Meta:
        verbose_name = _("所管課")
        verbose_name_plural = _("所管課")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Return the code."""
        return (self.code,)

    @transaction.atomic
    def renew_calendar(self, *, by: Any) -> None:
        """Give the calendar of due days a new URL, audited; the one before ends."""
        self.calendar_key = secrets.token_urlsafe(24)
        self.save(update_fields=["calendar_key"])
        AuditEntry.record("renew_calendar", self, by=by)
