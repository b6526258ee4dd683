"""経年比較: which question of a former survey a question is set beside."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField
from apps.surveys.models.question import SurveyQuestion


class Comparison(models.Model):
    """経年比較の組: a question, the question of a former published survey that staff take for the same, and what differs.

    The figures of both are kept in the edition of the result; a row here says only what the next edition compares.
    """

    question = models.OneToOneField(
        SurveyQuestion, models.CASCADE, related_name="comparison", verbose_name=_("アンケートの問い")
    )
    former = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="+", verbose_name=_("前回の問い"))
    note = TypedCharField(_("前回との違い"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("経年比較の組")
        verbose_name_plural = _("経年比較の組")
        ordering = ["question"]
        constraints = [
            models.CheckConstraint(condition=~Q(question=F("former")), name="survey_compared_with_another"),
        ]

    def __str__(self) -> str:
        return f"{self.question} ← {self.former}"
