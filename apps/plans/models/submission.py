"""提出 and 差戻し: how a stage of a sheet passes between its department and the secretariat."""

from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.textfields import TypedTextField
from apps.plans.models.constants import STAGES
from apps.plans.models.sheet import PlanSheet


class SheetSubmissionQuerySet(models.QuerySet["SheetSubmission"]):
    """QuerySet of SheetSubmission."""

    def current(self) -> Self:
        """Return those that say where their sheet is now: waiting, or sent back and not handed in again."""
        return self.filter(is_current=True)

    def waiting(self) -> Self:
        """Return those that wait for the secretariat."""
        return self.filter(state=SheetSubmission.State.WAITING)

    def with_people(self) -> Self:
        """Join who handed in and who answered; the last one first."""
        return self.select_related("submitted_by", "closed_by").order_by("-pk")

    @transaction.atomic
    def hand_in(self, sheet: PlanSheet, *, by: User | None) -> "SheetSubmission":
        """Store that the present stage of a sheet was handed in."""
        self.filter(sheet=sheet).current().update(is_current=False)
        return self.create(sheet=sheet, stage=sheet.state, submitted_by=by)


class SheetSubmission(models.Model):
    """One 提出 of a stage and what came of it. The sheet's state stays: the stage is open until it is confirmed."""

    class State(models.TextChoices):
        """What came of it."""

        WAITING = "waiting", _("確認待ち")
        RETURNED = "returned", _("差戻し")
        WITHDRAWN = "withdrawn", _("取下げ")
        CONFIRMED = "confirmed", _("確認")
        REOPENED = "reopened", _("開き直し")

    sheet = models.ForeignKey(PlanSheet, models.CASCADE, related_name="submissions", verbose_name=_("PDCAシート"))
    stage = models.CharField(_("段階"), max_length=12, choices=[(stage.value, stage.label) for stage in STAGES])
    state = models.CharField(_("提出の結果"), max_length=12, choices=State.choices, default=State.WAITING)
    is_current = models.BooleanField(_("今の提出"), default=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("提出者")
    )
    submitted_at = models.DateTimeField(_("提出日時"), default=timezone.now)
    reason = TypedTextField(_("差戻しの理由"), blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("処理者")
    )
    closed_at = models.DateTimeField(_("処理日時"), null=True)

    objects = SheetSubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("段階の提出")
        verbose_name_plural = _("段階の提出")
        ordering = ["sheet", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet"], condition=Q(is_current=True), name="submission_current_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", is_current=True, closed_at=None)
                | Q(state="returned", closed_at__isnull=False)
                | Q(state__in=["withdrawn", "confirmed", "reopened"], is_current=False, closed_at__isnull=False),
                name="submission_state_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(reason=""),
                name="submission_return_reason",
                violation_error_message=_("差し戻す理由を書いてください。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.get_state_display()}"

    @property
    def is_waiting(self) -> bool:
        """Return whether the secretariat has not answered yet."""
        return self.state == self.State.WAITING

    @property
    def waited_days(self) -> int:
        """Return for how many days it has waited, or did wait."""
        until = self.closed_at or timezone.now()
        return (timezone.localtime(until).date() - timezone.localtime(self.submitted_at).date()).days

    def close(self, state: str, *, by: User | None, reason: str = "") -> None:
        """Store what came of it; what was sent back stays the current one until it is handed in again."""
        self.state, self.closed_by, self.closed_at, self.reason = state, by, timezone.now(), reason
        self.is_current = state == self.State.RETURNED
        self.save(update_fields=["state", "closed_by", "closed_at", "reason", "is_current"])
