"""報告書の版: 市民参加・協働実践状況報告書, frozen on the day of its publication."""

import hashlib
import json
from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedTextField
from apps.participation.models.report import ParticipationYear


class ParticipationEditionQuerySet(models.QuerySet["ParticipationEdition"]):
    """QuerySet of ParticipationEdition."""

    def public(self) -> Self:
        """Filter published editions: all of them, a former one stays readable."""
        return self.select_related("year")

    def newest(self) -> Self:
        """Filter the newest edition of each year, the newest year first."""
        last = ParticipationEdition.objects.filter(year=OuterRef("year")).order_by("-edition").values("pk")[:1]
        return self.filter(pk=Subquery(last)).select_related("year").order_by("-year__year")


class ParticipationEdition(models.Model):
    """報告書の版: every figure and line of a year. The database refuses to change or delete it; a mistake is the next edition."""

    year = models.ForeignKey(ParticipationYear, models.PROTECT, related_name="editions", verbose_name=_("年度"))
    edition = models.PositiveSmallIntegerField(_("版"))
    published_at = models.DateTimeField(_("公表日時"), default=timezone.now)
    note = TypedTextField(_("正誤の説明"), max_length=400, blank=True)
    figures = models.JSONField(_("内容"))

    objects = ParticipationEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("市民参加・協働実践状況報告書")
        verbose_name_plural = _("市民参加・協働実践状況報告書")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "edition"], name="participation_edition_once"),
            models.CheckConstraint(condition=Q(edition=1) | ~Q(note=""), name="participation_correction_explained"),
        ]

    def __str__(self) -> str:
        return f"{self.year} 第{self.edition}版"

    def get_absolute_url(self) -> str:
        """Return the URL of this edition."""
        return f"{reverse('participation:year', args=[self.year.year])}?edition={self.edition}"

    @property
    def digest(self) -> str:
        """Return a hash of edition number and figures: what a preview has shown."""
        plain = json.dumps([self.edition, self.figures], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()
