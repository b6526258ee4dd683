"""ビジョンの文章: what the vision says as a whole."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField, TypedTextField
from apps.vision.models.document import Sourced
from apps.vision.models.taxonomy import SlugManager


class VisionText(Sourced):
    """A passage of the vision, shown on the overall page in the vision's order; written by the secretariat."""

    slug = models.SlugField(_("アドレス名"), unique=True)
    title = TypedCharField(_("見出し"), max_length=60)
    lead = TypedCharField(_("目指す姿（一文）"), max_length=200, blank=True)
    body = TypedTextField(_("本文"), help_text=_("見出しや箇条書きはMarkdownで書けます。"))
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = SlugManager()

    class Meta:
        verbose_name = _("ビジョンの文章")
        verbose_name_plural = _("ビジョンの文章")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        """Return its slug."""
        return (self.slug,)
