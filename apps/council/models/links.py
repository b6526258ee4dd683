"""What stands beside a project: pages elsewhere and pictures."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.council.models.project import Project


class ProjectLink(models.Model):
    """A page elsewhere about a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="links", verbose_name=_("プロジェクト"))
    title = models.CharField(_("名称"), max_length=120)
    url = models.URLField(_("アドレス"), max_length=500)
    order = models.PositiveSmallIntegerField(_("並び順"), default=10)

    class Meta:
        verbose_name = _("関連リンク")
        verbose_name_plural = _("関連リンク")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class ProjectPicture(models.Model):
    """A picture of a project, drawn anew on its way in, with its content in words."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="pictures", verbose_name=_("プロジェクト"))
    file = models.FileField(_("画像"), upload_to="council/pictures/")
    description = models.CharField(
        _("画像の説明"), max_length=200, help_text=_("画像が見えない人にも内容が伝わるように書いてください。")
    )
    order = models.PositiveSmallIntegerField(_("並び順"), default=10)

    class Meta:
        verbose_name = _("画像")
        verbose_name_plural = _("画像")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(description=""),
                name="project_picture_described",
                violation_error_message=_("画像の説明を書いてください。"),
            )
        ]

    def __str__(self) -> str:
        return self.description

    def get_absolute_url(self) -> str:
        """Where those who may see the project get it."""
        return reverse("council:picture", args=[self.project.slug, self.pk])
