"""職: the role a user holds as city staff or in the council, from one day to another."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.department import Department
from apps.core.textfields import TypedCharField


class Role(models.TextChoices):
    """The roles that are given by invitation; every user is a resident besides."""

    COUNCIL = "council", _("協議会構成団体の担当者")
    STAFF = "staff", _("職員（所管課）")
    SECRETARIAT = "secretariat", _("職員（企画経営課・事務局）")
    MODERATOR = "moderator", _("モデレーター")


CITY_ROLES = (Role.STAFF, Role.SECRETARIAT, Role.MODERATOR)  # the city's service: asks for a second factor
IN_DEPARTMENTS = (Role.STAFF, Role.SECRETARIAT)  # the secretariat, too, is somebody's department


class PostingQuerySet(models.QuerySet["Posting"]):
    """QuerySet of postings: by day, department, organization."""

    def current(self) -> Self:
        """Return the postings that hold today."""
        today = timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)

    def within(self, first: date, last: date) -> Self:
        """Return the staff postings of any department that held on one of these days."""
        return self.in_departments().filter(Q(ends_on=None) | Q(ends_on__gte=first), starts_on__lte=last)

    def speaking_for(self, names: Iterable[str]) -> Self:
        """Return the council postings of these organizations."""
        return self.filter(role=Role.COUNCIL, organization__in=list(names))

    def in_departments(self) -> Self:
        """Return the staff postings of any department."""
        return self.filter(role__in=IN_DEPARTMENTS, department__isnull=False)

    def in_department(self, department_id: int) -> Self:
        """Return the staff postings of one department."""
        return self.in_departments().filter(department_id=department_id)

    def of_organization(self, name: str | models.OuterRef) -> Self:
        """Return the council postings of one organization."""
        return self.filter(role=Role.COUNCIL, organization=name)

    def follow_rename(self, before: str, after: str) -> int:
        """Rename an organization in its council postings. Return how many."""
        return self.of_organization(before).update(organization=after)


class Posting(models.Model):
    """One role of one person; 兼務 is several rows. When the posting ends, the rights end with it, without any act."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="postings", verbose_name=_("利用者")
    )
    role = models.CharField(_("役割"), max_length=20, choices=Role.choices)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("所管課")
    )
    organization = TypedCharField(_("団体名"), max_length=100, blank=True)
    starts_on = models.DateField(_("開始日"), default=timezone.localdate)
    ends_on = models.DateField(_("終了日"), null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("役割")
        verbose_name_plural = _("役割")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "department", "organization", "starts_on"],
                nulls_distinct=False,
                name="posting_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="posting_period",
                violation_error_message=_("終了日は開始日以後の日にしてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(role="staff") | Q(department__isnull=False),
                name="posting_staff_department",
                violation_error_message=_("所管課の職員には所管課を選んでください。"),
            ),
            models.CheckConstraint(
                condition=~Q(role="council") | ~Q(organization=""),
                name="posting_council_organization",
                violation_error_message=_("協議会構成団体の担当者には団体名を入れてください。"),
            ),
        ]

    def __str__(self) -> str:
        place = self.department.name if self.department else self.organization
        return f"{self.get_role_display()} {place}".strip()

    def holds_on(self, day: date) -> bool:
        """Return whether the posting holds on that day, first and last day included."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
