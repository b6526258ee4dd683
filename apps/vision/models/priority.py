"""重点プロジェクト: what the city's 基本計画 concentrates on."""

from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField, TypedTextField
from apps.vision.models.base import Shown, ShownQuerySet


class PriorityProject(Shown):
    """重点プロジェクト of the 基本計画: how the city sees a viewpoint today. One may stand under several viewpoints."""

    search_fields = ("title", "body")

    title = TypedCharField(_("名称"), max_length=80, unique=True)
    body = TypedTextField(_("説明"))

    objects = ShownQuerySet.as_manager()

    class Meta(Shown.Meta):
        verbose_name = _("重点プロジェクト")
        verbose_name_plural = _("重点プロジェクト")

    def __str__(self) -> str:
        return self.title
