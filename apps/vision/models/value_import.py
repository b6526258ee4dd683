"""取り込み: which values a file wrote, so that the import can be undone."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField

SHOWN = 20


class ValueImportQuerySet(models.QuerySet["ValueImport"]):
    """QuerySet of ValueImport."""

    def newest(self) -> Self:
        """Load the last few, the newest first."""
        return self.select_related("imported_by").order_by("-pk")[:SHOWN]


class ValueImport(models.Model):
    """One file of yearly values that was brought in: each line with what was there before and what it wrote."""

    at = models.DateTimeField(_("取込日時"), auto_now_add=True)
    file_name = TypedCharField(_("ファイル名"), max_length=200, blank=True)
    lines = models.JSONField(_("値"), default=list, editable=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("取り込んだ職員")
    )
    taken_back_at = models.DateTimeField(_("取消日時"), null=True, blank=True, editable=False)

    objects = ValueImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("指標の値の取り込み")
        verbose_name_plural = _("指標の値の取り込み")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name or str(self.pk)
