"""Stage changes (段階の変更) of projects."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.council.models.choices import Stage

if TYPE_CHECKING:
    from apps.council.models.project import Project


class StageChangeQuerySet(models.QuerySet["StageChange"]):
    """QuerySet of StageChange."""

    def in_projects(self, projects: models.QuerySet["Project", Any]) -> Self:
        """Filter those of these projects (a QuerySet of their keys)."""
        return self.filter(project__in=projects)

    def for_timeline(self) -> Self:
        """Load what a timeline shows, the newest first."""
        return self.select_related("project").order_by("-on", "-pk")


class StageChange(models.Model):
    """A project went from one stage to another on a day; public with the project."""

    project = models.ForeignKey(
        "council.Project", models.CASCADE, related_name="stage_changes", verbose_name=_("プロジェクト")
    )
    before = models.CharField(_("変更前"), max_length=10, choices=Stage.choices)
    after = models.CharField(_("変更後"), max_length=10, choices=Stage.choices)
    on = models.DateField(_("日付"))
    recorded_at = models.DateTimeField(_("記録日時"), auto_now_add=True)

    objects = StageChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("段階の変更")
        verbose_name_plural = _("段階の変更")
        ordering = ["on", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(before=F("after")), name="stage_change_changes")]

    def __str__(self) -> str:
        return f"{self.on} {self.words}"

    @property
    def words(self) -> str:
        """Return 「実証 → 実装」; only the new stage when none was known before."""
        after = str(self.get_after_display())
        return after if self.before == Stage.UNKNOWN else f"{self.get_before_display()} → {after}"
