"""Schedule changes (日程の変更): a moved date stays public, with its reason."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.date_formats import closing, wareki
from apps.core.textfields import TypedTextField


class ScheduleChange(models.Model):
    """A moved date of an announced consultation: old and new stay public, with the reason."""

    consultation = models.ForeignKey("consultations.Consultation", models.CASCADE, related_name="schedule_changes")
    what = models.CharField(
        _("変更した日程"),
        max_length=20,
        choices=[("closes_at", _("受付終了")), ("reply_due_on", _("回答予定日"))],
    )
    old_time = models.DateTimeField(_("変更前"), null=True, blank=True)
    new_time = models.DateTimeField(_("変更後"), null=True, blank=True)
    old_day = models.DateField(_("変更前の日"), null=True, blank=True)
    new_day = models.DateField(_("変更後の日"), null=True, blank=True)
    reason = TypedTextField(_("理由"), max_length=400)
    changed_at = models.DateTimeField(_("変更日時"), auto_now_add=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("変更した職員")
    )

    class Meta:
        verbose_name = _("日程の変更")
        verbose_name_plural = _("日程の変更")
        ordering = ["changed_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="schedule_change_reason")]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.old_shown} → {self.new_shown}"

    @property
    def old_shown(self) -> str:
        """Return the date before, as a person reads it."""
        return _shown(self.old_time, self.old_day)

    @property
    def new_shown(self) -> str:
        """Return the date after, as a person reads it."""
        return _shown(self.new_time, self.new_day)


def _shown(moment: datetime | None, day: date | None) -> str:
    if moment:
        return closing(moment)
    return wareki(day) if day else gettext("記録なし")
