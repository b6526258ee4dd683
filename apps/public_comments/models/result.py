"""結果: 意見の概要と市の考え方, frozen as an edition on the day of its publication."""

import hashlib
import json
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedTextField
from apps.core.types import StrOrPromise
from apps.public_comments.models.case import Case
from apps.public_comments.models.opinion import Channel, Opinion


class ResultEditionQuerySet(models.QuerySet["ResultEdition"]):
    """QuerySet of ResultEdition."""

    def public(self) -> Self:
        """Filter published editions: all of them, a former one stays readable."""
        return self.filter(case__in=Case.objects.public().order_by().values("pk"))

    def newest(self) -> Self:
        """Filter the newest edition of each case, the case joined; in the order of the cases."""
        of_case = ResultEdition.objects.filter(case=models.OuterRef("case")).order_by().values("case")
        last = of_case.annotate(n=models.Max("edition")).values("n")
        rows = self.public().filter(edition=models.Subquery(last)).select_related("case")
        return rows.order_by("case", "-edition")

    def of_case(self, case: Case) -> Self:
        """Filter the editions of a case, the newest first."""
        return self.filter(case=case).order_by("-edition")


class ResultEdition(models.Model):
    """結果の版: every figure and row of the result. The database refuses to change or delete it.

    A mistake is corrected by the next edition, which says what was corrected; the former one stays at its address.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="results", verbose_name=_("案件"))
    edition = models.PositiveSmallIntegerField(_("版"))
    published_at = models.DateTimeField(_("公表日時"), default=timezone.now)
    note = TypedTextField(_("正誤の説明"), max_length=400, blank=True)
    figures = models.JSONField(_("結果"))

    objects = ResultEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("パブリック・コメントの結果")
        verbose_name_plural = _("パブリック・コメントの結果")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "edition"], name="public_comment_result_once"),
            models.CheckConstraint(
                condition=Q(edition=1) | (Q(edition__gt=1) & ~Q(note="")), name="public_comment_correction_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} 第{self.edition}版"

    def get_absolute_url(self) -> str:
        """Return the URL of this edition."""
        return f"{reverse('public_comments:results', args=[self.case.slug])}?edition={self.edition}"

    @property
    def channels(self) -> list[tuple[StrOrPromise, int]]:
        """Return how many letters came by each channel, with its name."""
        return [(Channel(value).label, n) for value, n in self.figures["channels"]]

    @property
    def excluded(self) -> list[tuple[StrOrPromise, int]]:
        """Return how many letters do not count for each reason, with the reason in words."""
        return [(Opinion.Excluded(reason).label, n) for reason, n in self.figures["excluded"]]

    @property
    def digest(self) -> str:
        """Return a hash of edition number and figures: what a preview has shown."""
        return digest_of(self.edition, self.figures)


def digest_of(edition: int, figures: dict[str, Any]) -> str:
    """Return a hash of an edition number and its figures."""
    plain = json.dumps([edition, figures], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()
