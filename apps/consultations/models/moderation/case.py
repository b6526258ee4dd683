"""通報 and the case it opens."""

from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.consultations.models.comment import Comment
from apps.consultations.models.proposal import Proposal


def one_target(name: str) -> models.CheckConstraint:
    """Either a proposal or a comment, never both."""
    return models.CheckConstraint(
        condition=Q(proposal__isnull=False, comment=None) | Q(proposal=None, comment__isnull=False), name=name
    )


class ModerationCase(models.Model):
    """承認待ち・通報の案件: one text that somebody has to look at. A text has one open case at most."""

    class Trigger(models.TextChoices):
        """What opened the case."""

        REPORT = "report", _("通報")
        STAFF = "staff", _("職員")
        RULE = "rule", _("自動ルール")
        APPROVAL = "approval", _("承認待ち")

    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, blank=True, related_name="cases")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="cases")
    trigger = models.CharField(_("きっかけ"), max_length=10, choices=Trigger.choices)
    opened_at = models.DateTimeField(_("発生日時"), auto_now_add=True)
    closed_at = models.DateTimeField(_("完了日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("承認待ち・通報の案件")
        verbose_name_plural = _("承認待ち・通報の案件")
        ordering = ["opened_at", "pk"]
        constraints = [
            one_target("case_one_target"),
            models.UniqueConstraint(
                fields=["proposal"], condition=Q(closed_at=None, proposal__isnull=False), name="case_open_proposal"
            ),
            models.UniqueConstraint(
                fields=["comment"], condition=Q(closed_at=None, comment__isnull=False), name="case_open_comment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_trigger_display()} {self.proposal or self.comment}"


class AbuseReportQuerySet(models.QuerySet[Any]):
    """The one write path of reports."""

    def by(self, user: Any) -> Self:
        """The reports a person made, newest first."""
        return self.filter(reporter=user).select_related("proposal", "comment__proposal").order_by("-pk")

    def forget_reporter(self) -> int:
        """What was reported stays with the moderators, who reported it goes."""
        return self.update(reporter=None)

    def submit(self, *, by: Any, reason: str, text: str, proposal: Any = None, comment: Any = None) -> bool:
        """Report a text; the same person's second report about it counts as the first. Whether it was new.

        Opens a case unless one is open. Reports alone never hide a text.
        """
        target = {"proposal": proposal, "comment": comment}
        with transaction.atomic():
            _report, is_new = self.get_or_create(reporter=by, **target, defaults={"reason": reason, "text": text})
            ModerationCase.objects.get_or_create(
                **target, closed_at=None, defaults={"trigger": ModerationCase.Trigger.REPORT}
            )
        return is_new


class AbuseReport(models.Model):
    """通報: somebody asks the moderators to look at a text. Who it was is known to moderators only."""

    class Reason(models.TextChoices):
        """Why a text is reported."""

        PERSONAL = "personal", _("個人情報が書かれている")
        INSULT = "insult", _("ひどい悪口や差別的な内容")
        ADVERTISING = "advertising", _("宣伝・迷惑な投稿")
        OFF_TOPIC = "off_topic", _("テーマと関係がない")
        OTHER = "other", _("その他")

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("通報した人")
    )
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, blank=True, related_name="reports")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="reports")
    reason = models.CharField(_("理由"), max_length=20, choices=Reason.choices)
    text = models.TextField(_("くわしい内容"), blank=True, max_length=500)
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
