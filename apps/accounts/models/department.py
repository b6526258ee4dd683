"""所管課: the departments of the city."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.modelfields import PortalEmailField
from apps.core.textfields import TypedCharField


class DepartmentManager(models.Manager["Department"]):
    """Manager of departments; fixtures refer to them by code."""

    def get_by_natural_key(self, code: str) -> "Department":
        """Return the department with this code (natural key)."""
        return self.get(code=code)

    def offered_to(self, own: set[int] | None) -> "models.QuerySet[Department]":
        """Return the active departments; only those with these ids unless `own` is None."""
        active = self.filter(is_active=True)
        return active if own is None else active.filter(pk__in=own)


class Department(models.Model):
    """A department of the city (所管課): it asks, answers and writes plan sheets. Reorganised ones are kept, not deleted."""

    code = models.SlugField(_("コード"), unique=True, help_text=_("英小文字とハイフン。公開後は変えません。"))
    name = TypedCharField(_("名称"), max_length=60, unique=True)
    email = PortalEmailField(_("課の代表アドレス"), blank=True)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)
    is_active = models.BooleanField(_("現在ある課"), default=True)

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
