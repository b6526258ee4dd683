"""Words of the procedure that are data: who may send an opinion, and what becomes of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField


class EligibilityManager(models.Manager["Eligibility"]):
    """Manager of Eligibility; fixtures refer to it by code."""

    def get_by_natural_key(self, code: str) -> "Eligibility":
        """Return the row with this code."""
        return self.get(code=code)


class Eligibility(models.Model):
    """提出できる人の区分: 在住, 在勤, 在学, 利害関係 …; a case names those that its rule allows."""

    code = models.SlugField(_("コード"), unique=True, help_text=_("英小文字・数字・ハイフン。公開後は変えません。"))
    name = TypedCharField(_("名称"), max_length=60, unique=True)
    detail_label = TypedCharField(
        _("あわせて尋ねること"), max_length=60, blank=True,
        help_text=_("例：勤務先の名称と所在地。空のときは尋ねません。答えは公開されません。"),
    )  # fmt: skip
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = EligibilityManager()

    class Meta:
        verbose_name = _("提出できる人の区分")
        verbose_name_plural = _("提出できる人の区分")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Return its code."""
        return (self.code,)


# The names of the first rows, so that English pages say them in English; what the secretariat adds stays as it is typed.
FIRST_VIEW_KINDS = (_("反映する"), _("既に盛り込み済み"), _("今後の参考"), _("反映しない"), _("その他"))


class ViewKindManager(models.Manager["ViewKind"]):
    """Manager of ViewKind; fixtures refer to it by code."""

    def get_by_natural_key(self, code: str) -> "ViewKind":
        """Return the row with this code."""
        return self.get(code=code)


class ViewKind(models.Model):
    """反映区分: 反映する, 今後の参考 …: what becomes of a group of points, with a sentence that says what it means."""

    code = models.SlugField(_("コード"), unique=True, help_text=_("英小文字・数字・ハイフン。公開後は変えません。"))
    name = TypedCharField(_("名称"), max_length=40, unique=True)
    meaning = TypedCharField(_("意味"), max_length=200, help_text=_("結果のページで説明として出ます。"))
    changes_draft = models.BooleanField(
        _("案を変える"), default=False, help_text=_("選んだ市の考え方には、変えた節を示す必要があります。")
    )
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = ViewKindManager()

    class Meta:
        verbose_name = _("反映区分")
        verbose_name_plural = _("反映区分")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Return its code."""
        return (self.code,)
