"""市民参加手続の種類: the kinds of procedures, which are data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField


class ProcedureKindManager(models.Manager["ProcedureKind"]):
    """Manager of ProcedureKind; fixtures refer to it by code."""

    def get_by_natural_key(self, code: str) -> "ProcedureKind":
        """Return the row with this code."""
        return self.get(code=code)


class ProcedureKind(models.Model):
    """市民参加手続の種類: パブリック・コメント, 審議会等, ワークショップ …; a published report keeps the name of its day."""

    code = models.SlugField(_("コード"), unique=True, help_text=_("英小文字・数字・ハイフン。公開後は変えません。"))
    name = TypedCharField(_("名称"), max_length=40, unique=True)
    meaning = TypedCharField(_("意味"), max_length=200, blank=True, help_text=_("記入する職員に、説明として出ます。"))
    is_offered = models.BooleanField(_("新しい行で選べる"), default=True)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = ProcedureKindManager()

    class Meta:
        verbose_name = _("市民参加手続の種類")
        verbose_name_plural = _("市民参加手続の種類")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Return its code."""
        return (self.code,)
