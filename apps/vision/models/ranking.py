"""調査の結果: rank lists and findings of surveys, entered once and shown wherever they belong."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.fiscal import fiscal_label
from apps.core.textfields import TypedCharField, TypedTextField
from apps.vision.models.base import Shown, ShownQuerySet


class SurveyRanking(Shown):
    """What residents named in a survey: a list by rank (優先度ランキング), or one finding (「…」が過半数).

    Its year may be unknown: then the page says so.
    """

    class Kind(models.TextChoices):
        """A list by rank, or one finding."""

        RANKED = "ranked", _("順位のある結果")
        FINDING = "finding", _("順位のない結果")

    search_fields = ("title", "survey", "entries", "result", "remark")

    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices, default=Kind.RANKED)
    survey = TypedCharField(_("調査名"), max_length=80)
    title = TypedCharField(_("問い・名称"), max_length=120)
    year = models.PositiveSmallIntegerField(
        _("年度"), null=True, blank=True, help_text=_("西暦。わからないときは空欄にしてください。")
    )
    entries = TypedTextField(_("項目"), help_text=_("1行に1項目、上位から順に書いてください。"))
    result = TypedCharField(_("割合など"), max_length=80, blank=True, help_text=_("例：過半数"))
    remark = TypedCharField(_("ひとこと"), max_length=120, blank=True)

    objects = ShownQuerySet.as_manager()

    class Meta(Shown.Meta):
        verbose_name = _("調査の結果")
        verbose_name_plural = _("調査の結果")
        constraints = [
            models.CheckConstraint(
                condition=Q(year=None) | Q(year__range=(1950, 2100)),
                name="ranking_year_western",
                violation_error_message=_("年度は西暦（例：2024）で書いてください。"),
            ),
            models.CheckConstraint(condition=~Q(entries=""), name="ranking_entries_given"),
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.title}"

    def clean(self) -> None:
        """Require at least two lines for a list by rank."""
        if self.kind == self.Kind.RANKED and len(self.lines) < 2:
            raise ValidationError({"entries": _("順位のある結果には、2項目以上を1行ずつ書いてください。")})

    @property
    def lines(self) -> list[str]:
        """Return its items, the first one first."""
        return [line.strip() for line in self.entries.splitlines() if line.strip()]

    @property
    def year_shown(self) -> str:
        """Return the fiscal year; empty when unknown."""
        return fiscal_label(self.year) if self.year else ""
