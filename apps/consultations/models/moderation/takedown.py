"""Takedown requests (削除・訂正の申出) by people without an account."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models.comment import Comment
from apps.consultations.models.moderation.case import ModerationCase
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.core.date_formats import wareki
from apps.core.modelfields import PortalEmailField
from apps.core.submission import SubmitKeyField
from apps.core.textfields import TypedTextField

EMAIL_KEPT = timedelta(days=30)


class TakedownQuerySet(models.QuerySet["TakedownRequest"]):
    """QuerySet of TakedownRequest."""

    def unanswered(self) -> Self:
        """Filter requests without an answer."""
        return self.filter(answered_at=None)

    def for_target(self, text: Proposal | Comment) -> Self:
        """Filter requests about one text, newest first."""
        cases = ModerationCase.objects.for_target(text).order_by().values("pk")
        return self.filter(case__in=cases).order_by("-pk")

    def repeating(self, text: Proposal | Comment) -> Self:
        """Filter requests that may quote the text."""
        return self.for_target(text)

    def forget_emails(self) -> int:
        """Delete the e-mail addresses of applicants EMAIL_KEPT after the answer. Return how many."""
        old = self.filter(answered_at__lte=timezone.now() - EMAIL_KEPT).exclude(email="")
        return old.update(email="")


class TakedownRequest(models.Model):
    """A request about one text, with an e-mail address for the answer if the applicant wants one."""

    class Wish(models.TextChoices):
        """What is asked for."""

        DELETE = "delete", _("削除してほしい")
        CORRECT = "correct", _("一部を伏せる・直してほしい")

    copied_words = (Copied("reason", instead=""),)

    case = models.ForeignKey(ModerationCase, models.CASCADE, related_name="takedowns", verbose_name=_("案件"))
    wish = models.CharField(_("申出の種類"), max_length=10, choices=Wish.choices)
    reason = TypedTextField(_("理由"), max_length=1000)
    email = PortalEmailField(_("連絡先メールアドレス"), blank=True)
    submit_key = SubmitKeyField(unique=True)
    created_at = models.DateTimeField(_("申出日時"), auto_now_add=True)
    answered_at = models.DateTimeField(_("回答日時"), null=True, blank=True)

    objects = TakedownQuerySet.as_manager()

    class Meta:
        verbose_name = _("削除・訂正の申出")
        verbose_name_plural = _("削除・訂正の申出")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_wish_display()} {wareki(self.created_at)}"
