"""Links and pictures of a project."""

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.textfields import TypedCharField
from apps.council.models.project import Project


class ProjectLink(models.Model):
    """A page elsewhere about a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="links", verbose_name=_("プロジェクト"))
    title = TypedCharField(_("名称"), max_length=120)
    url = models.URLField(_("アドレス"), max_length=500)
    order = models.PositiveSmallIntegerField(_("並び順"), default=10)

    class Meta:
        verbose_name = _("関連リンク")
        verbose_name_plural = _("関連リンク")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class PictureQuerySet(models.QuerySet["ProjectPicture"]):
    """QuerySet of ProjectPicture."""

    def public(self) -> Self:
        """Filter those that stand on the project's page."""
        return self.filter(is_public=True)

    def named_in(self, content: dict[str, Any]) -> Self:
        """Filter those that a revision's content names, public or not."""
        return self.filter(pk__in=[key for key, _description in content.get("pictures", [])])

    def visible_on(self, project: Project, user: User | AnonymousUser) -> Self:
        """Filter public ones of a project; for those who may edit it, the waiting ones too."""
        edits = Project.objects.editable_by(user).filter(pk=project.pk).exists()
        rows = self.filter(project=project)
        return rows if edits else rows.public()

    @transaction.atomic
    def show_only(self, keys: list[int]) -> None:
        """Make these public and hide the others, which the history still shows."""
        self.exclude(pk__in=keys).update(is_public=False)
        self.filter(pk__in=keys).update(is_public=True)


class ProjectPicture(models.Model):
    """A picture of a project with a text alternative. It was re-encoded on upload, so it holds no metadata."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="pictures", verbose_name=_("プロジェクト"))
    file = models.FileField(_("画像"), upload_to="council/pictures/")
    description = TypedCharField(
        _("画像の説明"), max_length=200, help_text=_("画像が見えない人にも内容が伝わるように書いてください。")
    )
    order = models.PositiveSmallIntegerField(_("並び順"), default=10)
    is_public = models.BooleanField(
        _("公開する"), default=True, help_text=_("団体の担当者が出した画像は、変更の内容を公開すると公開されます。")
    )

    objects = PictureQuerySet.as_manager()

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
        """Return its URL, open to those who may see the project."""
        return reverse("council:picture", args=[self.project.slug, self.pk])
