"""委員の構成: how many members, women and members by public call a body had on a day, as counts alone."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField
from apps.meetings.models.organ import Organ

TENTH = Decimal("0.1")


class Composition(models.Model):
    """委員の構成: counts of one day, entered by staff. Nothing says of a named member which count holds them."""

    organ = models.ForeignKey(Organ, models.CASCADE, related_name="compositions", verbose_name=_("会議体"))
    counted_on = models.DateField(_("数えた日"))
    members = models.PositiveSmallIntegerField(_("委員の数"))
    women = models.PositiveSmallIntegerField(_("うち女性"))
    public_call = models.PositiveSmallIntegerField(_("うち公募"))
    women_aim = models.PositiveSmallIntegerField(_("女性の割合の目標（%）"), null=True, blank=True)
    public_call_aim = models.PositiveSmallIntegerField(_("公募の割合の目標（%）"), null=True, blank=True)
    aim_source = TypedCharField(
        _("目標を定めたもの"), max_length=120, blank=True, help_text=_("計画や指針の名前。目標を書くときに必要です。")
    )

    class Meta:
        verbose_name = _("委員の構成")
        verbose_name_plural = _("委員の構成")
        ordering = ["-counted_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "counted_on"], name="composition_once",
                violation_error_message=_("同じ日の構成が、すでにあります。"),
            ),
            models.CheckConstraint(
                condition=Q(members__gt=0, women__lte=F("members"), public_call__lte=F("members")),
                name="composition_parts_of_whole",
                violation_error_message=_("女性と公募の数は、委員の数より多くできません。委員の数は1以上です。"),
            ),
            models.CheckConstraint(
                condition=(Q(women_aim=None) | Q(women_aim__lte=100))
                & (Q(public_call_aim=None) | Q(public_call_aim__lte=100)),
                name="composition_aims_are_shares", violation_error_message=_("目標は、0から100までの割合です。"),
            ),
            models.CheckConstraint(
                condition=Q(women_aim=None, public_call_aim=None) | ~Q(aim_source=""),
                name="composition_aim_has_source",
                violation_error_message=_("目標を書くときは、目標を定めたものを書いてください。"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organ} {self.counted_on}"

    @property
    def women_share(self) -> str:
        """Return the share of women in percent, to one place, half up."""
        return self._share(self.women)

    @property
    def public_call_share(self) -> str:
        """Return the share of members by public call in percent, to one place, half up."""
        return self._share(self.public_call)

    def _share(self, part: int) -> str:
        return str((Decimal(100 * part) / self.members).quantize(TENTH, ROUND_HALF_UP))
