"""Articles of the moderation policy (運用ポリシーの条): the reasons for hiding a text. Data, worded by the city."""

from typing import Self

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.textfields import TypedCharField


class PolicyArticleQuerySet(models.QuerySet["PolicyArticle"]):
    """QuerySet of PolicyArticle."""

    def in_force(self) -> Self:
        """Filter articles that may be used today."""
        return self.filter(is_active=True)

    def get_by_natural_key(self, number: int) -> "PolicyArticle":
        """Return the article by its number, for fixtures."""
        return self.get(number=number)


class PolicyArticle(models.Model):
    """One article of the 運用ポリシー, with the reason that stands in the placeholder of a hidden text.

    The wording of the article itself is on the page /policy/. An article that was used is switched off, never deleted.
    """

    number = models.PositiveSmallIntegerField(_("条"), unique=True)
    reason = TypedCharField(
        _("理由のことば"),
        max_length=40,
        help_text=_("「○○の理由により非表示」の○○に入ることば。運用ポリシーのページの条文とそろえてください。"),
    )
    is_active = models.BooleanField(_("使用中"), default=True)

    objects = PolicyArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("運用ポリシーの条")
        verbose_name_plural = _("運用ポリシーの条")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="policy_article_reason"),
        ]

    def __str__(self) -> str:
        return gettext("第%(number)d条 %(reason)s") % {"number": self.number, "reason": self.reason}

    def natural_key(self) -> tuple[int]:
        """Return its number."""
        return (self.number,)

    @property
    def sentence(self) -> str:
        """Return the sentence of a hidden text's placeholder, without anything of the text."""
        return gettext("%(reason)sの理由により非表示（運用ポリシー第%(number)d条）") % {
            "reason": self.reason,
            "number": self.number,
        }
