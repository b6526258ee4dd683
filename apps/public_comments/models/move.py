"""期間の延長 and 予定の日の変更: days that were announced and changed, with the reasons."""

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


class DayChange(models.Model):
    """予定の日の変更: another day for the result or for the deletion of senders, and why; on the time line of the case for ever."""

    class Day(models.TextChoices):
        """Which day was changed: the field of the case."""

        RESULT = "result_due_on", _("結果を公表する予定日")
        DELETION = "delete_senders_on", _("氏名と住所を消す日")

    case = models.ForeignKey(Case, models.CASCADE, related_name="day_changes", verbose_name=_("案件"))
    changed_at = models.DateTimeField(_("変えた日時"), default=timezone.now)
    day = models.CharField(_("変えた日"), max_length=20, choices=Day.choices)
    before = models.DateField(_("前の日"))
    after = models.DateField(_("新しい日"))
    reason = TypedTextField(_("変える理由"), max_length=400)

    class Meta:
        verbose_name = _("予定の日の変更")
        verbose_name_plural = _("予定の日の変更")
        ordering = ["changed_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(before=F("after")), name="day_change_changes"),
            models.CheckConstraint(condition=~Q(reason=""), name="day_change_explained"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_day_display()}"
