"""視点 and 分野: the words of the smart city vision that consultations, projects and indicators point at."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField, TypedTextField
from apps.vision.pictures import Drawing, drawing_for, icon_for


class SlugManager(models.Manager[Any]):
    """Manager of rows that fixtures name by their slug."""

    def get_by_natural_key(self, slug: str) -> Any:
        """Return the row with this slug."""
        return self.get(slug=slug)


class Viewpoint(models.Model):
    """視点: one of the things to be valued on the way to a 共創のまち. Four in the vision of 2025; a fifth can be added.

    Source: 調布市スマートシティビジョン 中間とりまとめ (2025-12), 大切にすべき視点 ①～④.
    """

    number = models.PositiveSmallIntegerField(_("番号"), unique=True)
    slug = models.SlugField(_("アドレス名"), unique=True)
    title = TypedCharField(_("名称"), max_length=60)
    body = TypedTextField(_("説明"))
    voices_note = TypedCharField(
        _("市民の声の注記"),
        max_length=200,
        blank=True,
        help_text=_("選んだ声が載せられないときなど、市民の声の欄に出す一文です。"),
    )

    objects = SlugManager()

    class Meta:
        verbose_name = _("視点")
        verbose_name_plural = _("視点")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"視点{self.mark} {self.title}"

    @property
    def mark(self) -> str:
        """Return ① for the first, as the vision writes it."""
        return chr(ord("①") + self.number - 1) if 1 <= self.number <= 20 else str(self.number)

    @property
    def icon(self) -> str:
        """Return the name of its icon."""
        return icon_for("viewpoint", self.slug)

    @property
    def picture(self) -> Drawing:
        """Return the drawing that stands for it."""
        return drawing_for("", self.slug)

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)

    def get_absolute_url(self) -> str:
        """Return the URL of its page, which joins voices, indicators, cases and projects."""
        return reverse("portal:viewpoint", args=[self.number])


class Field(models.Model):
    """分野: a field of the city's work in which co-creation is sought. Five in the vision; more can be added.

    Source: 調布市スマートシティビジョン 中間とりまとめ (2025-12), 分野ごとの共創イメージ.
    """

    slug = models.SlugField(_("アドレス名"), unique=True)
    title = TypedCharField(_("名称"), max_length=60, unique=True)
    body = TypedTextField(_("共創のイメージ"), blank=True)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = SlugManager()

    class Meta:
        verbose_name = _("分野")
        verbose_name_plural = _("分野")
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.title

    @property
    def icon(self) -> str:
        """Return the name of its icon."""
        return icon_for("field", self.slug)

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("portal:field", args=[self.slug])
