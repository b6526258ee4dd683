"""Abuse reports (通報) about texts."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.comment import Comment
from apps.consultations.models.moderation.case import ModerationCase, one_target, target_of
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.core.textfields import TypedTextField


class AbuseReportQuerySet(models.QuerySet["AbuseReport"]):
    """QuerySet of AbuseReport."""

    def by_user(self, user: User) -> Self:
        """Filter reports by a user, newest first."""
        return self.filter(reporter=user).select_related("proposal", "comment__proposal").order_by("-pk")

    def written_since(self, moment: datetime) -> Self:
        """Filter reports written after this moment."""
        return self.filter(created_at__gt=moment)

    def for_target(self, text: Proposal | Comment) -> Self:
        """Filter reports about one text, newest first."""
        return self.filter(**target_of(text)).order_by("-pk")

    def repeating(self, text: Proposal | Comment) -> Self:
        """Filter reports that may quote the text."""
        return self.for_target(text)

    def forget_reporter(self) -> int:
        """Anonymise the reporter; the reports stay. Return how many."""
        return self.update(reporter=None)

    def submit(
        self, *, by: User, reason: str, text: str, proposal: Proposal | None = None, comment: Comment | None = None
    ) -> bool:
        """Report a text and return whether the report is new. Idempotent: a person's second report about a text changes nothing.

        A new report opens a case unless one is open. The only way to write reports.
        """
        with transaction.atomic():
            _report, is_new = self.get_or_create(
                reporter=by, proposal=proposal, comment=comment, defaults={"reason": reason, "text": text}
            )
            if is_new and (target := proposal or comment):
                ModerationCase.objects.open_for(target, trigger=ModerationCase.Trigger.REPORT)
        return is_new


class AbuseReport(models.Model):
    """A report of a text to the moderators (通報). Only moderators may know who reported."""

    class Reason(models.TextChoices):
        """Why a text is reported."""

        PERSONAL = "personal", _("個人情報が書かれている")
        INSULT = "insult", _("ひどい悪口や差別的な内容")
        ADVERTISING = "advertising", _("宣伝・迷惑な投稿")
        OFF_TOPIC = "off_topic", _("テーマと関係がない")
        OTHER = "other", _("その他")

    copied_words = (Copied("text", instead=""),)

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("通報した人")
    )
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, blank=True, related_name="reports")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="reports")
    reason = models.CharField(_("理由"), max_length=20, choices=Reason.choices)
    text = TypedTextField(_("くわしい内容"), blank=True, max_length=500)
    created_at = models.DateTimeField(_("通報日時"), auto_now_add=True)

    objects = AbuseReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("通報")
        verbose_name_plural = _("通報")
        ordering = ["-pk"]
        constraints = [
            one_target("report_one_target"),
            models.UniqueConstraint(
                fields=["reporter", "proposal"], condition=Q(proposal__isnull=False), name="report_proposal_once"
            ),
            models.UniqueConstraint(
                fields=["reporter", "comment"], condition=Q(comment__isnull=False), name="report_comment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.proposal or self.comment}"
