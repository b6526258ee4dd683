"""結果: the tables of a survey, frozen as an edition on the day of their publication."""

import hashlib
import json
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.modelfields import PastDateTimeField
from apps.core.textfields import TypedTextField
from apps.surveys.models.survey import Survey


class SurveyResultQuerySet(models.QuerySet["SurveyResult"]):
    """QuerySet of SurveyResult."""

    def of_slug(self, slug: str) -> Self:
        """Filter the editions of the survey with this slug, the newest first."""
        return self.filter(survey__slug=slug).select_related("survey__department").order_by("-edition")

    def newest(self) -> Self:
        """Filter the newest edition of each survey, the survey joined; in the order of the surveys."""
        of_survey = SurveyResult.objects.filter(survey=models.OuterRef("survey")).order_by().values("survey")
        last = of_survey.annotate(n=models.Max("edition")).values("n")
        rows = self.public().filter(edition=models.Subquery(last)).select_related("survey")
        return rows.order_by("survey", "-edition")

    def public(self) -> Self:
        """Filter published editions: all of them, a former one stays readable."""
        return self.filter(survey__in=Survey.objects.public().order_by().values("pk"))


class SurveyResult(models.Model):
    """集計結果の版: every table of a survey's result. The database refuses to change or delete it.

    Groups of fewer than five people are not in it, nor what would let somebody subtract them.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="results", verbose_name=_("アンケート"))
    edition = models.PositiveSmallIntegerField(_("版"))
    published_at = PastDateTimeField(_("公表日時"), default=timezone.now, editable=False)
    note = TypedTextField(_("直したところ"), max_length=400, blank=True)
    figures = models.JSONField(_("結果"))

    objects = SurveyResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("アンケートの結果")
        verbose_name_plural = _("アンケートの結果")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "edition"], name="survey_result_once"),
            models.CheckConstraint(
                condition=Q(edition=1) | (Q(edition__gt=1) & ~Q(note="")), name="survey_correction_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} 第{self.edition}版"

    def get_absolute_url(self) -> str:
        """Return the URL of this edition."""
        return f"{reverse('surveys:results', args=[self.survey.slug])}?edition={self.edition}"

    @property
    def has_words(self) -> bool:
        """Return whether people answered in their own words to a question of it."""
        return any(question["kind"] in {"short", "long"} for question in self.figures["questions"])

    @property
    def digest(self) -> str:
        """Return a hash of edition number and figures: what a preview has shown."""
        plain: list[Any] = [self.edition, self.figures]
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
