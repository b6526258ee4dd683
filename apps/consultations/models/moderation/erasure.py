"""Erasure requests (完全削除の依頼), under a two-person rule: one requests, another confirms."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.comment import Comment
from apps.consultations.models.moderation.case import ModerationCase
from apps.consultations.models.moderation.policy import PolicyArticle
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.core.textfields import TypedTextField


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    """QuerySet of ErasureRequest."""

    def waiting(self) -> Self:
        """Filter requests that wait for the second person."""
        return self.filter(settled_at=None)

    def for_target(self, text: Proposal | Comment) -> Self:
        """Filter requests about one text, newest first."""
        cases = ModerationCase.objects.for_target(text).order_by().values("pk")
        return self.filter(case__in=cases).select_related("article", "asked_by").order_by("-pk")

    def repeating(self, text: Proposal | Comment) -> Self:
        """Filter requests whose reason may quote the text."""
        return self.for_target(text)


class ErasureRequest(models.Model):
    """A request to erase a text for good, confirmed or declined by somebody else. A constraint ensures two different people."""

    class Outcome(models.TextChoices):
        """The outcome of a request."""

        WAITING = "", _("確認待ち")
        CONFIRMED = "confirmed", _("確認して削除した")
        DECLINED = "declined", _("削除しなかった")

    copied_words = (Copied("reason", instead=""),)

    case = models.ForeignKey(ModerationCase, models.CASCADE, related_name="erasure_requests", verbose_name=_("案件"))
    article = models.ForeignKey(PolicyArticle, models.PROTECT, related_name="+", verbose_name=_("理由"))
    reason = TypedTextField(_("完全に削除する根拠"), max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("頼んだ人")
    )
    asked_at = models.DateTimeField(_("頼んだ日時"), default=timezone.now)
    outcome = models.CharField(_("結果"), max_length=10, choices=Outcome.choices, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("確認した人")
    )
    settled_at = models.DateTimeField(_("確認した日時"), null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("完全削除の依頼")
        verbose_name_plural = _("完全削除の依頼")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(settled_at=None), name="erasure_request_once"),
            models.CheckConstraint(
                condition=Q(settled_at=None, outcome="") | (Q(settled_at__isnull=False) & ~Q(outcome="")),
                name="erasure_request_settled_whole",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="confirmed")
                | Q(asked_by=None)
                | Q(settled_by=None)
                | ~Q(settled_by=F("asked_by")),
                name="erasure_request_two_people",
                violation_error_message=_("完全削除は、頼んだ人とは別の人が確認します。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.get_outcome_display()}"

    def settle(self, outcome: str, *, by: User | None) -> None:
        """Save the outcome and who decided."""
        self.outcome, self.settled_by, self.settled_at = outcome, by, timezone.now()
        self.save(update_fields=["outcome", "settled_by", "settled_at"])
