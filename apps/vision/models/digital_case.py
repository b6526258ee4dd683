"""デジタル活用による取組事例: what the city already does with digital means."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department
from apps.core.textfields import TypedCharField, TypedTextField
from apps.vision.models.base import Shown, ShownQuerySet


class DigitalCaseQuerySet(ShownQuerySet):
    """QuerySet of DigitalCase."""

    def for_cards(self) -> Self:
        """Load what a card shows, with the department that runs each."""
        return self.with_source().select_related("source", "department")


class DigitalCase(Shown):
    """市のデジタル活用事例: a service or an effort of the city. Which department runs it may still be unconfirmed."""

    search_fields = ("title", "body")

    title = TypedCharField(_("名称"), max_length=120, unique=True)
    body = TypedTextField(_("説明"), blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="digital_cases", verbose_name=_("所管課")
    )
    url = models.URLField(_("くわしいページ"), max_length=500, blank=True)

    objects = DigitalCaseQuerySet.as_manager()

    class Meta(Shown.Meta):
        verbose_name = _("デジタル活用事例")
        verbose_name_plural = _("デジタル活用事例")

    def __str__(self) -> str:
        return self.title
