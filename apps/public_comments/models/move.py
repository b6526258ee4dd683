"""期間の延長: the last day of a case's period was moved to a later one."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedTextField
from apps.public_comments.models.case import Case


class PeriodMove(models.Model):
    """期間の延長: the former last day, the one that was set, and why; as public as the case, on its time line for ever."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="moves", verbose_name=_("案件"))
    moved_at = models.DateTimeField(_("延ばした日時"), default=timezone.now)
    closes_before = models.DateField(_("前の最終日"))
    closes_on = models.DateField(_("新しい最終日"))
    reason = TypedTextField(_("延ばす理由"), max_length=400)

    class Meta:
        verbose_name = _("募集の期間の延長")
        verbose_name_plural = _("募集の期間の延長")
        ordering = ["moved_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gt=F("closes_before")), name="period_move_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="period_move_explained"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.closes_on}"
