"""Which result answers which plan line of a sheet."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.plans.models.line import SheetLine
from apps.plans.models.sheet import PlanSheet


class LineAnswer(models.Model):
    """A plan line and the result line that answers it: 実施, 一部実施 or 未実施. It states a fact and grades nothing."""

    class Outcome(models.TextChoices):
        """What became of a plan line."""

        DONE = "done", _("実施")
        PARTLY = "partly", _("一部実施")
        NOT = "not", _("未実施")

    sheet = models.ForeignKey(PlanSheet, models.CASCADE, related_name="answers")
    plan_line = models.ForeignKey(SheetLine, models.CASCADE, related_name="answers", verbose_name=_("計画の行"))
    result_line = models.ForeignKey(
        SheetLine, models.CASCADE, null=True, blank=True, related_name="answering", verbose_name=_("実績の行")
    )
    outcome = models.CharField(_("実施の状況"), max_length=8, choices=Outcome.choices)

    class Meta:
        verbose_name = _("計画と実績の対応")
        verbose_name_plural = _("計画と実績の対応")
        ordering = ["plan_line", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_line", "result_line"], nulls_distinct=False, name="answer_once",
                violation_error_message=_("この計画と実績はすでに対応しています。"),
            ),
            models.CheckConstraint(
                condition=Q(outcome="not") | Q(result_line__isnull=False),
                name="answer_needs_result",
                violation_error_message=_("「実施」「一部実施」には、対応する実績の行を選んでください。"),
            ),
            models.CheckConstraint(condition=~Q(plan_line=F("result_line")), name="answer_of_another_line"),
            models.CheckConstraint(condition=Q(outcome__in=["done", "partly", "not"]), name="answer_outcome_known"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.plan_line} → {self.get_outcome_display()}"
